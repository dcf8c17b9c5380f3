"""A real receiver of webhooks, which answers, fails, hangs or dies as it is told."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from standardwebhooks import Webhook

OK = b"HTTP/1.1 204 No Content\r\n\r\n"


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True)
class Got:
    headers: dict[str, str]
    body: bytes
    path: str

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def content(self) -> Any:
        return json.loads(self.body)

    def verified(self, secret: str) -> Any:
        """The content; raises where the secret is not the sender's."""
        return Webhook(secret).verify(self.body, self.headers)


@dataclass
class Receiver:
    """`script` are the answers to come, then `usual`; None hangs until the sender goes away."""

    usual: bytes | None = OK
    script: list[bytes | None] = field(default_factory=list)
    got: list[Got] = field(default_factory=list)
    pause: Callable[[], Any] | None = None
    most_at_once: int = 0
    port: int = 0
    tls: ssl.SSLContext | None = None
    _at_once: int = 0
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}/hook"

    async def live(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def die(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def until(self, count: int) -> list[Got]:
        async with asyncio.timeout(20):
            while len(self.got) < count:
                await asyncio.sleep(0.005)
        return self.got

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while (got := await _read(reader)) is not None:
                await self._answer(got, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        except asyncio.CancelledError:
            pass  # it dies
        finally:
            self._tasks.discard(task)
            writer.close()
            with suppress(Exception):
                await writer.wait_closed()

    async def _answer(
        self, got: Got, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            self.got.append(got)
            if self.pause is not None:
                await self.pause()
            said = self.script.pop(0) if self.script else self.usual
            if said is None:
                await reader.read()
            else:
                writer.write(said)
                await writer.drain()
        finally:
            self._at_once -= 1


async def _read(reader: asyncio.StreamReader) -> Got | None:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {
        name.lower(): value for name, _, value in (line.partition(": ") for line in lines if line)
    }
    body = await reader.readexactly(int(headers["content-length"]))
    return Got(headers, body, first.split(" ")[1])


@asynccontextmanager
async def receiving(usual: bytes | None = OK, **other: Any) -> AsyncIterator[Receiver]:
    receiver = Receiver(usual, **other)
    await receiver.live()
    try:
        yield receiver
    finally:
        await receiver.die()
