"""What a process does again and again: look for work, and drop what is not kept for ever."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

HOUR = 3_600.0
log = logging.getLogger(__name__)


async def hourly(what: str, drop: Callable[[], Awaitable[object]]) -> None:
    """Drop at once and then every hour, until cancelled; `what` it is goes into the log."""
    while True:
        try:
            await drop()
        except Exception:
            log.exception("Old %s could not be dropped; it is tried again", what)
        await asyncio.sleep(HOUR)


class Looking:
    """Looks for work when it is woken, and every `poll` seconds even if nobody wakes it; two looks
    are `apart` seconds from each other."""

    def __init__(self, poll: float, apart: float) -> None:
        self._poll = poll
        self._apart = apart
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """There may be something to do."""
        self._woken.set()

    async def run(self, what: str, look: Callable[[], Awaitable[object]]) -> None:
        """Look until cancelled; `what` is looked for goes into the log if that fails."""
        while True:
            self._woken.clear()
            try:
                await look()
            except Exception:  # whatever it is, the next look may succeed
                log.exception("%s could not be looked for; it is tried again", what)
            await asyncio.sleep(self._apart)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll):
                    await self._woken.wait()
