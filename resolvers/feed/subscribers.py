"""The subscribers of this process, found by the keys that they follow."""

import asyncio
from collections import Counter, deque
from datetime import datetime
from uuid import UUID

from domain.errors import Code, Problem
from resolvers.feed.change import Change
from resolvers.feed.cursor import Position
from resolvers.feed.filter import SubscriptionFilter
from resolvers.feed.keys import RecipientKey
from resolvers.feed.seen_versions import SeenVersions
from resolvers.global_id import NIL
from resolvers.viewer import NEVER, Viewer

LONGEST_QUEUE = 1_000
"""Changes that may wait for one subscriber. Subscribers share them: one takes a pointer."""
TOO_MANY = "Too many changes at once: resume after the last cursor."
OTHER_DATABASE = "The database is another: load anew."
NOBODY: frozenset["Subscriber"] = frozenset()


class Subscriber:
    """One subscription: its viewer, its filter, and a bounded queue of changes.

    A subscriber that does not keep up gets the changes that were queued, and then RESYNC. There are
    thousands of subscribers, so one that waits holds no queue.
    """

    __slots__ = (
        "_last",
        "_queue",
        "_recheck_from",
        "_resync",
        "_waiter",
        "filter",
        "keys",
        "keys_added",
        "recheck",
        "seen",
        "viewer",
    )  # fmt: skip

    def __init__(self, viewer: Viewer, filter_: SubscriptionFilter) -> None:
        self.viewer = viewer
        self.filter = filter_
        self.keys = filter_.keys(viewer)
        self.seen = SeenVersions()
        self._queue: deque[Change] | None = None
        self._last: Change | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._resync: str | None = None
        """Why nothing more is queued: the subscription ends so once the queue is empty."""
        self.recheck = False
        """Whether the viewer's rights may have changed since they were last read."""
        self._recheck_from: Position | None = None
        """The rights may have changed after this place, and no change after it was delivered."""
        self.keys_added = False
        """Whether there are keys now that were not there at `_recheck_from`."""

    @property
    def is_waiting(self) -> bool:
        """Whether everything that was queued has been delivered."""
        return self._waiter is not None and not self._waiter.done()

    def enqueue(self, change: Change) -> None:
        """Once one change has found no room, no other is queued, so that there is no gap."""
        if change is self._last or change.topic not in self.filter.topics:
            return
        self._last = change
        if self._queue is None:
            self._queue = deque()
        if self._resync is None and len(self._queue) >= LONGEST_QUEUE:
            self._resync = TOO_MANY
        if self._resync is None:
            self._queue.append(change)
        self._wake()

    def database_changed(self) -> None:
        """Drop the queue, which is of the database before, and end with RESYNC."""
        self._queue = None
        self._resync = OTHER_DATABASE
        self._wake()

    def recheck_rights(self, position: Position) -> None:
        """Have the viewer's rights read again: they may have changed after the position."""
        if self._recheck_from is None:
            self._recheck_from = self._queue[0].position.before if self._queue else position
        self.recheck = True
        self._wake()

    def rights_rechecked(self) -> Position | None:
        """If keys were added, the place after which the table is to be read for what they cover:
        it was not queued. The queue is dropped, since the table holds it too."""
        start, added = self._recheck_from, self.keys_added
        self._recheck_from, self.keys_added = None, False
        if start is None or not added:
            return None
        self._queue = self._last = None
        return start if self._resync is None else None

    async def next(self) -> Change | None:
        """The next change, or None if the viewer's rights are to be read again first."""
        while True:
            if self.recheck:
                return None
            if self._queue:
                return self._queue.popleft()
            if self._resync is not None:
                raise Problem(Code.RESYNC, self._resync)
            self._queue = self._last = None
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Subscribers:
    def __init__(self) -> None:
        self._all: set[Subscriber] = set()
        self._by_key: dict[RecipientKey, set[Subscriber]] = {}
        self._keys_of_school: Counter[int] = Counter()
        self._next_expiry = NEVER
        """No viewer's rights expire before it."""

    def __len__(self) -> int:
        return len(self._all)

    @property
    def schools(self) -> frozenset[int]:
        return frozenset(self._keys_of_school)

    @property
    def are_waiting(self) -> bool:
        """Whether everything that was published has been delivered."""
        return all(subscriber.is_waiting for subscriber in self._all)

    def add(self, subscriber: Subscriber) -> None:
        self._all.add(subscriber)
        self._next_expiry = min(self._next_expiry, subscriber.viewer.until)
        for key in subscriber.keys:
            if key not in self._by_key:
                self._by_key[key] = set()
                self._keys_of_school[key[0]] += 1
            self._by_key[key].add(subscriber)

    def remove(self, subscriber: Subscriber) -> None:
        self._all.discard(subscriber)
        for key in subscriber.keys:
            there = self._by_key[key]
            there.discard(subscriber)
            if not there:
                del self._by_key[key]
                self._keys_of_school -= Counter({key[0]: 1})  # drops a school without keys

    def update(self, subscriber: Subscriber, viewer: Viewer) -> None:
        """Go on with the viewer as just read; raises what `SubscriptionFilter.keys` does."""
        keys = subscriber.filter.keys(viewer)
        subscriber.viewer = viewer
        self._next_expiry = min(self._next_expiry, viewer.until)
        if keys != subscriber.keys:
            subscriber.keys_added |= not keys <= subscriber.keys
            self.remove(subscriber)
            subscriber.keys = keys
            self.add(subscriber)

    def publish(self, change: Change) -> None:
        for key in change.keys:
            for subscriber in self._by_key.get(key, NOBODY):
                subscriber.enqueue(change)

    def database_changed(self) -> None:
        for subscriber in self._all:
            subscriber.database_changed()

    def rights_changed(self, school_id: int, account_id: UUID, position: Position) -> None:
        """The rights of one account have changed, or of a whole school if the id is nil; nothing
        after the position has been published."""
        for subscriber in self._all:
            viewer = subscriber.viewer
            if account_id in (NIL, viewer.account.id) and (
                account_id != NIL or viewer.belongs_to(school_id)
            ):
                subscriber.recheck_rights(position)

    def expire(self, now: datetime, position: Position) -> None:
        """Have rights read again that have expired, as with a school's day or a session."""
        if now < self._next_expiry:
            return
        self._next_expiry = NEVER
        for subscriber in self._all:
            self._next_expiry = min(self._next_expiry, subscriber.viewer.until)
            if subscriber.viewer.until <= now:
                subscriber.recheck_rights(position)
