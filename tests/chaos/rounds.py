"""One round of chaos, from a new school to the verdict."""

import asyncio
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any

from resolvers.feed.subscribers import TOO_MANY
from tests import cluster
from tests.chaos.askers import Asker
from tests.chaos.faults import Faults
from tests.chaos.followers import ByPages, Follower, OverEvents, OverWebSocket
from tests.chaos.lag import Lag
from tests.chaos.ledger import Ledger
from tests.chaos.machines import METRICS, Database, Host
from tests.chaos.on_cluster import OnCluster
from tests.chaos.overlapping import Grant, Overlapping, Revocation, RightsChange
from tests.chaos.proxy import Proxy
from tests.chaos.school import School, founded
from tests.chaos.truth import Truth, truth_of
from tests.chaos.verdict import (
    Entitlement,
    delays,
    entitlements,
    latest_after_rights,
    of_follower,
    of_writers,
    once,
)
from tests.chaos.writers import Writer
from tests.store.nats_server import NatsServer

WRITERS, HELD = 6, 2
WORKERS = (2, 1)
"""Of each host."""
RESTS = 2.5
"""Seconds after which everything that has died is at work again."""
CALM = 3.0
"""Seconds in which teachers write on while nothing dies."""
SETTLES_WITHIN = 20.0
"""Seconds without any arrival after which, while everything is up, what is missing is taken to be
lost."""
QUIET = 1.0
"""Seconds in which nothing more may come."""


PASSING = frozenset({"cut", "completed", "INTERNAL", "TIMEOUT", f"RESYNC: {TOO_MANY}"})
"""How a connection may end after which a follower resumes: also one that is slower than what it is
told, as the process of all followers may be beside others."""


@dataclass(frozen=True)
class Round:
    seed: str
    seconds: float
    nats: bool
    bug: str | None = None

    @property
    def guards(self) -> int:
        """How many guardians lose a child: most of them while things die, the last two after."""
        return 2 + max(2, int(self.seconds // 20))

    @property
    def expecting(self) -> int:
        """How many guardians get one."""
        return max(2, int(self.seconds // 20))


@dataclass
class Outcome:
    complaints: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    delays: list[float] = field(default_factory=list)
    """Seconds from the writer's answer to a follower's event, in order; those of the time in
    which nothing died are `calm`."""
    calm: list[float] = field(default_factory=list)
    latest: float = 0.0
    """Seconds after which, at worst, somebody was told what their rights had covered."""
    log: str = ""


@contextmanager
def folder() -> Iterator[Path]:
    """One that the server's user may enter."""
    path = Path(tempfile.mkdtemp(prefix="chaos-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@asynccontextmanager
async def machines(
    of: Round, at: Path
) -> AsyncIterator[tuple[Database, list[Host], NatsServer | None]]:
    """Everything up; ended with the block."""
    async with AsyncExitStack() as stack:
        database: Database
        if cluster.workers():
            database = await stack.enter_async_context(OnCluster.made(of.seed))
        else:
            database = Database(at)
            database.start()
            stack.callback(database.stop)
        nats = stack.enter_context(NatsServer.running()) if of.nats else None
        environment = {"GRADEBOOK_DATABASE_URL": database.url, "GRADEBOOK_DRAIN_SECONDS": "3"}
        environment["GRADEBOOK_METRICS_TOKEN"] = METRICS
        if nats is not None:
            environment["GRADEBOOK_NATS_URL"] = nats.url
        hosts = []
        for workers in WORKERS:
            proxy = await stack.enter_async_context(Proxy.listening())
            host = Host(proxy, workers, environment, at / "gateways.log", of.bug)
            stack.push_async_callback(host.end, signal.SIGKILL)
            hosts.append(host)
        yield database, hosts, nats


def followers_of(school: School, doors: Sequence[str], seed: str) -> list[Follower]:
    """Everybody over both protocols, in one feed or the other; some by pages too."""
    found: list[Follower] = []
    guards = (*school.guards, *school.expecting)
    for place, person in enumerate([*school.people, *(guard.person for guard in guards)]):
        feeds = ("diaryChanged", "gradeChanged")[:: 1 if place % 2 else -1]
        found.append(OverWebSocket(person, feeds[0], doors, seed))
        found.append(OverEvents(person, feeds[1], doors, seed))
        if place % 3 == 0:
            found.append(ByPages(person, "diaryChanged", doors, seed))
    return found


def askers_of(school: School, ledger: Ledger, doors: Sequence[str], seed: str) -> list[Asker]:
    """For each lesson one who asks by the sessions of its teacher and of the head."""
    head = next(person for person in school.people if person.login == "the head")
    seats = [(f"writer {n}", seat) for n, seat in enumerate(school.seats)]
    seats += [(f"overlapping {n}", seat) for n, seat in enumerate(school.held)]
    return [Asker(name, seat, (seat.teacher, head), ledger, doors, seed) for name, seat in seats]


async def play(of: Round) -> Outcome:
    with folder() as at:
        async with machines(of, at) as (database, hosts, nats):
            school = await founded(
                database.url,
                seats=WRITERS,
                held=HELD,
                guards=of.guards,
                expecting=of.expecting,
            )
            await database.founded()
            await asyncio.gather(*(host.start() for host in hosts))
            faults = Faults(database, hosts, nats, of.seed)
            outcome = await _play(of, school, database, hosts, faults)
        outcome.log = (at / "gateways.log").read_text(errors="replace")
        return outcome


async def _play(
    of: Round, school: School, database: Database, hosts: Sequence[Host], faults: Faults
) -> Outcome:
    doors, ledger = [host.proxy.address for host in hosts], Ledger()
    followers = followers_of(school, doors, of.seed)
    revocations = [Revocation(guard) for guard in school.guards]
    grants = [Grant(guard) for guard in school.expecting]
    writers = [
        Writer(f"writer {n}", seat, school.work_type, ledger, doors, of.seed)
        for n, seat in enumerate(school.seats)
    ]
    overlapping = [
        Overlapping(f"overlapping {n}", database.url, seat, ledger, of.seed)
        for n, seat in enumerate(school.held)
    ]
    askers = askers_of(school, ledger, doors, of.seed)
    await asyncio.gather(*(follower.begin() for follower in followers))
    lag = Lag()
    running = [*(one.run() for one in followers), *(one.run() for one in askers)]
    async with background(lag.run(), *running):
        over, at_rest = asyncio.Event(), asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for one in overlapping:
                group.create_task(one.run(at_rest))
            for writer in writers:
                group.create_task(writer.run(over))
            for n, revocation in enumerate(revocations[:-2]):
                at = of.seconds * (0.3 + 0.6 * n / len(revocations))
                group.create_task(_later(at, revocation, followers, database.url))
            for n, grant in enumerate(grants):
                at = of.seconds * (0.2 + 0.7 * n / len(grants))
                group.create_task(_later(at, grant, followers, database.url))
            await faults.run(of.seconds)
            at_rest.set()
            await asyncio.sleep(RESTS)
            calm = monotonic()
            for revocation in revocations[-2:]:
                revocation.in_calm = True
                group.create_task(_later(0.0, revocation, followers, database.url))
            await asyncio.sleep(CALM)
            over.set()
        truth, before = await in_the_end(database.url), None
        while before is None or before.committed != truth.committed:
            owed = entitlements(followers, truth, revocations, grants)
            await all_told(owed)
            await asyncio.sleep(QUIET)
            before, truth = truth, await truth_of(database.url)
        kept = [await host.kept_answers() for host in hosts]
    outcome = Outcome(list(of_writers(ledger, truth)))
    outcome.complaints += [each for asker in askers for each in asker.complaints]
    for owing in owed:
        found = of_follower(owing, lag)
        outcome.complaints += [f"{owing.follower}: {each}" for each in found]
    acknowledged = ledger.acknowledged()
    outcome.delays = delays(followers, acknowledged)
    outcome.calm = delays(followers, {m: at for m, at in acknowledged.items() if at > calm})
    outcome.complaints += unlikely(followers)
    outcome.counts = counted(ledger, followers, faults)
    outcome.counts["rights ended"] = len(revocations)
    outcome.counts["rights begun"] = len(grants)
    outcome.counts["answers compared with the ledger"] = sum(one.compared for one in askers)
    outcome.counts["kept answers used, as far as is known"] = sum(kept)
    outcome.latest = max(latest_after_rights(one) for one in owed)
    return outcome


async def all_told(owed: Sequence[Entitlement]) -> None:
    """Until nothing is missing, or nobody was told of what they missed for a while: a busy machine
    is slow, and that is no loss."""
    missing, since = inf, monotonic()
    while missing and monotonic() - since < SETTLES_WITHIN:
        await asyncio.sleep(0.1)
        left = sum(len(one.missing()) for one in owed)
        if left < missing:
            missing, since = left, monotonic()


async def in_the_end(url: str) -> Truth:
    """Once nothing is written any more: a request that its writer gave up may still be at work."""
    before, truth = None, await truth_of(url)
    while before is None or before.committed != truth.committed:
        await asyncio.sleep(QUIET)
        before, truth = truth, await truth_of(url)
    return truth


async def _later(
    seconds: float, change: RightsChange, followers: Sequence[Follower], url: str
) -> None:
    """Rights change only after they were of use, if ever they are."""
    await asyncio.sleep(seconds)
    theirs = [one for one in followers if one.person is change.guard.person]
    with suppress(TimeoutError):
        async with asyncio.timeout(SETTLES_WITHIN):
            while not all(one.told for one in theirs):
                await asyncio.sleep(0.05)
    await change.run(url)


@asynccontextmanager
async def background(*running: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """What goes on while the block does; if any of it fails, so does the block, at its end."""
    tasks = [asyncio.create_task(each) for each in running]
    try:
        yield
    finally:
        failed = [task.exception() for task in tasks if task.done() and not task.cancelled()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for failure in failed:
        if failure is not None:
            raise failure


def unlikely(followers: Iterable[Follower]) -> Iterator[str]:
    """What no follower should have been told instead of changes, even where their rights ended."""
    for follower in followers:
        if odd := follower.ended_by.keys() - PASSING:
            yield f"{follower}: a connection ended by {', '.join(sorted(odd))}"


def counted(ledger: Ledger, followers: Sequence[Follower], faults: Faults) -> Counter[str]:
    told = sum(len(follower.told) for follower in followers)
    delivered = sum(len(once(follower.told)) for follower in followers)
    counts = Counter(
        {
            "changes acknowledged": len(ledger.acknowledged()),
            "operations never answered": sum(
                operation.acknowledged_at is None for operation in ledger.operations
            ),
            "transactions rolled back": ledger.rolled_back,
            "requests repeated": ledger.retries,
            "deliveries": delivered,
            "duplicates removed by cursor": told - delivered,
            "connections of followers": sum(follower.connections for follower in followers),
        }
    )
    for follower in followers:
        counts.update({f"ended by {how}": n for how, n in follower.ended_by.items()})
    return counts + faults.done
