"""Turns: so many at once are at work, and no more have begun than leave room for others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LONG = 0.25
"""Seconds after which whoever has begun no longer counts as at work: they wait for others."""


class Turns:
    """At most `at_work` work at once, and at most `begun` have begun and not ended."""

    def __init__(self, at_work: int, begun: int) -> None:
        self._at_work = asyncio.Semaphore(at_work)
        self._begun = asyncio.Semaphore(begun)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """To be entered for what takes a turn."""
        async with self._begun:
            await self._at_work.acquire()
            works = True

            def stop() -> None:
                nonlocal works
                if works:
                    works = False
                    self._at_work.release()

            waits = asyncio.get_running_loop().call_later(LONG, stop)
            try:
                yield
            finally:
                waits.cancel()
                stop()
