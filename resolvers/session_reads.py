"""Reads of who sessions are of, together for all that are asked for meanwhile."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from weakref import WeakKeyDictionary

from db.reading.viewer_of_session import SessionViewer, viewers_by_sessions
from db.store import Store
from domain.clock import now
from resolvers.feed.shared_reads import shared_task

MOST_AT_ONCE = 50
Rows = Sequence[SessionViewer]


class Batch:
    """Sessions that are read together, by a statement that has not begun yet."""

    def __init__(self, idle: timedelta) -> None:
        self.idle = idle
        self.token_hashes: set[bytes] = set()
        self.read: asyncio.Task[Mapping[bytes, Rows]]


class SessionReads:
    """`rows` are read by a statement that begins after they were asked for. While one runs, those
    that are asked for gather, and the next one reads them all."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._running: asyncio.Task[Mapping[bytes, Rows]] | None = None
        self._next: Batch | None = None

    async def rows(self, token_hash: bytes, idle: timedelta) -> Rows:
        """Of a session that was used within the time `idle`; none if it has ended."""
        batch = self._next
        if batch is None or batch.idle != idle or len(batch.token_hashes) >= MOST_AT_ONCE:
            batch = self._next = Batch(idle)
            batch.read = shared_task(self._read(batch))
        batch.token_hashes.add(token_hash)
        return (await asyncio.shield(batch.read)).get(token_hash, ())

    async def _read(self, batch: Batch) -> Mapping[bytes, Rows]:
        if self._running is not None and not self._running.done():
            await asyncio.wait([self._running])
        self._running = batch.read
        if self._next is batch:
            self._next = None
        time, found = now(), defaultdict[bytes, list[SessionViewer]](list)
        rows: Sequence[Any] = await self._store.fetch(
            viewers_by_sessions,
            token_hashes=list(batch.token_hashes),
            now=time,
            idle_since=time - batch.idle,
        )
        for row in rows:
            found[row.token_hash].append(row)
        return found


_of_stores: WeakKeyDictionary[Store, SessionReads] = WeakKeyDictionary()


def session_reads_of(store: Store) -> SessionReads:
    if (reads := _of_stores.get(store)) is None:
        reads = _of_stores[store] = SessionReads(store)
    return reads
