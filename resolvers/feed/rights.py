"""Changes of rights: whatever is kept of viewers, recipients and subscribers is read again."""

from collections.abc import Iterable
from time import monotonic

from db.reading.feed import FeedRow
from db.store import Store
from db.tables.feed import RIGHTS
from domain.clock import now
from resolvers.feed.changes import Changes
from resolvers.feed.cursor import Position
from resolvers.feed.outbox import Outbox, position_of
from resolvers.feed.subscribers import Subscribers
from resolvers.viewers import viewers_of

LOOK_AHEAD = 0.25
"""Seconds between two looks at changes of rights beyond the place that the tailer has come to."""


class RightsChanges:
    """Applies the outbox's rows of the topic `RIGHTS`."""

    def __init__(
        self, store: Store, outbox: Outbox, changes: Changes, subscribers: Subscribers
    ) -> None:
        self._outbox = outbox
        self._changes = changes
        self._subscribers = subscribers
        self._viewers = viewers_of(store)
        self._applied_ahead: set[Position] = set()
        self._looked_at = -LOOK_AHEAD

    def apply(self, rows: Iterable[FeedRow], position: Position) -> None:
        """Nothing after the position has been published."""
        for row in rows:
            if row.topic == RIGHTS:
                self._changes.rights_changed(row)
                self._viewers.rights_changed(row.school_id, row.ref)
                self._subscribers.rights_changed(row.school_id, row.ref, position)

    async def look_ahead(self, position: Position) -> None:
        """Apply committed rows that an open transaction, such as an import, holds back from the
        tailer; rights that have ended should not last until it commits."""
        if monotonic() - self._looked_at < LOOK_AHEAD:
            return
        rows = await self._outbox.rights_after(position)
        applied, self._applied_ahead = self._applied_ahead, set(map(position_of, rows))
        self.apply((row for row in rows if position_of(row) not in applied), position)
        self._subscribers.expire(now(), position)
        self._looked_at = monotonic()

    def database_changed(self) -> None:
        self._applied_ahead = set()
        self._viewers.forget_all()
