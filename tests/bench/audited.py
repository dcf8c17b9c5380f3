"""What the audit costs writers: grades given in a second with and without its chain being written.

`python -m tests.bench.audited` gives grades from several tasks of one process, in rounds that
alternate, over a durable PostgreSQL; between them the chain catches up, which tells how fast it is.
"""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from time import perf_counter

import typer

from db.audit import chain_all
from db.embedded import running
from db.migrations import migrate
from resolvers.audit import Auditing
from resolvers.mutations.grades import give_grade
from resolvers.viewer import Viewer
from tests.store.staff_room import StaffRoom, opened


@dataclass
class Found:
    """Grades a second of each round, and entries a second that the chain was given afterwards."""

    without: list[float] = field(default_factory=list)
    audited: list[float] = field(default_factory=list)
    chained: list[float] = field(default_factory=list)


async def given(room: StaffRoom, viewer: Viewer, writers: int, seconds: float) -> float:
    until, count = perf_counter() + seconds, 0

    async def write() -> None:
        nonlocal count
        while perf_counter() < until:
            outcome = await give_grade(room.store, viewer, room.grade())
            assert outcome.errors == []
            count += 1

    began = perf_counter()
    await asyncio.gather(*(write() for _ in range(writers)))
    return count / (perf_counter() - began)


async def entries(room: StaffRoom) -> int:
    return int((await room.rows("SELECT coalesce(sum(number), 0) AS n FROM audit_chain"))[0]["n"])


async def measured(url: str, rounds: int, seconds: float, writers: int) -> Found:
    await migrate(url)
    found = Found()
    async with opened(url) as room:
        viewer = await room.viewer()
        await chain_all(room.store)
        await given(room, viewer, writers, 1)
        for _ in range(rounds):
            found.without.append(await given(room, viewer, writers, seconds))
            before, began = await entries(room), perf_counter()
            await chain_all(room.store)
            found.chained.append((await entries(room) - before) / (perf_counter() - began))
            auditing = asyncio.create_task(Auditing(room.store).run())
            found.audited.append(await given(room, viewer, writers, seconds))
            auditing.cancel()
            await asyncio.gather(auditing, return_exceptions=True)
            await chain_all(room.store)
    return found


def main(rounds: int = 5, seconds: float = 6, writers: int = 8) -> None:
    with running(Path(mkdtemp()) / "data") as url:
        found = asyncio.run(measured(url, rounds, seconds, writers))
    for what, rates in (
        ("grades a second without the chain", found.without),
        ("grades a second beside it", found.audited),
        ("entries a second that it catches up with", found.chained),
    ):
        each = " ".join(f"{rate:.0f}" for rate in rates)
        typer.echo(f"{median(rates):7.0f} {what} ({each})")


if __name__ == "__main__":
    typer.run(main)
