"""Turns: where a process has all it can do, one is at work after the other; where those at work
only wait for the database, whoever comes is at work too."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic, thread_time

LOOK = 0.01
"""Seconds between two looks at what the process does, while somebody waits for a turn."""
BUSY = 0.35
"""The part of a core that it uses where it does not only wait."""
LONG = 0.25
"""Seconds in which nobody began, after which one more is at work even so: those who are may wait
for a lock."""


class Turns:
    """Those at work are few where the process is busy; `begun` is the most who have begun at all
    and not ended, for whom as many connections are taken."""

    def __init__(self, at_work: int, begun: int) -> None:
        self._at_work = asyncio.Semaphore(at_work)
        self._begun = asyncio.Semaphore(begun)
        self._waiting = 0
        self._more = 0
        """How many are at work besides."""
        self._began_at = 0.0
        self._looks = False

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """To be entered for what takes a turn."""
        async with self._begun:
            await self._wait()
            try:
                yield
            finally:
                if self._more:
                    self._more -= 1
                else:
                    self._at_work.release()

    async def _wait(self) -> None:
        self._waiting += 1
        if self._at_work.locked() and not self._looks:
            self._look_later()
        try:
            await self._at_work.acquire()
        finally:
            self._waiting -= 1
        self._began_at = monotonic()

    def _look_later(self) -> None:
        self._looks = True
        loop = asyncio.get_running_loop()
        loop.call_later(LOOK, self._look, monotonic(), thread_time())

    def _look(self, since: float, used: float) -> None:
        """At how much of a core was used since then."""
        self._looks = False
        if not self._waiting:
            return
        time = monotonic()
        if thread_time() - used < BUSY * (time - since):
            more = self._waiting
        else:
            more = int(time - self._began_at >= LONG)
        self._more += more
        for _ in range(more):
            self._at_work.release()
        self._look_later()
