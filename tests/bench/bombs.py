"""`python -m tests.bench.bombs`: what documents made to be dear do to those who ask beside them.

Every shape of `shapes.py` in several sizes, each sent on a connection of its own to a gateway that
tells how long its event loop was held (`watched.py`); then, with `--documents`, as many distinct
documents that are refused or never come again, and what they leave in memory; and, with
`--followers`, beside so many sockets that follow grades.
"""

import asyncio
import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import httpx
import typer

from db.embedded import running
from tests.bench.live.people import people, settled
from tests.bench.live.served import ALL_FROM_HERE
from tests.bench.live.sockets import Crowd, Seat
from tests.bench.shapes import Bomb, bombs, fragments, introspection
from tests.bench.tables import show

JSON = {"Content-Type": "application/json"}
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Told:
    """One bomb; `ran` is what the loop's own thread ran for between two of its turns at most, and
    `waited` what went by, other threads and other processes included."""

    shape: str
    bytes: int
    seconds: float
    answer: str
    answer_bytes: int
    ran_ms: float
    waited_ms: float
    collected_ms: float


@dataclass(frozen=True, slots=True)
class Kept:
    """What documents left behind; memory in MB."""

    documents: int
    seconds: float
    before: float
    after: float
    most: float
    ran_ms: float
    waited_ms: float
    collected_ms: float
    collections: str


def main(
    sizes: Annotated[str, typer.Option(help="In bytes.")] = "1000,4000,16000,64000,1000000",
    documents: Annotated[int, typer.Option(help="How many that never come again.")] = 0,
    followers: Annotated[int, typer.Option(help="How many sockets follow beside.")] = 0,
    shapes: Annotated[bool, typer.Option(help="Whether to try the shapes.")] = True,
    students: Annotated[int, typer.Option(min=30, help="How large a school.")] = 60,
) -> None:
    """Try them all, and show the worst."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder, "data")) as url:
        asyncio.run(settled(url, students))
        with watched(url) as port:
            each = [int(size) for size in sizes.split(",")] if shapes else []
            asyncio.run(tried(url, port, each, documents, followers))


async def tried(url: str, port: int, sizes: list[int], documents: int, followers: int) -> None:
    async with client(port) as http, following(http, url, port, followers):
        if sizes:
            await http.get("/watched")
            told = [await one(http, bomb) for size in sizes for bomb in bombs(size)]
            told.sort(key=lambda each: -each.ran_ms)
            show("What held the event loop longest", told)
        if documents:
            show("What is left of documents that never come again", [await kept(http, documents)])


async def one(http: httpx.AsyncClient, bomb: Bomb) -> Told:
    await http.get("/watched")
    begun = perf_counter()
    answer = await http.post("/graphql", content=bomb.body, headers=JSON)
    seconds = perf_counter() - begun
    await asyncio.sleep(0.01)
    held = (await http.get("/watched")).json()
    return Told(
        bomb.shape,
        len(bomb.body),
        round(seconds, 2),
        said(answer),
        len(answer.content),
        *(round(held[name], 1) for name in ("ran_ms", "went_by_ms", "collected_ms")),
    )


def said(answer: httpx.Response) -> str:
    told = answer.json()
    if "errors" not in told:
        return f"{answer.status_code} data"
    return f"{answer.status_code} {told['errors'][0]['extensions']['code']}"


async def kept(http: httpx.AsyncClient, count: int) -> Kept:
    """Send them, a few at once, and look at the memory now and then."""
    for body in itertools.islice(never_again(), 100):  # what a first request leaves anyway
        await http.post("/graphql", content=body, headers=JSON)
    first = (await http.get("/watched")).json()
    begun, most, worst = perf_counter(), 0, dict[str, Any](first)
    waiting = itertools.islice(never_again(), 100, 100 + count)

    async def send() -> None:
        for body in waiting:
            answer = await http.post("/graphql", content=body, headers=JSON)
            assert answer.status_code in (200, 400), answer.text

    async def look() -> None:
        nonlocal most
        while True:
            await asyncio.sleep(2)
            held = (await http.get("/watched")).json()
            most = max(most, held["resident"])
            for name in ("ran_ms", "went_by_ms", "collected_ms"):
                worst[name] = max(worst[name], held[name])
            for generation, times in held["collections"].items():
                worst["collections"][generation] = worst["collections"].get(generation, 0) + times

    looking = asyncio.create_task(look())
    await asyncio.gather(*(send() for _ in range(AT_ONCE)))
    looking.cancel()
    last = (await http.get("/watched")).json()
    return Kept(
        documents=count,
        seconds=round(perf_counter() - begun, 1),
        before=round(first["resident"] / 1e6, 1),
        after=round(last["resident"] / 1e6, 1),
        most=round(most / 1e6, 1),
        ran_ms=round(worst["ran_ms"], 1),
        waited_ms=round(worst["went_by_ms"], 1),
        collected_ms=round(worst["collected_ms"], 1),
        collections=str(worst["collections"]),
    )


def never_again() -> Iterator[bytes]:
    """Refused and valid, small and large, each with a comment that nobody has sent before."""
    large, schema = fragments(14_500), introspection(0)
    for number in itertools.count():
        match number % 20:
            case 0:
                query = large
            case 1 | 2 | 3 | 4:
                query = "{ " + " ".join(f"a{n}: viewer {{ __typename }}" for n in range(60)) + " }"
            case 5 | 6:
                query = schema
            case 7 | 8:
                query = "{ " + " ".join(f"studnt{n}" for n in range(100))
            case 9 | 10 | 11 | 12:
                query = (
                    f"{{ school {{ name students {{ edges {{ node {{ a{number}: id }} }} }} }} }}"
                )
            case _:
                each = " ".join(f"a{n}: school {{ name s{number}: id }}" for n in range(20))
                query = f"query Q{number} {{ {each} }}"
        yield Bomb("", f"{query} # {number}").body


@asynccontextmanager
async def following(
    http: httpx.AsyncClient, url: str, port: int, count: int
) -> AsyncIterator[None]:
    if not count:
        yield
        return
    readers = (await people(url, count)).readers
    crowd = Crowd("127.0.0.1", port)
    begins = await http.post(
        "/graphql",
        content=Bomb("", "{ changes { cursor } }").body,
        headers=JSON | {"Authorization": f"Bearer {readers[0].token}"},
    )
    after = begins.json()["data"]["changes"]["cursor"]
    seats = [Seat(number, reader.token, after) for number, reader in enumerate(readers)]
    print(f"{await crowd.hold(seats, 50)} sockets follow.")
    await asyncio.sleep(5)
    begun = (await http.get("/watched")).json()
    print(f"The longest collection meanwhile took {begun['collected_ms']:.1f} ms.")
    try:
        yield
        print(f"{crowd.standing} sockets still follow; failed: {crowd.failed[:3]}")
    finally:
        crowd.leave()


@asynccontextmanager
async def client(port: int) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120) as http:
        await http.get("/healthz")
        yield http


@contextmanager
def watched(url: str) -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.watched", url],
        env=os.environ | {f"GRADEBOOK_{name}": most for name, most in ALL_FROM_HERE.items()},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(main)
    app()
