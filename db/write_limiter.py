"""A limit on concurrent write transactions: low while the process is busy, higher while the running
ones only wait for the database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic, thread_time

CHECK_INTERVAL = 0.01
"""Seconds between two checks of the CPU usage while a writer waits."""
BUSY = 0.35
"""The share of a core above which the process counts as busy."""
STALL = 0.25
"""Seconds without a start after which one more writer may run even if the process is busy: the
running ones may all wait for a lock."""


class WriteLimiter:
    """Lets `running` writers run at once while the process is busy. At most `started` have started
    and not ended, as each of them takes a connection of the pool."""

    def __init__(self, running: int, started: int) -> None:
        self._running = asyncio.Semaphore(running)
        self._started = asyncio.Semaphore(started)
        self._waiting = 0
        self._extra = 0
        """Writers that run beyond the limit."""
        self._last_start = 0.0
        self._check_scheduled = False

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """A context manager for one write transaction."""
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
        """Let writers start if the process used little CPU since the last check."""
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
