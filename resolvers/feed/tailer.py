"""The live feed: one tailer a process reads the outbox and fans it out from memory."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import asyncpg

from db.reading.diary import grades_by_id
from db.reading.feed import FeedKeyRow, FeedRow, feed_key, rows_after
from db.store import Store
from domain.errors import Code, Problem
from resolvers.feed.cursor import Cursors, Position
from resolvers.relations import may_know
from resolvers.viewer import Viewer
from resolvers.viewers import viewers_of

CHANNEL = "gradebook_feed"
POLL = 1.0
"""Seconds after which the outbox is read even if nobody has called."""
DEBOUNCE = 0.01
BATCH = 500
MOST_WAITING = 1_000
log = logging.getLogger(__name__)
ViewerSource = Callable[[], Awaitable[Viewer | None]]


@dataclass(frozen=True, slots=True)
class GradeChange:
    """A change of a grade; `grade` is as it is now, `version` the one that the change made."""

    position: Position
    cursor: str
    change: str
    version: int
    grade: Any


@dataclass(eq=False, slots=True)
class Follower:
    """One subscription's queue, bounded: who does not keep up is told to resume."""

    schools: frozenset[int]
    queue: asyncio.Queue[GradeChange | None] = field(
        default_factory=lambda: asyncio.Queue(MOST_WAITING)
    )

    def offer(self, change: GradeChange) -> None:
        if self.queue.full():
            self.queue.get_nowait()
            self.queue.put_nowait(None)
        else:
            self.queue.put_nowait(change)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a subscription asks for; where it names nothing, all that concerns the viewer."""

    students: frozenset[tuple[int, UUID]] = frozenset()
    courses: frozenset[tuple[int, UUID]] = frozenset()

    def has(self, grade: Any) -> bool:
        if not self.students and not self.courses:
            return True
        student, course = (grade.school_id, grade.student_id), (grade.school_id, grade.course_id)
        return student in self.students or course in self.courses


class Feed:
    """`run` follows the outbox until it is cancelled; `follow` may be called at any time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._followers: set[Follower] = set()
        self._woken = asyncio.Event()
        self._ready = asyncio.Event()
        self._waking: asyncio.Task[None] | None = None
        self._position = Position(0, 0)
        self._cursors: Cursors

    async def run(self) -> None:
        while True:
            try:
                await self._open()
                await self._tail()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                log.exception("The feed lost the database; it tries again")
                await asyncio.sleep(POLL)

    async def _open(self) -> None:
        if self._ready.is_set():
            return
        row = await self._store.first(feed_key)
        if row is None:
            raise asyncpg.InterfaceError("The database has no feed key: it is not migrated.")
        key = cast(FeedKeyRow, row)
        self._cursors = Cursors(key.epoch.bytes, key.secret)
        # All below the head is settled and was there before this process began to follow.
        self._position = Position(key.head - 1, 2**31 - 1)
        self._ready.set()

    async def _tail(self) -> None:
        async with self._store.pool.acquire() as connection:
            await connection.add_listener(CHANNEL, self._on_notify)
            try:
                while not connection.is_closed():
                    while await self._advance():
                        pass
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._woken.wait(), POLL)
                    self._woken.clear()
            finally:
                with suppress(asyncpg.InterfaceError, asyncpg.PostgresError):
                    await connection.remove_listener(CHANNEL, self._on_notify)

    def _on_notify(self, *_: object) -> None:
        self._woken.set()

    def wake(self) -> None:
        """Tell every process, soon and once for many, that something was committed."""
        self._woken.set()
        if self._waking is None or self._waking.done():
            self._waking = asyncio.create_task(self._notify())

    async def _notify(self) -> None:
        await asyncio.sleep(DEBOUNCE)
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            async with self._store.pool.acquire() as connection:
                await connection.execute(f"NOTIFY {CHANNEL}")

    async def _advance(self) -> bool:
        """Hand on the next rows; whether there may be more."""
        rows = await self._read(self._position)
        changes = await self._changes(rows)
        for change in changes:
            for follower in self._followers:
                if change.grade.school_id in follower.schools:
                    follower.offer(change)
        if rows:
            self._position = Position(rows[-1].xid, rows[-1].seq)
        self._forget(rows)
        return len(rows) == BATCH

    def _forget(self, rows: Iterable[FeedRow]) -> None:
        for row in rows:
            if row.topic == "RIGHTS":
                viewers_of(self._store).rights_changed(row.school_id, row.ref)

    async def _read(self, after: Position) -> list[FeedRow]:
        rows = await self._store.fetch(rows_after, xid=str(after.xid), seq=after.seq, limit=BATCH)
        return cast("list[FeedRow]", rows)

    async def _changes(self, rows: Iterable[FeedRow]) -> list[GradeChange]:
        """The rows with their grades, read anew: what the row says of them is never trusted."""
        told = [row for row in rows if row.topic == "GRADE"]
        ids: dict[int, set[UUID]] = defaultdict(set)
        for row in told:
            ids[row.school_id].add(row.ref)
        grades: dict[tuple[int, UUID], Any] = {}
        for school_id, refs in ids.items():
            found = await self._store.fetch(grades_by_id, school=school_id, ids=list(refs))
            grades |= {(school_id, grade.id): grade for grade in found}
        return [
            self._change(row, grade)
            for row in told
            if (grade := grades.get((row.school_id, row.ref))) is not None
        ]

    def _change(self, row: FeedRow, grade: Any) -> GradeChange:
        position = Position(row.xid, row.seq)
        cursor = self._cursors.encode(position)
        return GradeChange(position, cursor, row.change, row.version, grade)

    async def follow(
        self, viewer_of: ViewerSource, wanted: Wanted, after: str | None
    ) -> AsyncGenerator[GradeChange, None]:
        """The changes after the cursor, or from now on, that the viewer may see when they come.

        What the table holds up to the moment of joining is read from it, the rest comes live:
        no hole between them, and no repeat.
        """
        await self._ready.wait()
        viewer = await viewer_of()
        if viewer is None:
            raise Problem(Code.UNAUTHENTICATED, "Sign in first.")
        start = self._cursors.decode(after) if after is not None else None
        follower = Follower(frozenset(viewer.schools))
        self._followers.add(follower)
        joined = self._position
        try:
            async for change in self._since(start, joined, follower):
                current = await viewer_of()
                if current is None:
                    raise Problem(Code.UNAUTHENTICATED, "The session has ended.")
                if wanted.has(change.grade) and may_know(current, "Grade", change.grade):
                    yield change
        finally:
            self._followers.discard(follower)

    async def _since(
        self, start: Position | None, joined: Position, follower: Follower
    ) -> AsyncGenerator[GradeChange, None]:
        last = start if start is not None else joined
        while last < joined:
            rows = [row for row in await self._read(last) if (row.xid, row.seq) <= joined]
            if not rows:
                break
            for change in await self._changes(
                [row for row in rows if row.school_id in follower.schools]
            ):
                yield change
            last = Position(rows[-1].xid, rows[-1].seq)
        while (live := await follower.queue.get()) is not None:
            if live.position > last:
                yield live
        raise Problem(Code.RESYNC, "Too many changes at once: resume after the last cursor.")
