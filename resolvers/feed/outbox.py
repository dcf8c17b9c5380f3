"""The outbox as its readers see it: settled rows in order, and cursors for their positions."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from db.reading.feed import (
    FeedKeyRow,
    FeedRow,
    feed_key,
    newest_row,
    oldest_row,
    rights_after,
    rows_after,
    rows_of_schools_after,
)
from db.reading.horizon import horizon_to_give
from db.store import Store
from db.writing.retention import drop_old_events
from domain.clock import now
from domain.errors import Code, Problem
from resolvers.feed.cursor import Cursors, Position

BATCH = 500
KEPT = timedelta(days=30)


class Outbox:
    """Each reader keeps its own position: `open` gives the newest one, `after` reads on from one.

    `cursors` are those of the database, once `read_key` or `open` was called. If they turn out to
    be others, as after the database was restored, `database_changed` is called before anything is
    read with them.
    """

    def __init__(self, store: Store, database_changed: Callable[[], object] = lambda: None) -> None:
        self._store = store
        self._database_changed = database_changed
        self.cursors = Cursors(b"", b"")

    async def open(self) -> Position:
        """The position of the newest settled row.

        If there is no row yet, a position before all rows that holds the time of the call.
        """
        await self.read_key()
        cursors = self.cursors
        newest = await self._store.first(newest_row, horizon=await horizon_to_give(self._store))
        if self.cursors is not cursors:
            return await self.open()  # the row may be of the database before
        if newest is None:
            return Position(0, int(now().timestamp()))
        return position_of(cast(FeedRow, newest))

    async def read_key(self) -> None:
        row = await self._store.first(feed_key)
        if row is None:
            raise LookupError("The database has no feed key: it is not migrated.")
        key = cast(FeedKeyRow, row)
        cursors = Cursors(key.epoch.bytes, key.secret)
        if cursors != self.cursors:
            self.cursors = cursors
            self._database_changed()

    async def after(
        self, position: Position, limit: int = BATCH, schools: frozenset[int] | None = None
    ) -> list[FeedRow]:
        """The next settled rows, of every school or of these. Fewer than the limit come only if
        there are no more; more come if rows share the last one's position."""
        if schools is None:
            return (await self.settled_after(position, limit))[0]
        rows = await self._store.fetch(
            rows_of_schools_after,
            schools=list(schools),
            horizon=await horizon_to_give(self._store),
            **_place(position, limit),
        )
        return cast("list[FeedRow]", rows)

    async def settled_after(
        self, position: Position, limit: int = BATCH
    ) -> tuple[list[FeedRow], bool]:
        """As `after`, for every school; and whether there are committed rows that are not settled,
        because an older transaction is still open."""
        horizon = await horizon_to_give(self._store)
        rows = await self._store.fetch(rows_after, horizon=horizon, **_place(position, limit))
        found = [cast("FeedRow", row) for row in rows if cast("Any", row).settled]
        return found, len(found) < len(rows)

    async def resume(self, cursor: str) -> Position:
        """The cursor's position. Raises RESYNC if its row or a later one may have been dropped."""
        position = self.cursors.decode(cursor)
        if not await self._is_kept(position):
            raise too_old()
        return position

    async def _is_kept(self, position: Position) -> bool:
        """Rows are dropped in order: if the position's row is there, so are all after it."""
        if position.xid == 0:
            return now().timestamp() - position.seq < KEPT.total_seconds()
        rows = await self.after(position.before, limit=1)
        return bool(rows) and position_of(rows[0]) == position

    async def oldest(self) -> Position | None:
        """The position of the oldest row. No row after it has been dropped."""
        row = await self._store.first(oldest_row)
        return None if row is None else position_of(cast(FeedRow, row))

    async def rights_after(self, position: Position) -> list[FeedRow]:
        """Every committed change of rights, settled or not."""
        rows = await self._store.fetch(rights_after, xid=str(position.xid), seq=position.seq)
        return cast("list[FeedRow]", rows)

    async def drop_old(self) -> None:
        await self._store.fetch(drop_old_events, before=now() - KEPT)


def too_old() -> Problem:
    return Problem(Code.RESYNC, "The cursor is too old: load anew.")


def _place(position: Position, limit: int) -> dict[str, object]:
    return {"xid": str(position.xid), "seq": position.seq, "limit": limit}


def position_of(row: FeedRow) -> Position:
    return Position(row.xid, row.seq)
