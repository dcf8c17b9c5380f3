"""Makes changes of the outbox's rows; each record is read once for all who get its change."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from time import monotonic
from typing import Any

from db.reading.feed import FeedRow
from db.store import Store
from db.tables.feed import RIGHTS
from resolvers.feed.change import Change, change_type
from resolvers.feed.cursor import Cursors, Position
from resolvers.feed.keys import RecipientKeys
from resolvers.feed.recipients import Recipients
from resolvers.feed.seen_versions import STALE
from resolvers.feed.shared_reads import SharedReads, shared_task
from resolvers.feed.topics import Topic, topics
from resolvers.global_id import NIL, Key
from resolvers.loaders import Loaders

Found = Sequence[tuple[FeedRow, Topic, Any]]
"""Rows with their topic and their record, which may be of any noun."""


class Changes:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._recipients = Recipients(store)
        self._loaders = Loaders(store, None, remember=False)
        self._refreshing: dict[Change, asyncio.Task[bool]] = {}

    async def of(
        self, rows: Iterable[FeedRow], schools: frozenset[int], cursors: Cursors
    ) -> list[Change]:
        """The changes in these schools. Of a record only its id is taken from the row; the record
        itself is read.

        Whoever calls may be ahead of the tailer, so rows of the topic `RIGHTS` among these rows are
        applied to the recipients that are kept.
        """
        rows = list(rows)
        for row in rows:
            if row.topic == RIGHTS:
                self.rights_changed(row)
        known = topics()
        of_topics = [
            (row, topic)
            for row in rows
            if row.school_id in schools and (topic := known.get(row.topic)) is not None
        ]
        if not of_topics:
            return []
        found = await self._found(of_topics)
        recipients = await self._recipients.of((topic, record) for _, topic, record in found)
        reads = SharedReads(self._store)
        return [
            _change(
                row,
                topic,
                record,
                recipients[row.school_id].keys(topic, record, row.concerns),
                cursors,
                reads,
            )
            for row, topic, record in found
        ]

    async def refresh(self, change: Change, version: int) -> bool:
        """Read the record again if the change has waited, or if the record is older than the
        version; once for all, and together with other records. False if it is gone."""
        if monotonic() - change.read_at >= STALE and not await self._refreshed(change):
            return False
        for _ in range(2):  # a reading that had begun already may be too old as well
            if change.record.version >= version:
                return True
            if not await self._refreshed(change):
                return False
        return True

    async def _refreshed(self, change: Change) -> bool:
        if (reading := self._refreshing.get(change)) is None:
            reading = self._refreshing[change] = shared_task(self._read_again(change))
            reading.add_done_callback(lambda _: self._refreshing.pop(change, None))
        return await asyncio.shield(reading)

    async def _read_again(self, change: Change) -> bool:
        key = change.record.school_id, change.record.id
        record = await self._loaders.of(change.topic.loader).load(key)
        if record is not None:
            change.set_record(record, SharedReads(self._store))
        return record is not None

    def rights_changed(self, row: FeedRow) -> None:
        """Forget who learns where in the school, unless the row names an account."""
        if row.ref == NIL:
            self._recipients.school_changed(row.school_id)

    def database_changed(self) -> None:
        self._recipients.reset()

    async def _found(self, rows: Sequence[tuple[FeedRow, Topic]]) -> Found:
        keys: dict[Topic, dict[Key, None]] = defaultdict(dict)
        for row, topic in rows:
            keys[topic][row.school_id, row.ref] = None
        records = {
            topic: await topic.loader.load(self._store, None, each) for topic, each in keys.items()
        }
        found = ((row, topic, records[topic][row.school_id, row.ref]) for row, topic in rows)
        return [(row, topic, record) for row, topic, record in found if record is not None]


def _change(
    row: FeedRow,
    topic: Topic,
    record: Any,
    keys: RecipientKeys,
    cursors: Cursors,
    reads: SharedReads,
) -> Change:
    position = Position(row.xid, row.seq)
    cursor = cursors.encode(position)
    return change_type(topic)(topic, position, cursor, row, record, keys, reads)
