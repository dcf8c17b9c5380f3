"""The gateway's time of a request split by layer, as py-spy samples it from outside under load."""

import asyncio
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from tests.bench.load import measure
from tests.bench.operations import Operation
from tests.bench.rounds import Rounds, cpu_seconds
from tests.bench.school import Signed
from tests.bench.servers import Server

SAMPLES_A_SECOND = 200
IDLE = re.compile(r"epoll_p?wait|acquire_lock_timed|pthread_cond")
"""Native frames of a thread that waits."""
LAYERS = {
    "garbage collection": r"gc_collect",
    "JSON": r"\(orjson|\(json/|json_dumps",
    "session and viewer": r"\((gateway/session|resolvers/(sessions|viewers|context))\.py",
    "audiences": r"\((resolvers/(relations|viewer)|domain/audience)\.py",
    "document": r"\(gateway/(documents|cost|operations)\.py|\(graphql/(language|validation)/",
    "loaders": r"\((resolvers/loaders|aiodataloader)",
    "driver": r"\(asyncpg/|\(db/(store|statement)\.py|\((protocol|recordobj|pgproto)\.c",
    "execution": r"\((resolvers|schema|domain|graphql|strawberry|db)/|\(<compiled|\(<gradebook",
    "HTTP and ASGI": r"\((gateway|starlette|uvicorn|httptools|anyio)/|\(parser\.c|UVStream|uv__",
    "event loop": r"\(loop\.c|_asynciomodule|\(asyncio/",
    "other": r".",
}
"""By layer what its frames look like; a sample belongs to the innermost frame that any but the
last layer claims, so that what a library does counts for who called it."""
Stack = list[str]
"""A sample's frames, the innermost last."""


@dataclass(frozen=True, slots=True)
class Layer:
    """`us` is of the process's own time of a request, `share` a part of it."""

    operation: str
    layer: str
    share: float
    us: float


async def layers(
    asked: Sequence[Operation], tokens: Signed, server: Server, rounds: Rounds
) -> list[Layer]:
    """Empty, and said so, where the system keeps py-spy from looking."""
    found: list[Layer] = []
    for operation in asked:
        request = server.request(operation, tokens.token(operation))
        before = cpu_seconds(server)
        load = asyncio.create_task(
            measure(server.url, request, rounds.connections, rounds.seconds + 1)
        )
        stacks = await sampled(server.pid, rounds.seconds)
        each_us = (cpu_seconds(server) - before) / len((await load).latencies) * 1e6
        split = Counter[str]()
        for stack, count in stacks:
            split[layer_of(stack)] += count
        total = split.total()
        found += [
            Layer(operation.name, name, round(split[name] / total, 3), round(us, 1))
            for name in LAYERS
            if total and (us := each_us * split[name] / total)
        ]
    return found


async def sampled(pid: int, seconds: float) -> list[tuple[Stack, int]]:
    program = str(Path(sys.executable).with_name("py-spy"))
    native = ["--native"] if sys.platform == "linux" else []
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "stacks")
        spy = await asyncio.create_subprocess_exec(
            program, "record", *native, "--format", "raw", "--output", str(out),
            "--duration", str(max(1, round(seconds))), "--rate", str(SAMPLES_A_SECOND),
            "--pid", str(pid),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        _, said = await spy.communicate()
        if spy.returncode:
            typer.echo(f"No split by layer: {said.decode()[-300:]}", err=True)
            return []
        return list(busy(await asyncio.to_thread(out.read_text)))


def busy(raw: str) -> Iterable[tuple[Stack, int]]:
    for line in raw.splitlines():
        frames, _, count = line.rpartition(" ")
        stack = frames.split(";")
        if not any(IDLE.search(frame) for frame in stack[-6:]):
            yield stack, int(count)


def layer_of(stack: Stack) -> str:
    *named, last = LAYERS
    for frame in reversed(stack):
        for name in named:
            if re.search(LAYERS[name], frame):
                return name
    return last
