"""A lean HTTP/1.1 client that keeps a number of connections busy with one request."""

import asyncio
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `path` begins with a slash, a body makes it a POST of JSON."""

    path: str
    token: str
    body: bytes = b""

    def encoded(self, host: str) -> bytes:
        lines = [
            f"{'POST' if self.body else 'GET'} {self.path} HTTP/1.1",
            f"Host: {host}",
            "Accept: application/json",
            f"Authorization: Bearer {self.token}",
        ]
        if self.body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(self.body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass(frozen=True, slots=True)
class Measured:
    """Latencies in seconds, sorted, of the requests answered in `seconds`."""

    latencies: list[float]
    seconds: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        place = min(int(len(self.latencies) * share), len(self.latencies) - 1)
        return self.latencies[place] * 1000


class Connection(asyncio.Protocol):
    """Sends the request again as soon as it is answered, until it is told to stop."""

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.latencies: list[float] = []
        self.answer = b""
        self.stopped = False
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport
        self._buffer = bytearray()
        self._sent = 0.0
        self._length = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("The server hung up."))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._length and not self._read_head():
            return
        if len(self._buffer) < self._length:
            return
        self.latencies.append(perf_counter() - self._sent)
        self.answer = bytes(self._buffer)
        if self.stopped:
            self.finish()
        else:
            self._send()

    def finish(self) -> None:
        self.done.set_result(None)
        self._transport.close()

    def _send(self) -> None:
        self._buffer.clear()
        self._length = 0
        self._sent = perf_counter()
        self._transport.write(self.request)

    def _read_head(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(self._buffer[:end]).lower()
        if not head.startswith(b"http/1.1 200"):
            self.done.set_exception(RuntimeError(bytes(self._buffer[:500]).decode()))
            self._transport.abort()
            return False
        length = head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]
        self._length = end + 4 + int(length)
        return True


async def opened(url: str, request: Request) -> Connection:
    parts = urlsplit(url)
    encoded = request.encoded(parts.netloc)
    _, made = await asyncio.get_running_loop().create_connection(
        lambda: Connection(encoded), parts.hostname or "", parts.port or 80
    )
    return made


async def measure(url: str, request: Request, connections: int, seconds: float) -> Measured:
    """Keep the connections busy for so long; raises where one ends with an error's answer."""
    begun = perf_counter()
    made = [await opened(url, request) for _ in range(connections)]
    await asyncio.wait([one.done for one in made], timeout=seconds)
    for one in made:
        one.stopped = True
    await asyncio.wait_for(asyncio.gather(*(one.done for one in made)), 30)
    spent = perf_counter() - begun
    if wrong := next((one.answer for one in made if b'"errors"' in one.answer), None):
        raise RuntimeError(wrong[-500:].decode())
    return Measured(sorted(each for one in made for each in one.latencies), spent)


async def answer(url: str, request: Request) -> bytes:
    """The body of one answer."""
    made = await opened(url, request)
    made.stopped = True
    await asyncio.wait_for(made.done, 30)
    return made.answer.split(b"\r\n\r\n", 1)[1]
