"""The live feed: one tailer a process reads the outbox and fans it out from memory."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing, suppress
from time import monotonic

from db.bus import Bus
from db.reading.feed import FeedRow
from db.store import Store
from db.tables.columns import now
from domain.errors import Code, Problem
from domain.sealing import Seal
from resolvers.feed.backlog import Backlog
from resolvers.feed.changes import Changes
from resolvers.feed.cursor import Cursors, Position
from resolvers.feed.followers import ANOTHER_DATABASE, Follower, Followers
from resolvers.feed.kinds import Change
from resolvers.feed.outbox import BATCH, Outbox, position_of
from resolvers.feed.page import Page, page_after
from resolvers.feed.wanted import ViewerSource, Wanted, may_see, present
from resolvers.upkeep import hourly
from resolvers.viewer import Viewer
from resolvers.viewers import viewers_of

POLL = 1.0
"""Seconds after which the outbox is read even if nobody has called."""
APART = 0.01
"""Seconds between two readings: what is committed at about the same time is read together."""
SOON = 0.01
"""The same while something is held back by an open transaction, which may end without a call; then
after twice as long, and so on."""
AGAIN = 0.5
"""Seconds after which it is read again where it could not be."""
RIGHTS = 0.25
"""Seconds between two looks at rights that end before the feed comes to it."""
KEY = 1.0
"""Seconds between two looks at the key: a database that was restored has another."""
AT_ONCE = 4
"""How many followers may read at once what they missed, or their rights: a wave of them, after a
restart, leaves the other connections to those who ask."""
log = logging.getLogger(__name__)


class Feed:
    """`run` follows the outbox until it is cancelled; `follow` may be called at any time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._bus = Bus(store)
        self._outbox = Outbox(store, self._begin_anew)
        self._changes = Changes(store)
        self._followers = Followers()
        self._opened = asyncio.Event()
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._backlog = Backlog(self._outbox, self._changes, self._gate)
        self._looked_at = -RIGHTS
        self._known_rights: set[Position] = set()
        self._key_read_at = -KEY
        self._held_back = False
        self._position: Position

    @property
    def seal(self) -> Seal | None:
        """That of the database's cursors, once it is known."""
        return self._outbox.cursors.seal if self._opened.is_set() else None

    def wake(self) -> None:
        """Something was committed: every process reads on."""
        self._bus.call()

    def wakes(self, hearer: Callable[[], object]) -> None:
        """Call it too whenever a process says that something was committed."""
        self._bus.listeners.append(hearer)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._bus.run())
            group.create_task(self._keep_up())
            group.create_task(hourly("rows of the feed", self._outbox.drop_old))

    async def _keep_up(self) -> None:
        pause = POLL
        while True:
            began = monotonic()
            called = self._bus.received.is_set()
            self._bus.received.clear()
            try:
                more = True
                while more:
                    await self._keep_open()
                    await self._look_ahead()
                    more = await self._advance()
                viewers_of(self._store).told()
            except Exception:  # whatever it is, the feed goes on
                viewers_of(self._store).untold()
                log.exception("The feed could not be read; it tries again")
                await asyncio.sleep(AGAIN)
                continue
            again = SOON if called else min(2 * pause, POLL)
            pause = again if self._held_back else POLL
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._bus.received.wait()
            await asyncio.sleep(max(0.0, began + APART - monotonic()))

    async def _keep_open(self) -> None:
        """Stand in the database that is there now, which may be another than a moment ago."""
        if monotonic() - self._key_read_at >= KEY:
            await self._outbox.read_key()
            self._key_read_at = monotonic()
        if not self._opened.is_set():
            self._position = await self._outbox.open()
            self._opened.set()

    def _begin_anew(self) -> None:
        """Nothing that is remembered holds in another database, least of all a place."""
        self._opened.clear()
        self._known_rights = set()
        self._changes.begin_anew()
        viewers_of(self._store).forget_all()
        self._followers.begin_anew()
        self._bus.received.set()

    async def _look_ahead(self) -> None:
        """End the rights that are over, though the feed may still be held back, as by an import."""
        if monotonic() - self._looked_at >= RIGHTS:
            rows = await self._outbox.rights_after(self._position)
            known, self._known_rights = self._known_rights, set(map(position_of, rows))
            self._rights_changed(row for row in rows if position_of(row) not in known)
            self._followers.day_ended(now(), self._position)
            self._looked_at = monotonic()

    async def _advance(self) -> bool:
        """Hand on the next rows; whether there may be more."""
        rows, self._held_back = await self._outbox.settled_after(self._position)
        if not rows:
            return False
        # First of all, so that no change is handed on by rights that are over.
        self._rights_changed(row for row in rows if row.topic == "RIGHTS")
        known: frozenset[int] | None = None
        while known is None or not self._followers.schools <= known:  # who joins meanwhile counts
            known = self._followers.schools
            changes = await self._changes.of(rows, known, self._outbox.cursors)
        for change in changes:
            self._followers.offer(change)
        self._position = position_of(rows[-1])
        return len(rows) >= BATCH

    def _rights_changed(self, rows: Iterable[FeedRow]) -> None:
        for row in rows:
            self._changes.rights_changed(row)
            viewers_of(self._store).rights_changed(row.school_id, row.ref)
            self._followers.rights_changed(row.school_id, row.ref, self._position)

    async def follow(
        self,
        viewer_of: ViewerSource,
        wanted: Wanted,
        after: str | None,
        begun: Callable[[str], object] | None = None,
    ) -> AsyncGenerator[Change, None]:
        """The changes after the cursor, or from now on, that the viewer may see when they come.

        `begun` is told the cursor after which they begin. What the table holds up to the moment
        of joining is read from it, the rest comes live: no hole between them, and no repeat.

        Where nothing is named it waits as long as nothing concerns the viewer, whether rights have
        ended or there never were any: they may come. It ends with a Problem: NOT_FOUND or FORBIDDEN
        where of all that is named the viewer may see nothing, as `Wanted.allowed` has it;
        UNAUTHENTICATED with the session; RESYNC where the cursor is too old, the client does not
        keep up, or the database is found to be another.
        """
        await self._opened.wait()
        async with self._gate:
            follower = Follower(present(await viewer_of()), wanted)
        if not self._opened.is_set():
            raise Problem(Code.RESYNC, ANOTHER_DATABASE)
        self._followers.add(follower)
        follower.check(self._position)  # what was told of rights while they were being read
        joined, cursors = self._position, self._outbox.cursors
        start: Position | None = None
        last = Position(0, 0)
        change: Change | None = None
        try:
            if after is not None:
                async with self._gate:
                    start = await self._outbox.resume(after)
                await self._look_again(follower, viewer_of)  # before what came with a right is read
            if begun is not None:
                begun(cursors.encode(joined) if after is None else after)
            del begun, after, joined
            while True:
                if start is not None:
                    start, until = max(start, last), self._position
                    last = max(start, until)
                    missed = self._missed(follower, start, until, cursors, viewer_of)
                    async with aclosing(missed):
                        async for change in missed:
                            yield change
                    del missed
                start = change = None  # a quiet subscription keeps nothing
                change = await follower.next()
                if change is None:
                    start = await self._look_again(follower, viewer_of)
                elif change.position > last and await self._shows(follower, change, viewer_of):
                    yield change
        finally:
            self._followers.remove(follower)

    async def _missed(
        self,
        follower: Follower,
        start: Position,
        until: Position,
        cursors: Cursors,
        viewer_of: ViewerSource,
    ) -> AsyncGenerator[Change, None]:
        """What the viewer may see of what the table holds after the start; all else comes live."""
        between = self._backlog.between(follower, start, until, cursors)
        async with aclosing(between):
            async for change in between:
                wanted = change.kind in follower.wanted.kinds
                if wanted and await self._shows(follower, change, viewer_of):
                    yield change

    async def _look_again(self, follower: Follower, viewer_of: ViewerSource) -> Position | None:
        """Read the viewer's rights, until no change of them was told meanwhile; the place after
        which to begin again, if any."""
        viewer = follower.viewer
        async with self._gate:
            while follower.unsure:
                follower.unsure = False
                viewer = present(await viewer_of())
        self._followers.move(follower, viewer)
        return follower.begin_again()

    async def _shows(self, follower: Follower, change: Change, viewer_of: ViewerSource) -> bool:
        """Whether the change is for the viewer, by the rights and the record of this moment."""
        viewer = present(await viewer_of())
        if viewer is not follower.viewer:
            self._followers.move(follower, viewer)
        record = change.record
        if not await self._changes.renew(change, follower.seen.version(record.id)):
            return False
        follower.seen.note(record.id, change.record.version)
        return may_see(viewer, follower.keys, change)

    async def page(
        self,
        viewer: Viewer,
        viewer_anew: ViewerSource,
        wanted: Wanted,
        after: str | None,
        first: int,
    ) -> Page:
        """`viewer_anew` reads the viewer's rights of the moment at which it is called."""
        await self._opened.wait()
        return await page_after(
            self._outbox, self._changes, self._position, viewer, viewer_anew, wanted, after, first
        )
