"""Messages over NATS, as an alternative to PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress

from nats.aio.client import Client
from nats.errors import Error

from db.bus.transport import Notify

SUBJECT = "gradebook.feed"
CONNECT_TIMEOUT = 2
CLOSE_TIMEOUT = 2
PING_INTERVAL = 5
"""Seconds between two pings; a server that does not answer two of them counts as gone."""


class Nats:
    name = "NATS"
    may_open = True

    def __init__(self, url: str) -> None:
        """`url` may name several servers of a cluster, separated by commas."""
        self._servers = [server.strip() for server in url.split(",")]

    @asynccontextmanager
    async def open(
        self, received: Callable[[], None], disconnected: Callable[[], None]
    ) -> AsyncIterator[Notify]:
        async def on_call(_: object) -> None:
            received()

        async def on_end() -> None:
            disconnected()

        async def on_error(_: Exception) -> None:
            """Errors that matter are raised by the calls, or end the connection."""

        client = Client()
        try:
            await _in_a_task(
                client.connect(
                    self._servers,
                    name="gradebook",
                    allow_reconnect=False,  # the bus reconnects
                    max_reconnect_attempts=1,
                    reconnect_time_wait=0,
                    connect_timeout=CONNECT_TIMEOUT,
                    ping_interval=PING_INTERVAL,
                    no_echo=True,
                    closed_cb=on_end,
                    error_cb=on_error,
                )
            )
            await _in_a_task(client.subscribe(SUBJECT, cb=on_call))
            await _in_a_task(client.flush(CONNECT_TIMEOUT))
            yield lambda: _in_a_task(client.publish(SUBJECT))
        finally:
            with suppress(OSError, Error):
                async with asyncio.timeout(CLOSE_TIMEOUT):
                    await _in_a_task(client.close())


async def _in_a_task(call: Coroutine[object, object, object]) -> None:
    """Await a call of the client in a task of its own: the client swallows some cancellations, and
    the caller is cancelled all the same."""
    task = asyncio.ensure_future(call)
    try:
        await asyncio.wait({task})
    finally:
        task.cancel()
    task.result()
