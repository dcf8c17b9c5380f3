"""The bus between processes: an empty call says that something was committed, never what."""

import asyncio
import logging
from contextlib import suppress
from typing import Any

import asyncpg

from db.store import Store

CHANNEL = "gradebook_feed"
APART = 0.01
"""Seconds between two calls of one process: NOTIFY takes a lock that all who commit share."""
AGAIN = 1.0
"""Seconds until a lost connection is replaced."""
log = logging.getLogger(__name__)
LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


class Bus:
    """LISTEN and NOTIFY on one connection of the pool, outside the transactions of writers.

    A pool of a single connection has none to spare: then nobody is called, and readers poll.
    """

    def __init__(self, store: Store) -> None:
        self._pool = store.pool
        self._to_call = asyncio.Event()
        self.heard = asyncio.Event()

    def call(self) -> None:
        """Tell every process, this one at once, the others soon and once for many."""
        self.heard.set()
        self._to_call.set()

    async def run(self) -> None:
        """Listen and call until cancelled; a lost connection is replaced."""
        while self._pool.get_max_size() > 1:
            try:
                async with self._pool.acquire() as connection:
                    await self._serve(connection)
            except LOST:
                log.exception("The feed's bus lost its connection; it connects again")
            self.heard.set()
            await asyncio.sleep(AGAIN)

    async def _serve(self, connection: Any) -> None:  # a pool's proxy, which asyncpg does not type
        connection.add_termination_listener(self._lost)
        await connection.add_listener(CHANNEL, self._on_call)
        self.heard.set()  # whatever was called while nobody listened
        try:
            while not connection.is_closed():
                await self._to_call.wait()
                self._to_call.clear()
                if not connection.is_closed():
                    await connection.execute(f"NOTIFY {CHANNEL}")
                    await asyncio.sleep(APART)
        finally:
            with suppress(*LOST):
                connection.remove_termination_listener(self._lost)
                await connection.remove_listener(CHANNEL, self._on_call)

    def _on_call(self, *_: object) -> None:
        self.heard.set()

    def _lost(self, *_: object) -> None:
        self._to_call.set()
