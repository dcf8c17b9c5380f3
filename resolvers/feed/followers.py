"""Who follows the feed in this process, found by the students and courses that concern them."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.errors import Code, Problem
from resolvers.feed.cursor import Position
from resolvers.global_id import NIL
from resolvers.viewer import Viewer

Key = tuple[int, UUID]
"""A student or a course of a school; the nil id stands for the whole school."""
Keys = frozenset[Key]
MOST_WAITING = 1_000


@dataclass(frozen=True, slots=True)
class GradeChange:
    """A change of a grade; `grade` is as it is now, `version` the one that the change made."""

    position: Position
    cursor: str
    change: str
    version: int
    grade: Any

    @property
    def keys(self) -> Keys:
        school = self.grade.school_id
        ids = (self.grade.student_id, self.grade.course_id, NIL)
        return frozenset((school, id_) for id_ in ids)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a subscription names; where it names neither, all that concerns the viewer."""

    students: Keys | None = None
    courses: Keys | None = None

    def keys(self, viewer: Viewer) -> Keys:
        if self.students is not None or self.courses is not None:
            return (self.students or frozenset()) | (self.courses or frozenset())
        return frozenset(_concerning(viewer))


def _concerning(viewer: Viewer) -> Iterable[Key]:
    for school, rights in viewer.schools.items():
        if rights.head:
            yield school, NIL
        else:
            near = rights["STUDENT"] | rights["CHILD"] | rights["STUDENT_LED"]
            yield from ((school, id_) for id_ in near | rights["COURSE_TAUGHT"])


class Follower:
    """One subscription's queue, bounded: who does not keep up is told to resume."""

    def __init__(self, viewer: Viewer, keys: Keys) -> None:
        self.viewer = viewer
        self.keys = keys
        self._waiting: deque[GradeChange] = deque()
        self._too_many = False
        self._check = False
        self._arrived = asyncio.Event()

    def offer(self, change: GradeChange) -> None:
        """After one that has no room nothing more is taken, so that what was taken has no gap."""
        self._too_many = self._too_many or len(self._waiting) >= MOST_WAITING
        if not self._too_many:
            self._waiting.append(change)
        self._arrived.set()

    def check(self) -> None:
        """The viewer's rights may have changed."""
        self._check = True
        self._arrived.set()

    async def next(self) -> GradeChange | None:
        """The next change, or None where only the viewer's rights are to be looked at again."""
        while True:
            if self._check:
                self._check = False
                return None
            if self._waiting:
                return self._waiting.popleft()
            if self._too_many:
                raise Problem(
                    Code.RESYNC, "Too many changes at once: resume after the last cursor."
                )
            self._arrived.clear()
            await self._arrived.wait()


class Followers:
    def __init__(self) -> None:
        self._all: set[Follower] = set()
        self._by_key: dict[Key, set[Follower]] = {}

    def __len__(self) -> int:
        return len(self._all)

    @property
    def schools(self) -> frozenset[int]:
        return frozenset(school for school, _ in self._by_key)

    def add(self, follower: Follower) -> None:
        self._all.add(follower)
        for key in follower.keys:
            self._by_key.setdefault(key, set()).add(follower)

    def remove(self, follower: Follower) -> None:
        self._all.discard(follower)
        for key in follower.keys:
            there = self._by_key[key]
            there.discard(follower)
            if not there:
                del self._by_key[key]

    def move(self, follower: Follower, viewer: Viewer, keys: Keys) -> None:
        """The follower's viewer has been read anew."""
        self.remove(follower)
        follower.viewer, follower.keys = viewer, keys
        self.add(follower)

    def offer(self, change: GradeChange) -> None:
        for follower in set().union(*(self._by_key.get(key, ()) for key in change.keys)):
            follower.offer(change)

    def rights_changed(self, school_id: int, account_id: UUID) -> None:
        """Of one account, or of a whole school where the id is nil."""
        for follower in self._all:
            viewer = follower.viewer
            if account_id in (NIL, viewer.account.id) and (
                account_id != NIL or school_id in viewer.schools
            ):
                follower.check()
