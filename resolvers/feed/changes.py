"""Changes made of the outbox's rows, each record read once for all who follow it."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from time import monotonic
from typing import Any, cast
from uuid import UUID

from db.reading.feed import Concern, FeedRow, concerned_on_day
from db.reading.school import schools_by_id
from db.store import Store
from resolvers.feed.cursor import Cursors, Position
from resolvers.feed.kinds import KINDS, Change, Key, Keys, Kind, event_of
from resolvers.feed.seen import STALE
from resolvers.feed.shared import SharedReads, for_all
from resolvers.global_id import NIL
from resolvers.loaders import Loaders
from resolvers.viewer import school_today

Told = Sequence[tuple[FeedRow, Kind, Any]]
"""Rows with their kind and the record, which may be of any noun."""
Concerned = Mapping[tuple[Key, bool], Collection[UUID]]
"""What a record with the key concerns besides; where True, one of the whole course or class."""


class Changes:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._zones: dict[int, str] = {}
        self._loaders = Loaders(store, None, remember=False)
        self._reading: dict[Change, asyncio.Task[bool]] = {}

    async def of(
        self, rows: Iterable[FeedRow], schools: frozenset[int], cursors: Cursors
    ) -> list[Change]:
        """Changes in these schools; what a row says of its record is never trusted."""
        told = [
            (row, kind)
            for row in rows
            if row.school_id in schools and (kind := KINDS.get(row.topic)) is not None
        ]
        if not told:
            return []
        found = await self._found(told)
        concerned = await self._concerned(found)
        reads = SharedReads(self._store)
        return [
            _change(row, kind, record, _keys(kind, record, concerned), cursors, reads)
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

    def school_changed(self, school_id: int) -> None:
        self._zones.pop(school_id, None)

    def begin_anew(self) -> None:
        self._zones.clear()

    async def _found(self, told: Sequence[tuple[FeedRow, Kind]]) -> Told:
        refs: dict[Kind, dict[Key, None]] = defaultdict(dict)
        for row, kind in told:
            refs[kind][row.school_id, row.ref] = None
        records = {
            kind: await kind.loader.load(self._store, None, keys) for kind, keys in refs.items()
        }
        found = ((row, kind, records[kind][row.school_id, row.ref]) for row, kind in told)
        return [(row, kind, record) for row, kind, record in found if record is not None]

    async def _concerned(self, told: Told) -> Concerned:
        own: dict[int, set[UUID]] = defaultdict(set)
        wide: dict[int, set[UUID]] = defaultdict(set)
        for row, kind, record in told:
            own[row.school_id].update(_ids(record, kind.own))
            wide[row.school_id].update(_ids(record, kind.wide))
        concerned: dict[tuple[Key, bool], set[UUID]] = defaultdict(set)
        for school, ids in own.items():
            pairs = await self._store.fetch(
                concerned_on_day,
                school=school,
                ids=list(ids),
                wide=list(wide[school]),
                day=school_today(await self._zone(school)),
            )
            for pair in cast("list[Concern]", pairs):
                concerned[(school, pair.id), pair.wide].add(pair.concerned)
        return concerned

    async def _zone(self, school_id: int) -> str:
        if school_id not in self._zones:
            schools = await self._store.fetch(schools_by_id, schools=[school_id])
            self._zones[school_id] = schools[0].time_zone if schools else "UTC"
        return self._zones[school_id]


def _ids(record: Any, names: Iterable[str]) -> Iterable[UUID]:
    return (id_ for name in names if (id_ := getattr(record, name)) is not None)


def _keys(kind: Kind, record: Any, concerned: Concerned) -> Keys:
    school = record.school_id
    keys = {NIL}
    for id_ in _ids(record, kind.own):
        keys.add(id_)
        keys.update(concerned.get(((school, id_), False), ()))
    for id_ in _ids(record, kind.wide):
        keys.update(concerned.get(((school, id_), True), ()))
    return frozenset((school, id_) for id_ in keys)


def _change(
    row: FeedRow, kind: Kind, record: Any, keys: Keys, cursors: Cursors, reads: SharedReads
) -> Change:
    position = Position(row.xid, row.seq)
    return event_of(kind)(kind, position, cursors.encode(position), row, record, keys, reads)
