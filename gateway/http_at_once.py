"""HTTP in which requests that are known by their bytes are answered by the connection itself.

Most requests of a busy hour ask again what was just answered. Their head was parsed before
(`known_heads.py`), so was their body (`known_requests.py`), and the answer is kept: what is left is
a look whether it still holds, which many share, and who the session is of. Whatever is not certain
takes the usual way, with the same bytes.
"""

import asyncio
from functools import partial
from time import perf_counter
from typing import Any

from gateway.errors import internal
from gateway.execution import Prepared
from gateway.http_limits import LimitedHTTP
from gateway.known_heads import CAME, LARGEST, KnownHead
from gateway.known_requests import KnownRequests
from gateway.requests import REQUEST, new_traceparent
from resolvers.answers.keeping import Asked

OK = b"HTTP/1.1 200 OK\r\n"


class AnsweringHTTP(LimitedHTTP):
    """One request is answered at a time: what comes meanwhile waits, as pipelined requests do. What
    is known is `config.known`."""

    known: KnownRequests
    _waits = False
    """Whether a known request waits for a look."""
    _came: bytes | None = None
    """What came with the beginning of the request that is being read, if it is short."""
    _is_draining = False
    _may_be_known = False
    """Whether any heads can be remembered."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.known = self.config.known  # type: ignore[attr-defined]
        self._may_be_known = self.known.heads.may_be_known
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self._waits:
            self._backlog += data
            self.flow.hold()
        elif not (self._may_be_known and self._begins()):
            super().data_received(data)
        elif not self._is_known(data):
            self._read(data)

    def _begins(self) -> bool:
        """Whether what comes now is the beginning of a request, and nothing is being answered."""
        reading = self._in_body or self._head or self._refused
        return self._idle and not (reading or self.pipeline or self.flow.is_held)

    def _read(self, data: bytes) -> None:
        self._came = data if len(data) <= LARGEST else None
        super().data_received(data)
        self._came = None

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        if self._came is not None and getattr(self.cycle, "keep_alive", False):
            self.scope[CAME] = self._came  # type: ignore[literal-required]

    def _is_known(self, data: bytes) -> bool:
        """Whether the data is a known request that will be answered after a look."""
        found = self.known.heads.find(self.client[0] if self.client else "", data)
        if found is None or self._is_draining or self.flow.write_paused:
            return False
        head, body = found
        prepared = self.known.prepared(body)
        if prepared is None:
            return False
        self._waits = self.gateway.engine.ask_soon(
            prepared, partial(self._answer, data, head, prepared)
        )
        if self._waits:
            self.is_incomplete = False
        return self._waits

    def _answer(self, data: bytes, head: KnownHead, prepared: Prepared, asked: Asked) -> None:
        self._waits = False
        if self.transport.is_closing():
            return
        try:
            written = self._written(head, prepared, asked)
        except Exception as error:  # whatever it is, the usual way tells of it
            internal(error)
            written = None
        if written is None:
            data, self._backlog = data + self._backlog, b""
            self.flow.release()
            self._read(data)
            return
        self.transport.write(written)
        self.has_answered = True
        self.server_state.total_requests += 1
        self._since = self.loop.time()
        if self._is_draining:
            self.transport.close()
        elif self.flow.is_held:
            self.loop.call_soon(self._resume)

    def _written(self, head: KnownHead, prepared: Prepared, asked: Asked) -> bytes | None:
        """The bytes of the answer, if what is kept still holds for whoever asks."""
        engine, began = self.gateway.engine, perf_counter()
        found = engine.find(asked, head.token_hash)
        if found is None:
            return None
        request = new_traceparent()
        lines: list[Any] = [OK]
        for each in self.server_state.default_headers:
            lines += (each[0], b": ", each[1], b"\r\n")
        if self._is_draining:
            lines.append(b"connection: close\r\n")
        lines += (b"traceparent: ", request, b"\r\n")
        written = self.known.heads.written(head, found, b"".join(lines))
        if written is not None:
            token = REQUEST.set(request.decode())
            try:
                seconds, address = perf_counter() - began, head.sender.client.address
                engine.watch.ended(prepared.name, prepared.kind, found, seconds, address)
            finally:
                REQUEST.reset(token)
        return written

    @property
    def _idle(self) -> bool:
        return not self._waits and super()._idle

    def shutdown(self) -> None:
        if not self._waits:  # or else it closes when it has answered
            super().shutdown()
