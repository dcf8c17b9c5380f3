"""What hostile clients cost: `python -m tests.bench.hostile`, over a small schema of its own.

Each attack has a fresh process. Told are the memory it takes beyond its start, its processor's
time, how long somebody else waits for `/healthz` at most, the answer, and for slow clients how
many are still connected in the end.
"""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import repeat
from time import perf_counter
from typing import Annotated

import psutil
import typer

MB = 1_000_000
UPGRADE = (
    b"GET /graphql HTTP/1.1\r\nHost: gradebook\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n"
)
GET = b"GET /healthz HTTP/1.1\r\nHost: gradebook\r\n"
POST = b"POST /graphql HTTP/1.1\r\nHost: gradebook\r\nContent-Type: application/json\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
LONG = POST + b"Content-Length: 1000000\r\n\r\n"
INIT = b'\x81\x9b\0\0\0\0{"type":"connection_init"} '
HEALTH = b"POST /healthz HTTP/1.1\r\nHost: gradebook\r\n"
MESSAGE = b'\x81\x8f\0\0\0\0{"type":"ping"}'
PING = b"\x89\xfd" + bytes(4) + b"p" * 125
EMPTY = b"\x00\x80\0\0\0\0"
"""A frame that goes on with a message and adds nothing."""
SERVES = """
import asyncio, gc, logging
from tests.gateway import toy
logging.basicConfig(level="CRITICAL")
async def main():
    async with toy.running(toy.app()) as host:
        print(host, flush=True)
        await asyncio.Event().wait()
gc.set_threshold(10_000, 2, 1_000)
import uvloop; uvloop.run(main())
"""


@dataclass(frozen=True, slots=True)
class Flood:
    """Bytes sent as fast as they are taken after `first`; a socket is opened before."""

    name: str
    first: bytes
    piece: bytes
    size: int
    socket: bool = False

    def pieces(self) -> Iterator[bytes]:
        return repeat(self.piece, self.size // len(self.piece))


@dataclass(frozen=True, slots=True)
class Slow:
    """Clients that send `first`, and then a byte of `drip` each second."""

    name: str
    first: bytes = b""
    drip: bytes = b""
    socket: bool = False


LINES = b"A: " + b"x" * 1_000 + b"\r\n"
CHUNK = b"2710\r\n" + b"x" * 10_000 + b"\r\n"
FLOODS = [
    Flood("60 MB of headers", GET, LINES, 60 * MB),
    Flood("60 MB of tiny headers", GET, b"a:\r\n" * 1_000, 60 * MB),
    Flood("one header of 150 MB", GET + b"A: ", b"x" * 10_000, 150 * MB),
    Flood("a URL of 100 MB", b"GET /", b"x" * 10_000, 100 * MB),
    Flood("an upgrade with 60 MB of headers", UPGRADE, LINES, 60 * MB),
    Flood("an upgrade with a header of 20 kB", UPGRADE, b"A: %s\r\n\r\n" % (b"x" * 20_000), 20_007),
    Flood("60 MB of trailers", CHUNKED + b"0\r\n", LINES, 60 * MB),
    Flood("one trailer of 60 MB", CHUNKED + b"0\r\nA: ", b"x" * 10_000, 60 * MB),
    Flood("a chunk's extension of 60 MB", CHUNKED + b"1;", b"x" * 10_000, 60 * MB),
    Flood("a body of 60 MB after its refusal", CHUNKED, CHUNK, 60 * MB),
    Flood("60 MB of small requests at once", b"", GET + b"\r\n", 60 * MB),
    Flood("60 MB of empty frames", b"\x01\x80" + bytes(4), EMPTY * 1_000, 60 * MB, socket=True),
    Flood("60 MB of small messages", b"", MESSAGE * 1_000, 60 * MB, socket=True),
    Flood("60 MB of pings, none read", b"", PING * 100, 60 * MB, socket=True),
]  # fmt: skip
FRAME = b"\x81\xfe\x10\0" + bytes(4)
SLOW = [
    Slow("say nothing"),
    Slow("stop in the headers", GET),
    Slow("drip headers", GET, b"A: x\r\n" * 100),
    Slow("drip empty lines", b"", b"\r\n" * 100),
    Slow("stop in the body", LONG + b"{"),
    Slow("drip a body", LONG, b" " * 100),
    Slow("drip a chunk's extension", CHUNKED + b"1;", b"x" * 100),
    Slow("drip a body after its answer", HEALTH + b"Content-Length: 1000\r\n\r\n", b" " * 100),
    Slow("finish a body after its answer", HEALTH + b"Content-Length: 1\r\n\r\n", b" "),
    Slow("ask no second time", GET + b"\r\n"),
    Slow("drip an upgrade", UPGRADE, b"A: x\r\n" * 100),
    Slow("never introduce their socket", socket=True),
    Slow("drip a frame", FRAME, b" " * 100, socket=True),
    Slow("drip a frame, introduced", INIT + FRAME, b" " * 100, socket=True),
    Slow("drip empty frames", INIT + b"\x01\x80" + bytes(4), EMPTY * 100, socket=True),
]


class Server:
    """A process of its own, and what it has used since it was started."""

    def __init__(self, host: str, process: psutil.Process) -> None:
        name, port = host.split(":")
        self.place = (name, int(port))
        self.process = process
        self.begun = (process.memory_info().rss, self.seconds)
        self.peak = 0
        self.wait = 0.0

    @property
    def seconds(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system

    async def watch(self) -> None:
        while True:
            self.peak = max(self.peak, self.process.memory_info().rss)
            begun = perf_counter()
            with suppress(OSError):
                reader, writer = await asyncio.open_connection(*self.place)
                writer.write(GET + b"Connection: close\r\n\r\n")
                await reader.read(12)
                writer.close()
            self.wait = max(self.wait, perf_counter() - begun)
            await asyncio.sleep(0.05)

    def told(self, name: str, outcome: str) -> str:
        memory, seconds = self.peak - self.begun[0], self.seconds - self.begun[1]
        return (
            f"{name:36} {memory / MB:7.0f} MB {seconds:6.1f} s of CPU"
            f" {self.wait * 1_000:7.0f} ms for others   {outcome}"
        )


@asynccontextmanager
async def server() -> AsyncIterator[Server]:
    process = subprocess.Popen([sys.executable, "-c", SERVES], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        host = await asyncio.to_thread(process.stdout.readline)
        found = Server(host.strip(), psutil.Process(process.pid))
        watching = asyncio.create_task(found.watch())
        yield found
        watching.cancel()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


async def flooded(at: Server, flood: Flood) -> str:
    """How much was taken, and what was answered."""
    sent = 0
    reader, writer = await connected(at, flood.socket)
    answered = asyncio.create_task(first_line(reader))
    try:
        writer.write(flood.first)
        for piece in flood.pieces():
            writer.write(piece)
            await writer.drain()
            sent += len(piece)
        await asyncio.wait({answered}, timeout=2)
        ended = "still open"
        if answered.done():
            async with asyncio.timeout(3):
                while await reader.read(MB):
                    pass
            ended = "closed"
    except OSError:
        ended = "closed"
    except TimeoutError:
        pass
    line = answered.result() if answered.done() else "no answer"
    answered.cancel()
    writer.transport.abort()
    return f"{line}, {ended} after {sent / MB:.1f} MB"


async def connected(at: Server, socket: bool) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection(*at.place)
    if socket:
        writer.write(UPGRADE + b"\r\n")
        await reader.readuntil(b"\r\n\r\n")
    return reader, writer


async def first_line(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readline()).decode("latin-1").strip() or "no answer"
    except (OSError, ValueError):  # frames
        return "no answer"


async def lingered(at: Server, slow: Slow, clients: int, seconds: float) -> str:
    """How many of them are still connected in the end."""

    async def one() -> str | None:
        reader, writer = await connected(at, slow.socket)
        said = asyncio.create_task(everything(reader))
        writer.write(slow.first)
        for byte in [*map(bytes, zip(slow.drip, strict=True)), *repeat(b"", 100)]:
            writer.write(byte)
            await asyncio.wait({said}, timeout=1)
            if said.done() or perf_counter() > ends:
                break
        ended = said.result() if said.done() else None
        said.cancel()
        writer.transport.abort()
        return ended

    ends = perf_counter() + seconds
    found = await asyncio.gather(*(one() for _ in range(clients)))
    answers = {one.split("\r\n")[0][:40] or "silence" for one in found if one is not None}
    return f"{found.count(None)} of {clients} open after {seconds:g} s; {', '.join(answers)}"


async def everything(reader: asyncio.StreamReader) -> str:
    with suppress(OSError):
        return (await reader.read(-1)).decode("latin-1")
    return ""


async def measured(name: str, attack: Callable[[Server], Awaitable[str]]) -> None:
    async with server() as at:
        await asyncio.sleep(0.2)
        outcome = await attack(at)
        print(at.told(name, outcome), flush=True)


async def main(clients: int, seconds: float, only: str) -> None:
    for flood in FLOODS:
        if only in flood.name:
            await measured(flood.name, lambda at, flood=flood: flooded(at, flood))  # type: ignore[misc]
    for slow in SLOW:
        if only in slow.name:
            await measured(
                f"{clients} {slow.name}",
                lambda at, slow=slow: lingered(at, slow, clients, seconds),  # type: ignore[misc]
            )


def command(
    clients: Annotated[int, typer.Option(help="How many slow ones of each kind.")] = 300,
    seconds: Annotated[float, typer.Option(help="For how long they are looked at.")] = 25,
    only: Annotated[str, typer.Option(help="Only attacks with this in their name.")] = "",
) -> None:
    asyncio.run(main(clients, seconds, only))


if __name__ == "__main__":
    typer.run(command)
