"""Messages over PostgreSQL's LISTEN and NOTIFY, outside the writers' transactions.

NOTIFY takes a lock that all commits share, so it is not part of a writer's transaction.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from db.bus.transport import Notify

CHANNEL = "gradebook_feed"


class PostgreSQL:
    name = "LISTEN and NOTIFY"

    def __init__(self, pool: Any) -> None:  # asyncpg's pool is not typed
        self._pool = pool

    @property
    def may_open(self) -> bool:
        """A pool of a single connection has none to spare."""
        return bool(self._pool.get_max_size() > 1)

    @asynccontextmanager
    async def open(
        self, received: Callable[[], None], disconnected: Callable[[], None]
    ) -> AsyncIterator[Notify]:
        def on_call(_: object, caller: int, *__: object) -> None:
            if caller != own:  # not our own message
                received()

        def on_end(_: object) -> None:
            disconnected()

        async with self._pool.acquire() as connection:
            own = connection.get_server_pid()
            try:
                connection.add_termination_listener(on_end)
                await connection.add_listener(CHANNEL, on_call)
                yield lambda: connection.execute(f"NOTIFY {CHANNEL}")
            finally:
                # Not returned to the pool: a connection that is ending can't stop listening.
                with suppress(asyncpg.InterfaceError):  # it has ended by itself
                    connection.remove_termination_listener(on_end)
                    connection.terminate()
