"""An HTTP protocol with limits on the size and the pace of requests.

uvicorn has none. Here the request line and headers have a limit together, and so has the overhead
of a body: chunk sizes, chunk extensions, and trailers, which are dropped. If a limit is passed or a
client is too slow, an error is answered and the connection is closed. Requests have no timers of
their own: connections are checked together, twice a second.
"""

import asyncio
from http import HTTPStatus
from typing import cast

import httptools
import orjson
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from domain.errors import Code
from gateway import rosters
from gateway.connection_limits import QuotaExceeded, Slot
from gateway.errors import RequestError
from gateway.gateway import Gateway
from gateway.websocket_limits import LimitedWebSocket
from gateway.write_timeouts import TimedHTTP
from schema.files import PATH as UPLOADS

CLOSE_DELAY = 2.0
"""Seconds for which a refused client may still read the answer: closing a connection while its
client sends would discard it."""
MOST_DISCARDED = 8 << 20
"""Bytes that are discarded meanwhile."""
MOST_HEADERS = 128
"""The same limit as websockets has."""
AT_ONCE = 4 << 10
"""Bytes that are parsed before pipelined requests are looked for. From 60 MB of small requests,
uvicorn would create objects of 3.5 GB."""
MOST_REFUSALS = 100
"""Connections beyond the limit that get an answer; further ones are aborted."""
NOT_HTTP = RequestError(400, "The request is not valid HTTP.")
TOO_MANY_CLIENTS = RequestError(
    503, "Too many clients are connected. Try again later.", Code.LIMIT_EXCEEDED
)
LATE_HEAD = RequestError(408, "The request's headers took too long.", Code.TIMEOUT)
LATE_BODY = RequestError(408, "The request's body came too slowly.", Code.TIMEOUT)
TOO_MANY = RequestError(431, f"A request may have {MOST_HEADERS} headers.", Code.LIMIT_EXCEEDED)


class LimitedHTTP(TimedHTTP):
    """uvicorn's HTTP protocol with limits; the process is `config.gateway`."""

    flow: "Flow"
    url: bytes
    headers: list[tuple[bytes, bytes]]
    _head = 0
    """Bytes of the head that is being read; zero between requests."""
    _in_body = False
    _body = 0
    """Bytes of the body that is being read."""
    _most_body = 0
    """How many it may have."""
    _overhead = 0
    """Bytes of chunk sizes, chunk extensions and trailers."""
    _backlog = b""
    """Received bytes that are not parsed yet."""
    is_incomplete = False
    _since = 0.0
    """The time since which the rest of a request, or the next request, is expected."""
    _refused = False
    _was_answered = False
    """Whether the refusal was answered."""
    _discarded = 0
    """Bytes discarded after the refusal."""
    _reason: RequestError | None = None
    """Why a callback has stopped the parser."""
    has_answered = False
    """Whether it has answered a request without a cycle of uvicorn's."""
    slot: Slot | None = None
    _answered: RequestResponseCycle | None = None
    """The request that is being answered, or the last one."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.flow = Flow(transport)
        self.gateway: Gateway = self.config.gateway  # type: ignore[attr-defined]
        self._most = self.gateway.settings.max_header_bytes
        self._most_connections: int = self.config.most_connections  # type: ignore[attr-defined]
        self._since = self.loop.time()
        self.gateway.read_timeouts.add(self)
        if (refused := self._no_slot()) is None:
            return
        if len(self.connections) > self._most_connections + MOST_REFUSALS:
            transport.abort()
        else:
            self._refuse(refused)

    def _no_slot(self) -> RequestError | None:
        if len(self.connections) > self._most_connections:
            return TOO_MANY_CLIENTS
        peer = self.client[0] if self.client else ""
        if self.gateway.is_proxy(peer):
            return None
        try:
            self.slot = self.gateway.connection_limits.connections.at(peer)
        except QuotaExceeded as full:
            return RequestError(429, str(full), Code.LIMIT_EXCEEDED)
        return None

    def connection_lost(self, exc: Exception | None) -> None:
        self.gateway.read_timeouts.drop(self)
        if self.slot is not None:
            self.slot.release()
        if self._answered is not None:  # uvicorn notifies only the last request
            self._answered.disconnected = True
            self._answered.message_event.set()
        super().connection_lost(exc)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    def data_received(self, data: bytes) -> None:
        if self.flow.is_held:
            self._backlog += data
            return
        start, size = 0, len(data)
        while start < size and not (self._refused or self.pipeline):
            room = AT_ONCE if self._in_body else min(AT_ONCE, self._most - self._head)
            self._feed(data[start : start + room] if start or size > room else data)
            start += room
        if self._refused:
            self._discard(size - start)
        elif start < size:
            self._backlog = data[start:]  # for pipelined requests
            self.flow.hold()
        if not (self._in_body or self._head):
            self.is_incomplete = False
        elif not self.is_incomplete:
            self.is_incomplete, self._since = True, self.loop.time()

    def _resume(self) -> None:
        if not (self.pipeline or self.transport.is_closing()):
            data, self._backlog = self._backlog, b""
            self.flow.release()
            self.data_received(data)

    @property
    def _idle(self) -> bool:
        """Whether no request is being answered."""
        return bool(getattr(self.cycle, "response_complete", True))  # None before any request

    def _feed(self, piece: bytes) -> None:
        """Parse a piece that is small enough to pass at most one limit."""
        body = self._body
        if in_body := self._in_body:
            self._overhead += len(piece)
        else:
            self._head += len(piece)
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
                return
        except httptools.HttpParserError:
            self._refuse(self._reason or NOT_HTTP)
            return
        if not self._in_body:
            self._weigh_head()
        elif in_body:
            self._overhead -= self._body - body
            self._weigh_body()

    def _weigh_head(self) -> None:
        if self._head >= self._most:
            self._refuse(self._too_large())
        elif self._head == 0 and self.scope is not self.cycle.scope:
            self._head = 1  # the next request has begun somewhere in the piece

    def _weigh_body(self) -> None:
        if self._overhead > self._most + self._body:
            self._refuse(self._too_much_overhead())
        elif self._body > self._most_body + MOST_DISCARDED:
            self.transport.abort()  # the request was already refused

    def handle_websocket_upgrade(self) -> None:
        if not self._idle:  # another request is being answered
            self._refuse(NOT_HTTP)
            return
        self.gateway.read_timeouts.drop(self)
        slot, self.slot = self.slot, None
        super().handle_websocket_upgrade()
        cast("LimitedWebSocket", self.transport.get_protocol()).slot = slot
        self._refused = True  # this protocol reads nothing more

    # Callbacks of the parser:

    def on_headers_complete(self) -> None:
        if len(self.headers) > MOST_HEADERS:
            self._reason = TOO_MANY
            raise ValueError(TOO_MANY.message)
        super().on_headers_complete()
        if self.parser.should_upgrade() and self._should_upgrade():
            return  # the whole request is the head
        self._in_body, self._body, self._overhead = True, 0, 0
        self._most_body = self._most_of(self.scope["path"])
        self.headers = []  # the scope has its headers: what follows are trailers
        self.is_incomplete = False

    def _most_of(self, path: str) -> int:
        """The most bytes that the body of a request to the path may have."""
        settings = self.gateway.settings
        path = path.removeprefix(settings.prefix)
        if path == rosters.PATH:
            return rosters.LARGEST
        return settings.limits_of_files.most if path == UPLOADS else settings.max_body_bytes

    def on_body(self, body: bytes) -> None:
        self._body += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_body, self._head = False, 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """As in uvicorn, but without a timer for idle connections."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self._since = self.loop.time()
        if self.flow.read_paused:
            self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        if self.flow.is_held and not self.pipeline:
            self.loop.call_soon(self._resume)

    # Timeouts:

    def check_timeout(self, now: float) -> None:
        waited, settings = now - self._since, self.gateway.settings
        if self._refused:
            if self._was_answered and waited > CLOSE_DELAY:
                self.transport.abort()
        elif not self.is_incomplete:
            if self._idle and waited > self._may_be_idle:
                self.transport.close()  # browsers open connections in advance
        elif self.flow.read_paused or self.pipeline or not (self._in_body or self._idle):
            self._since = now  # the client is not late, or it waits for earlier answers
        elif self._in_body:
            self._check_body_timeout(waited)
        elif waited > settings.header_seconds:
            self._refuse(LATE_HEAD)

    def _check_body_timeout(self, waited: float) -> None:
        settings = self.gateway.settings
        if self.cycle.response_complete:  # it is answered already
            if waited > CLOSE_DELAY:
                self.transport.abort()
        elif waited > settings.body_seconds + self._body / settings.body_bytes_per_second:
            self._refuse(LATE_BODY)

    @property
    def _may_be_idle(self) -> float:
        """Seconds that a client may wait before its first or next request."""
        first = getattr(self, "cycle", None) is None and not self.has_answered
        return self.gateway.settings.header_seconds if first else self.timeout_keep_alive

    # Refusals:

    def _too_large(self) -> RequestError:
        status = 414 if 2 * len(getattr(self, "url", b"")) > self._most else 431
        message = f"A request's line and headers may have {self._most} bytes together."
        return RequestError(status, message, Code.LIMIT_EXCEEDED)

    def _too_much_overhead(self) -> RequestError:
        message = f"A body's trailers and chunk extensions may have {self._most} bytes together."
        return RequestError(431, message, Code.LIMIT_EXCEEDED)

    def _refuse(self, refused: RequestError) -> None:
        """Answer an error if the application has not answered yet, and close."""
        if self._refused or self.transport.is_closing():
            return
        cycle = self.cycle
        self._refused = True
        self._backlog = b""
        self.flow.release()
        if not (self._idle or self._in_body):
            cycle.keep_alive = False  # the current request is still answered
            return
        if self._in_body:
            cycle.disconnected = True
            cycle.message_event.set()
            if cycle.response_started or self.pipeline:
                self.transport.abort()
                return
        self.transport.write(refusal(refused))
        self.transport.write_eof()
        self._was_answered, self._since = True, self.loop.time()

    def _discard(self, size: int) -> None:
        """Discard what comes after a refusal."""
        self._discarded += max(size, 0)
        if self._discarded > MOST_DISCARDED:
            self.transport.abort()


def refusal(refused: RequestError) -> bytes:
    """The bytes of a complete response."""
    body = orjson.dumps(refused.answer)
    status = HTTPStatus(refused.status)
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        "content-type: application/json; charset=utf-8\r\n"
        f"content-length: {len(body)}\r\n"
        "cache-control: no-store\r\n"
        "connection: close\r\n\r\n"
    )
    return head.encode() + body


class Flow(FlowControl):
    """Flow control that keeps reading paused while pipelined requests wait; uvicorn's own does not
    know of them."""

    is_held = False

    def hold(self) -> None:
        self.is_held = True
        self.pause_reading()

    def release(self) -> None:
        self.is_held = False
        self.resume_reading()

    def resume_reading(self) -> None:
        if not self.is_held:
            super().resume_reading()
