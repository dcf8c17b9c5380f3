"""Turns: where a process has all it can do, one is at work after the other; where those at work
only wait for the database, whoever comes is at work too."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic, thread_time

CHECK_INTERVAL = 0.01
"""Seconds between two looks at what the process does, while somebody waits for a turn."""
BUSY = 0.35
"""The part of a core that it uses where it does not only wait."""
STALL = 0.25
"""Seconds in which nobody began, after which one more is at work even so: those who are may wait
for a lock."""


class WriteLimiter:
    """Those at work are few where the process is busy; `started` is the most who have begun at all
    and not ended, for whom as many connections are taken."""

    def __init__(self, running: int, started: int) -> None:
        self._running = asyncio.Semaphore(running)
        self._started = asyncio.Semaphore(started)
        self._waiting = 0
        self._extra = 0
        """How many are at work besides."""
        self._last_start = 0.0
        self._check_scheduled = False

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """To be entered for what takes a turn."""
        async with self._started:
            await self._wait()
            try:
                yield
            finally:
                if self._extra:
                    self._extra -= 1
                else:
                    self._running.release()

    async def _wait(self) -> None:
        self._waiting += 1
        if self._running.locked() and not self._check_scheduled:
            self._schedule_check()
        try:
            await self._running.acquire()
        finally:
            self._waiting -= 1
        self._last_start = monotonic()

    def _schedule_check(self) -> None:
        self._check_scheduled = True
        loop = asyncio.get_running_loop()
        loop.call_later(CHECK_INTERVAL, self._check, monotonic(), thread_time())

    def _check(self, since: float, cpu_before: float) -> None:
        """At how much of a core was used since then."""
        self._check_scheduled = False
        if not self._waiting:
            return
        time = monotonic()
        if thread_time() - cpu_before < BUSY * (time - since):
            extra = self._waiting
        else:
            extra = int(time - self._last_start >= STALL)
        self._extra += extra
        for _ in range(extra):
            self._running.release()
        self._schedule_check()
