"""The outbox as the feed reads it: settled rows in order, each with its grade read anew."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from db.reading.feed import FeedKeyRow, FeedRow, feed_key, rows_after
from db.store import Store
from db.tables.columns import now
from db.writing.retention import drop_old_events
from domain.errors import Code, Problem
from resolvers.feed.cursor import Cursors, Position
from resolvers.feed.followers import GradeChange
from resolvers.loaders import GradeById, Key

BATCH = 500
KEPT = timedelta(days=30)
LAST_OF_TRANSACTION = 2**31 - 1


class Outbox:
    """Opened once; `cursors` are there from then on."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.cursors: Cursors

    async def open(self) -> Position:
        """The position before which all is settled."""
        row = await self._store.first(feed_key)
        if row is None:
            raise LookupError("The database has no feed key: it is not migrated.")
        key = cast(FeedKeyRow, row)
        self.cursors = Cursors(key.epoch.bytes, key.secret)
        return Position(key.head - 1, LAST_OF_TRANSACTION)

    async def after(self, position: Position, limit: int = BATCH) -> list[FeedRow]:
        """The next rows; fewer than the limit only where there are no more."""
        rows = await self._store.fetch(
            rows_after, xid=str(position.xid), seq=position.seq, limit=limit
        )
        return cast("list[FeedRow]", rows)

    async def resume(self, cursor: str) -> Position:
        """The cursor's position; RESYNC where its row, or one after it, may be gone."""
        position = self.cursors.decode(cursor)
        rows = await self.after(Position(position.xid, position.seq - 1), limit=1)
        if not rows or position_of(rows[0]) != position:
            raise Problem(Code.RESYNC, "The cursor is too old: load anew.")
        return position

    async def changes(self, rows: Iterable[FeedRow], schools: frozenset[int]) -> list[GradeChange]:
        """Changes of grades in these schools; what a row says of its grade is never trusted."""
        told = [row for row in rows if row.topic == "GRADE" and row.school_id in schools]
        refs: dict[int, dict[UUID, None]] = defaultdict(dict)
        for row in told:
            refs[row.school_id][row.ref] = None
        keys: list[Key] = [(school, id_) for school, ids in refs.items() for id_ in ids]
        grades = await GradeById.load(self._store, None, keys)
        found = ((row, grades[row.school_id, row.ref]) for row in told)
        return [self._change(row, grade) for row, grade in found if grade is not None]

    async def drop_old(self) -> None:
        await self._store.fetch(drop_old_events, before=now() - KEPT)

    def _change(self, row: FeedRow, grade: Any) -> GradeChange:
        position = position_of(row)
        return GradeChange(position, self.cursors.encode(position), row.change, row.version, grade)


def position_of(row: FeedRow) -> Position:
    return Position(row.xid, row.seq)
