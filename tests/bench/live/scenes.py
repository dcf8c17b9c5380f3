"""What is measured: followers who stay, grades told to them, and a wave of them that come again."""

import asyncio
import os
import signal
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter, time
from uuid import UUID

from resolvers import global_id
from tests.bench.live.crowds import Crowds, crowds
from tests.bench.live.people import SCHOOL, People, Reader, committed
from tests.bench.live.served import Served, served
from tests.bench.live.sockets import Heard, Seat
from tests.bench.live.writing import Caller, Written, asking, give_paced, give_to_all

CROWDS = 2
"""Processes of followers."""
FIRST = 100
"""Followers for whom the process loads and keeps what later ones share."""
CAUGHT_UP_WITHIN = 90
Pair = tuple[int, str]
"""A follower's number, and a grade that it has to hear of."""


@dataclass(frozen=True, slots=True)
class Held:
    """Of all processes together: `kb_each` is the growth of their resident memory by follower; what
    the kernel holds for a socket is no part of it. `open_ms` is their time to take one in."""

    workers: int
    followers: int
    kb_each: float
    resident_mb: float
    idle_cores: float
    open_ms: float
    open_database_ms: float
    opened_a_second: float


@dataclass(frozen=True, slots=True)
class Told:
    """Milliseconds from a grade's commit to a follower's frame, and of a mutation from when it was
    due; `cores` is what all processes of the gateway use, the mutations included."""

    workers: int
    followers: int
    grades_a_second: float
    frames: int
    p50_ms: float
    p99_ms: float
    most_ms: float
    give_p50_ms: float
    give_p99_ms: float
    cores: float
    database_cores: float


@dataclass(frozen=True, slots=True)
class Wave:
    """Seconds until every follower was there again, and had heard of what it had missed; queries
    were asked all the while, each over a new connection."""

    restart: str
    workers: int
    followers: int
    closed: str
    back_seconds: float
    caught_up_seconds: float
    missed: int
    repeated: int
    queries: int
    refused: int
    query_p50_ms: float
    query_p99_ms: float


@dataclass(frozen=True, slots=True)
class Costs:
    """What the gateway's processes use for a grade, the frames of its followers included, and
    what each process beside them uses for the same grade that concerns nobody there."""

    give_ms: float
    give_database_ms: float
    pass_ms: float


async def hold(url: str, who: People, workers: int) -> Held:
    async with crowd_before(url, workers) as (gateway, crowd):
        waiting = seats(who.readers, await newest(gateway, who.readers[0]))
        await crowd.hold(waiting[:FIRST])
        await gateway.settle()
        base, busy, of_database = gateway.memory(), gateway.busy(), gateway.database_busy()
        begun, more = perf_counter(), len(waiting) - FIRST
        await crowd.hold(waiting[FIRST:])
        took = perf_counter() - begun
        await gateway.settle()
        opened, in_database = gateway.busy() - busy, gateway.database_busy() - of_database
        busy, seconds = gateway.busy(), 20.0
        await asyncio.sleep(seconds)
        return Held(
            workers,
            await crowd.standing(),
            round((gateway.memory() - base) / more / 1024, 1),
            round(gateway.memory() / 1e6, 1),
            round((gateway.busy() - busy) / seconds, 3),
            round(opened / more * 1000, 2),
            round(in_database / more * 1000, 2),
            round(more / took, 1),
        )


async def tell(url: str, who: People, workers: int, a_second: float, seconds: float) -> Told:
    """Grades given through the processes that the followers are connected to."""
    async with crowd_before(url, workers) as (gateway, crowd):
        await crowd.hold(seats(who.readers, await newest(gateway, who.readers[0])))
        loaded = await give_paced(gateway.host, who.chances, a_second, 2)
        await all_heard(crowd, wanted(who.readers, loaded))
        await gateway.settle()
        since, busy, of_database = datetime.now(UTC), gateway.busy(), gateway.database_busy()
        written = await give_paced(gateway.host, who.chances, a_second, seconds)
        cores = (gateway.busy() - busy) / written.seconds
        database_cores = (gateway.database_busy() - of_database) / written.seconds
        heard, _ = await all_heard(crowd, wanted(who.readers, written))
        at = await committed(url, since)
        late = sorted(each.at - at[each.grade] for each in heard)
        took = sorted(written.took)
        return Told(
            workers,
            await crowd.standing(),
            round(len(written.of) / written.seconds, 1),
            len(heard),
            milliseconds(late, 0.5),
            milliseconds(late, 0.99),
            milliseconds(late, 1),
            milliseconds(took, 0.5),
            milliseconds(took, 0.99),
            round(cores, 2),
            round(database_cores, 2),
        )


async def wave(url: str, who: People, workers: int, restart: str) -> Wave:
    """Every student is given a grade while the processes are renewed (`SIGHUP`) or dead
    (`SIGKILL`), through a process that stays."""
    asker = who.readers[0]
    student = global_id.make("Student", SCHOOL, next(iter(asker.students)))
    with served(url) as writers:
        async with crowd_before(url, workers) as (gateway, crowd):
            await crowd.hold(seats(who.readers, await newest(gateway, asker)))
            await gateway.settle()
            before = gateway.gateway.workers
            async with asking(gateway.host, asker.token, student, 20) as asked:
                begun = time()
                if restart == "SIGHUP":
                    gateway.gateway.parent.send_signal(signal.SIGHUP)
                else:
                    for one in before:
                        os.kill(one.pid, signal.SIGKILL)
                written = await give_to_all(writers.host, who.chances)
                if restart == "SIGHUP":
                    await gateway.gateway.until_renewed(before, workers)
                while await crowd.standing() < len(who.readers):
                    await asyncio.sleep(0.05)
                back = time() - begun
                missed = wanted(who.readers, written)
                heard, repeated = await all_heard(crowd, missed)
            took = sorted(asked.took)
            return Wave(
                restart,
                workers,
                await crowd.standing(),
                ", ".join(f"{count} × {code}" for code, count in (await crowd.lost()).items()),
                round(back, 1),
                round(max(each.at for each in heard) - begun, 1),
                len(missed),
                repeated,
                len(took) + asked.refused,
                asked.refused,
                milliseconds(took, 0.5),
                milliseconds(took, 0.99),
            )


async def cost(url: str, who: People, a_second: float, seconds: float) -> Costs:
    """Of grades given in one process, and passing by in another that has no follower of theirs."""
    with served(url) as idle:
        async with crowd_before(url, 1) as (gateway, crowd):
            await crowd.hold(seats(who.readers, await newest(gateway, who.readers[0])))
            await give_paced(gateway.host, who.chances, a_second, 2)
            await gateway.settle()
            watched = gateway.busy, gateway.database_busy, idle.busy
            before = [each() for each in watched]
            written = await give_paced(gateway.host, who.chances, a_second, seconds)
            await gateway.settle()
            spent = [each() - was for each, was in zip(watched, before, strict=True)]
            of_each = [round(one / len(written.of) * 1000, 2) for one in spent]
            return Costs(*of_each)


@asynccontextmanager
async def crowd_before(url: str, workers: int) -> AsyncIterator[tuple[Served, Crowds]]:
    with served(url, workers) as gateway:
        host, _, port = gateway.host.partition(":")
        with crowds(host, int(port), CROWDS) as crowd:
            yield gateway, crowd


async def newest(gateway: Served, reader: Reader) -> str:
    """The cursor of now, after which followers begin: so that none misses a grade."""
    caller = Caller(gateway.host)
    data = await caller.post(reader.token, "{ changes { cursor } }", {})
    caller.close()
    cursor: str = data["changes"]["cursor"]
    return cursor


def seats(readers: Sequence[Reader], after: str) -> list[Seat]:
    return [Seat(number, reader.token, after) for number, reader in enumerate(readers)]


def wanted(readers: Sequence[Reader], written: Written) -> set[Pair]:
    """Everything that has to be heard, by whom."""
    followers: dict[UUID, list[int]] = defaultdict(list)
    for number, reader in enumerate(readers):
        for student in reader.students:
            followers[student].append(number)
    return {
        (number, grade) for grade, student in written.of.items() for number in followers[student]
    }


async def all_heard(crowd: Crowds, missing: set[Pair]) -> tuple[list[Heard], int]:
    """What was heard of it, and how much of that more than once; ends the bench where something
    is not heard of, or is by somebody whom it does not concern."""
    heard: list[Heard] = []
    counted: Counter[Pair] = Counter()
    ends = perf_counter() + CAUGHT_UP_WITHIN
    while missing - counted.keys():
        if perf_counter() > ends:
            raise SystemExit(f"{len(missing - counted.keys())} of {len(missing)} were not heard.")
        await asyncio.sleep(0.2)
        news = await crowd.heard()
        heard += news
        counted.update((each.number, each.grade) for each in news)
    if strange := counted.keys() - missing:
        raise SystemExit(f"{len(strange)} were heard by others than whom they concern.")
    return heard, counted.total() - len(missing)


def milliseconds(ordered: Sequence[float], share: float) -> float:
    """Of the seconds that so many are below."""
    if not ordered:
        return 0.0
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000, 1)
