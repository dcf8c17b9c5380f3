"""It is written down that sessions are used, of all that were used lately at once."""

import asyncio
from weakref import WeakKeyDictionary

from db.store import Store
from db.writing.sessions import touch_sessions
from domain.clock import now
from resolvers.feed.shared_reads import shared_task
from resolvers.viewers import NOTED_EVERY

GATHER = 0.25
"""Seconds for which sessions are gathered. No request waits for it; what a process that is killed
has not written yet is noted when the session is used again."""


class UsedSessions:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._used: set[bytes] = set()
        self._writing: asyncio.Task[None] | None = None

    def note(self, token_hash: bytes) -> None:
        self._used.add(token_hash)
        if self._writing is None or self._writing.done():
            self._writing = shared_task(self._write())

    async def written(self) -> None:
        """Once all that was noted is written."""
        if self._writing is not None:
            await self._writing

    async def _write(self) -> None:
        while self._used:
            await asyncio.sleep(GATHER)
            used, self._used = list(self._used), set()
            time = now()
            await self._store.fetch(
                touch_sessions, token_hashes=used, now=time, before=time - NOTED_EVERY
            )


_of_stores: WeakKeyDictionary[Store, UsedSessions] = WeakKeyDictionary()


def used_sessions_of(store: Store) -> UsedSessions:
    if (used := _of_stores.get(store)) is None:
        used = _of_stores[store] = UsedSessions(store)
    return used
