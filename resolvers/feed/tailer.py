"""The live feed: one tailer a process reads the outbox and fans it out from memory."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress

from db.bus import Bus
from db.store import Store
from domain.errors import Code, Problem
from resolvers.feed.cursor import Position
from resolvers.feed.followers import Follower, Followers, GradeChange, Wanted
from resolvers.feed.outbox import BATCH, Outbox, position_of
from resolvers.relations import may_know
from resolvers.viewer import Viewer
from resolvers.viewers import viewers_of

POLL = 1.0
"""Seconds after which the outbox is read even if nobody has called."""
CLEAN = 3_600.0
log = logging.getLogger(__name__)
ViewerSource = Callable[[], Awaitable[Viewer | None]]


class Feed:
    """`run` follows the outbox until it is cancelled; `follow` may be called at any time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._bus = Bus(store)
        self._outbox = Outbox(store)
        self._followers = Followers()
        self._opened = asyncio.Event()
        self._position: Position

    def wake(self) -> None:
        """Something was committed: every process reads on."""
        self._bus.call()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._bus.run())
            group.create_task(self._keep_up())
            group.create_task(self._clean())

    async def _keep_up(self) -> None:
        while True:
            self._bus.heard.clear()
            try:
                if not self._opened.is_set():
                    self._position = await self._outbox.open()
                    self._opened.set()
                while await self._advance():
                    pass
            except Exception:  # whatever it is, the feed goes on
                log.exception("The feed could not be read; it tries again")
                await asyncio.sleep(POLL)
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await self._bus.heard.wait()

    async def _clean(self) -> None:
        while True:
            await asyncio.sleep(CLEAN)
            try:
                await self._outbox.drop_old()
            except Exception:
                log.exception("Old rows of the feed could not be dropped; it tries again")

    async def _advance(self) -> bool:
        """Hand on the next rows; whether there may be more."""
        rows = await self._outbox.after(self._position)
        if not rows:
            return False
        for row in rows:  # first of all, so that no change is handed on by rights that are over
            if row.topic == "RIGHTS":
                viewers_of(self._store).rights_changed(row.school_id, row.ref)
                self._followers.rights_changed(row.school_id, row.ref)
        known: frozenset[int] | None = None
        while known is None or not self._followers.schools <= known:  # who joins meanwhile counts
            known = self._followers.schools
            changes = await self._outbox.changes(rows, known)
        for change in changes:
            self._followers.offer(change)
        self._position = position_of(rows[-1])
        return len(rows) >= BATCH

    async def follow(
        self, viewer_of: ViewerSource, wanted: Wanted, after: str | None
    ) -> AsyncGenerator[GradeChange, None]:
        """The changes after the cursor, or from now on, that the viewer may see when they come.

        What the table holds up to the moment of joining is read from it, the rest comes live:
        no hole between them, and no repeat.
        """
        await self._opened.wait()
        viewer = _present(await viewer_of())
        start = None if after is None else await self._outbox.resume(after)
        follower = Follower(viewer, wanted.keys(viewer))
        self._followers.add(follower)
        try:
            async with aclosing(self._since(start, self._position, follower)) as changes:
                async for change in changes:
                    viewer = _present(await viewer_of())
                    if viewer is not follower.viewer:
                        self._followers.move(follower, viewer, wanted.keys(viewer))
                    if change is not None and _may_see(follower, change):
                        yield change
        finally:
            self._followers.remove(follower)

    async def _since(
        self, start: Position | None, joined: Position, follower: Follower
    ) -> AsyncGenerator[GradeChange | None, None]:
        last = joined if start is None else start
        while last < joined:
            rows = [r for r in await self._outbox.after(last) if position_of(r) <= joined]
            if not rows:
                break
            schools = frozenset(school for school, _ in follower.keys)
            for change in await self._outbox.changes(rows, schools):
                yield change
            last = position_of(rows[-1])
        while True:
            live = await follower.next()
            if live is None or live.position > last:
                yield live


def _may_see(follower: Follower, change: GradeChange) -> bool:
    concerned = not follower.keys.isdisjoint(change.keys)
    return concerned and may_know(follower.viewer, "Grade", change.grade)


def _present(viewer: Viewer | None) -> Viewer:
    if viewer is None:
        raise Problem(Code.UNAUTHENTICATED, "The session has ended.")
    return viewer
