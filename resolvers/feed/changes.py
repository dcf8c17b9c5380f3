"""Changes made of the outbox's rows, each record read once for all who follow it."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from time import monotonic
from typing import Any

from db.reading.feed import FeedRow
from db.store import Store
from resolvers.feed.concerns import Concerns
from resolvers.feed.cursor import Cursors, Position
from resolvers.feed.kinds import Change, Key, Keys, Kind, event_of, kinds
from resolvers.feed.seen import STALE
from resolvers.feed.shared import SharedReads, for_all
from resolvers.global_id import NIL
from resolvers.loaders import Loaders

Told = Sequence[tuple[FeedRow, Kind, Any]]
"""Rows with their kind and the record, which may be of any noun."""


class Changes:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._concerns = Concerns(store)
        self._loaders = Loaders(store, None, remember=False)
        self._reading: dict[Change, asyncio.Task[bool]] = {}

    async def of(
        self, rows: Iterable[FeedRow], schools: frozenset[int], cursors: Cursors
    ) -> list[Change]:
        """Changes in these schools; what a row says of its record is never trusted.

        Who reads may be ahead of the process's feed, so that the rows say themselves where it is
        no longer known who learns there.
        """
        rows = list(rows)
        for row in rows:
            if row.topic == "RIGHTS":
                self.rights_changed(row)
        topics = kinds()
        told = [
            (row, kind)
            for row in rows
            if row.school_id in schools and (kind := topics.get(row.topic)) is not None
        ]
        if not told:
            return []
        found = await self._found(told)
        concerned = await self._concerns.of((kind, record) for _, kind, record in found)
        reads = SharedReads(self._store)
        return [
            _change(row, kind, record, concerned[row.school_id].keys(kind, record), cursors, reads)
            for row, kind, record in found
        ]

    async def renew(self, change: Change, version: int) -> bool:
        """Read a change again, once for all and together with others, that has waited or whose
        record is older than the version; whether the record is still there."""
        if monotonic() - change.read_at >= STALE and not await self._renewed(change):
            return False
        for _ in range(2):  # what was being read already may be older too
            if change.record.version >= version:
                return True
            if not await self._renewed(change):
                return False
        return True

    async def _renewed(self, change: Change) -> bool:
        if (reading := self._reading.get(change)) is None:
            reading = self._reading[change] = for_all(self._read_again(change))
            reading.add_done_callback(lambda _: self._reading.pop(change, None))
        return await asyncio.shield(reading)

    async def _read_again(self, change: Change) -> bool:
        key = change.record.school_id, change.record.id
        record = await self._loaders.of(change.kind.loader).load(key)
        if record is not None:
            change.renew(record, SharedReads(self._store))
        return record is not None

    def rights_changed(self, row: FeedRow) -> None:
        """As the feed tells it: of a whole school where the row names nobody."""
        if row.ref == NIL:
            self._concerns.school_changed(row.school_id)

    def begin_anew(self) -> None:
        self._concerns.begin_anew()

    async def _found(self, told: Sequence[tuple[FeedRow, Kind]]) -> Told:
        refs: dict[Kind, dict[Key, None]] = defaultdict(dict)
        for row, kind in told:
            refs[kind][row.school_id, row.ref] = None
        records = {
            kind: await kind.loader.load(self._store, None, keys) for kind, keys in refs.items()
        }
        found = ((row, kind, records[kind][row.school_id, row.ref]) for row, kind in told)
        return [(row, kind, record) for row, kind, record in found if record is not None]


def _change(
    row: FeedRow, kind: Kind, record: Any, keys: Keys, cursors: Cursors, reads: SharedReads
) -> Change:
    position = Position(row.xid, row.seq)
    return event_of(kind)(kind, position, cursors.encode(position), row, record, keys, reads)
