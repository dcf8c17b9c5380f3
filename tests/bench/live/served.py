"""The gateway under load as a process or several: what they hold, and the time they use."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import psutil

from tests.gateway.processes import Gateway, serving

QUIET = 0.15
"""The part of a second that a process which has nothing left to do may use of its core; the pings
of ten thousand sockets take 0.09."""
ALL_FROM_HERE = {
    f"MAX_{what}_PER_ADDRESS": "1000000" for what in ("CONNECTIONS", "SOCKETS", "STREAMS")
} | {f"MAX_{what}_PER_ACCOUNT": "1000000" for what in ("SOCKETS", "STREAMS")}
"""Bounds for followers who share this machine's address, and accounts of a small school."""
SETTLES_WITHIN = 60


@dataclass(frozen=True, slots=True)
class Served:
    """The gateway's command, on the database that the bench looks at too."""

    gateway: Gateway
    database: list[psutil.Process]

    @property
    def host(self) -> str:
        return self.gateway.host

    @property
    def processes(self) -> list[psutil.Process]:
        """Those that serve; with several, not the parent."""
        return list(self.gateway.workers) or [self.gateway.parent]

    def memory(self) -> int:
        """Bytes resident in all of them."""
        return sum(each.memory_info().rss for each in self.processes)

    def busy(self) -> float:
        """Seconds of processors that they have used since they were started."""
        return sum(map(seconds_of, self.processes))

    def database_busy(self) -> float:
        """The same of PostgreSQL, with every connection that is open."""
        tree = {one for root in self.database for one in (root, *root.children(recursive=True))}
        return sum(map(seconds_of, tree))

    async def settle(self) -> None:
        """Wait until they have nothing left to do."""
        ends = perf_counter() + SETTLES_WITHIN
        while perf_counter() < ends:
            before = self.busy()
            await asyncio.sleep(1)
            if self.busy() - before < QUIET * len(self.processes):
                return
        raise SystemExit("The gateway does not come to rest.")


@contextmanager
def served(url: str, workers: int = 1) -> Iterator[Served]:
    folder = url.partition("host=")[2]
    settings: dict[str, Any] = {"DATABASE_URL": url, **ALL_FROM_HERE}
    with serving("--demo", "--workers", str(workers), **settings) as gateway:
        yield Served(gateway, servers_of(folder))


def servers_of(_: str) -> list[psutil.Process]:
    """PostgreSQL's servers that this process has started."""
    return [one for one in psutil.Process().children(recursive=True) if one.name() == "postgres"]


def seconds_of(process: psutil.Process) -> float:
    """Zero for one that has just ended."""
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return times.user + times.system
