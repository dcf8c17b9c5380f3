"""The outbox as its readers see it: settled rows in order, and the cursors of their places."""

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
from db.store import Store
from db.tables.columns import now
from db.writing.retention import drop_old_events
from domain.errors import Code, Problem
from resolvers.feed.cursor import Cursors, Position

BATCH = 500
KEPT = timedelta(days=30)


class Outbox:
    """Every reader has a place of its own: `open` gives it, `after` reads on from it.

    `cursors` are those of the database once it was opened. Whenever they are found to be others,
    as of a database that was restored, `renewed` is called before anything is read with them.
    """

    def __init__(self, store: Store, renewed: Callable[[], object] = lambda: None) -> None:
        self._store = store
        self._renewed = renewed
        self.cursors = Cursors(b"", b"")

    async def open(self) -> Position:
        """The place from which on nothing has been read: that of the newest settled row.

        Where there is no row yet, a place before all of them that says when it was given.
        """
        await self.read_key()
        cursors = self.cursors
        newest = await self._store.first(newest_row)
        if self.cursors is not cursors:
            return await self.open()  # the place may be one of the database before
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
            self._renewed()

    async def after(
        self, position: Position, limit: int = BATCH, schools: frozenset[int] | None = None
    ) -> list[FeedRow]:
        """The next rows, of every school or of these; fewer than the limit only where there are
        no more. Rows that share a place come together, so that there may be more than the limit."""
        if schools is None:
            return (await self.settled_after(position, limit))[0]
        rows = await self._store.fetch(
            rows_of_schools_after, schools=list(schools), **_place(position, limit)
        )
        return cast("list[FeedRow]", rows)

    async def settled_after(
        self, position: Position, limit: int = BATCH
    ) -> tuple[list[FeedRow], bool]:
        """As `after`, of every school; and whether there is more that is only held back, by a
        transaction which is still open."""
        rows = await self._store.fetch(rows_after, **_place(position, limit))
        found = [cast("FeedRow", row) for row in rows if cast("Any", row).settled]
        return found, len(found) < len(rows)

    async def resume(self, cursor: str) -> Position:
        """The cursor's place; RESYNC where its row, or one after it, may be gone."""
        position = self.cursors.decode(cursor)
        if not await self._is_kept(position):
            raise too_old()
        return position

    async def _is_kept(self, position: Position) -> bool:
        """Old rows go in order, so that a row which is there vouches for all that follow it."""
        if position.xid == 0:
            return now().timestamp() - position.seq < KEPT.total_seconds()
        rows = await self.after(position.before, limit=1)
        return bool(rows) and position_of(rows[0]) == position

    async def oldest(self) -> Position | None:
        """The place of the oldest row: what comes after it is all there."""
        row = await self._store.first(oldest_row)
        return None if row is None else position_of(cast(FeedRow, row))

    async def rights_after(self, position: Position) -> list[FeedRow]:
        """Every committed change of rights, even one that an open transaction holds back."""
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
