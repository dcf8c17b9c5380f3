"""Who follows the feed in this process, found by the keys that concern them."""

import asyncio
from collections import Counter, deque
from datetime import datetime
from uuid import UUID

from domain.errors import Code, Problem
from resolvers.feed.cursor import Position
from resolvers.feed.kinds import Change, Key
from resolvers.feed.seen import Seen
from resolvers.feed.wanted import Wanted
from resolvers.global_id import NIL
from resolvers.viewer import NEVER, Viewer

MOST_WAITING = 1_000
"""Changes that wait for one subscription; they are shared, so that a place costs a pointer."""
ANOTHER_DATABASE = "The database is another: load anew."
NOTHING: frozenset["Follower"] = frozenset()


class Follower:
    """One subscription's queue, bounded: who does not keep up is told to resume.

    There are thousands of them, so that a quiet one holds no queue and no event.
    """

    __slots__ = (
        "_last", "_resync", "_since", "_waiter", "_waiting", "grown", "keys", "seen", "unsure",
        "viewer", "wanted",
    )  # fmt: skip

    def __init__(self, viewer: Viewer, wanted: Wanted) -> None:
        self.viewer = viewer
        self.wanted = wanted
        self.keys = wanted.allowed(viewer)
        self.seen = Seen()
        self._waiting: deque[Change] | None = None
        self._last: Change | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._resync: str | None = None
        """Why nothing more is taken; the end, once what was taken is handed on."""
        self.unsure = False
        """Whether the viewer's rights may have changed since somebody began to look at them."""
        self._since: Position | None = None
        """After this place the viewer's rights may have changed, and nothing is handed on yet."""
        self.grown = False
        """Whether there are keys that were not there before."""

    def offer(self, change: Change) -> None:
        """After one that has no room nothing more is taken, so that what was taken has no gap."""
        if change is self._last or change.kind not in self.wanted.kinds:
            return
        self._last = change
        if self._waiting is None:
            self._waiting = deque()
        if self._resync is None and len(self._waiting) >= MOST_WAITING:
            self._resync = "Too many changes at once: resume after the last cursor."
        if self._resync is None:
            self._waiting.append(change)
        self._wake()

    def begin_anew(self) -> None:
        """The database is another: what waits is of the one before, and what came between them
        is not known."""
        self._waiting = None
        self._resync = ANOTHER_DATABASE
        self._wake()

    def check(self, position: Position) -> None:
        """The viewer's rights may have changed after the position."""
        if self._since is None:
            self._since = self._waiting[0].position.before if self._waiting else position
        self.unsure = True
        self._wake()

    def begin_again(self) -> Position | None:
        """Once rights were looked at: where they have grown, the place after which all that they
        cover is to be read, as it was not handed on. What waits is read again with it."""
        since, grown = self._since, self.grown
        self._since, self.grown = None, False
        if since is None or not grown:
            return None
        self._waiting = self._last = None
        return since if self._resync is None else None

    async def next(self) -> Change | None:
        """The next change, or None where only the viewer's rights are to be looked at again."""
        while True:
            if self.unsure:
                return None
            if self._waiting:
                return self._waiting.popleft()
            if self._resync is not None:
                raise Problem(Code.RESYNC, self._resync)
            self._waiting = self._last = None
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Followers:
    def __init__(self) -> None:
        self._all: set[Follower] = set()
        self._by_key: dict[Key, set[Follower]] = {}
        self._keys_of: Counter[int] = Counter()
        self._until = NEVER
        """No viewer's rights end before it without a word."""

    def __len__(self) -> int:
        return len(self._all)

    @property
    def schools(self) -> frozenset[int]:
        return frozenset(self._keys_of)

    def add(self, follower: Follower) -> None:
        self._all.add(follower)
        self._until = min(self._until, follower.viewer.until)
        for key in follower.keys:
            if key not in self._by_key:
                self._by_key[key] = set()
                self._keys_of[key[0]] += 1
            self._by_key[key].add(follower)

    def remove(self, follower: Follower) -> None:
        self._all.discard(follower)
        for key in follower.keys:
            there = self._by_key[key]
            there.discard(follower)
            if not there:
                del self._by_key[key]
                self._keys_of -= Counter({key[0]: 1})  # and a school without keys is gone

    def move(self, follower: Follower, viewer: Viewer) -> None:
        """The viewer has been read anew; raises as whoever begins to follow would be refused."""
        keys = follower.wanted.allowed(viewer)
        follower.viewer = viewer
        self._until = min(self._until, viewer.until)
        if keys != follower.keys:
            follower.grown |= not keys <= follower.keys
            self.remove(follower)
            follower.keys = keys
            self.add(follower)

    def offer(self, change: Change) -> None:
        for key in change.keys:
            for follower in self._by_key.get(key, NOTHING):
                follower.offer(change)

    def begin_anew(self) -> None:
        for follower in self._all:
            follower.begin_anew()

    def rights_changed(self, school_id: int, account_id: UUID, position: Position) -> None:
        """Of one account, or of a whole school where the id is nil; what was handed on is no
        newer than the position."""
        for follower in self._all:
            viewer = follower.viewer
            if account_id in (NIL, viewer.account.id) and (
                account_id != NIL or viewer.belongs_to(school_id)
            ):
                follower.check(position)

    def day_ended(self, now: datetime, position: Position) -> None:
        """Rights that held up to this moment are looked at again."""
        if now < self._until:
            return
        self._until = NEVER
        for follower in self._all:
            self._until = min(self._until, follower.viewer.until)
            if follower.viewer.until <= now:
                follower.check(position)
