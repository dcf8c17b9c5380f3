"""What is done every hour: dropping what is not kept for ever."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

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
