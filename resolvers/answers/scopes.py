"""Which courses a student's lessons may be of, so that a lesson of another one matters to nobody.

A student's diary depends on the lessons of their courses. Its statement finds these by itself; here
they are read once more, for all diaries that were read lately, with all courses that the student
has ever had: so a change of any other course's lesson leaves the diary as it is.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from db.dependencies import LESSON
from db.reading.scopes import courses_ever_had
from db.store import Store
from resolvers.answers.changes import Basis, Changes
from resolvers.answers.recorder import Recorder
from resolvers.feed.shared_reads import shared_task
from resolvers.global_id import Key

MADE_OF = frozenset({"enrolment", "course"})
"""What the courses of a student follow from."""
GATHER = 0.5
"""Seconds for which students are gathered, to be read together. Nobody waits for it; an answer of
whose courses nothing is known yet is dropped by a change of any lesson."""
MOST_STUDENTS = 50_000
MOST_AT_ONCE = 5
"""Students of one answer; one of more depends on any lesson of the school."""


@dataclass(slots=True, eq=False)
class Scope:
    courses: frozenset[UUID]
    basis: Basis


class Scopes:
    def __init__(self, store: Store, changes: Changes) -> None:
        self._store = store
        self._changes = changes
        self._known: OrderedDict[Key, Scope] = OrderedDict()
        self._waiting: dict[Key, None] = {}
        self._narrowing: list[tuple[Basis, list[Key]]] = []
        self._reading: asyncio.Task[None] | None = None

    def narrow(self, basis: Basis, recorder: Recorder) -> None:
        """Have the basis depend on the lessons of the students' courses alone, at once or as soon
        as these are read."""
        keys = recorder.students
        if keys is None or len(keys) > MOST_AT_ONCE:
            return
        if self._narrowed(basis, keys):
            return
        self._narrowing.append((basis, keys))
        self._waiting.update(dict.fromkeys(keys))
        if self._reading is None or self._reading.done():
            self._reading = shared_task(self._read())

    def _narrowed(self, basis: Basis, keys: list[Key]) -> bool:
        scopes = [self._known.get(key) for key in keys]
        courses: list[frozenset[UUID]] = []
        for scope in scopes:
            if scope is None or not self._changes.still_holds(scope.basis):
                return False
            courses.append(scope.courses)
        # The answer depends on all that the courses follow from, as of an earlier look than this.
        if self._changes.still_holds(basis):
            named = basis.keyed.get(LESSON, frozenset())
            alone = not named and len(courses) == 1
            basis.keyed[LESSON] = courses[0] if alone else courses[0].union(named, *courses[1:])
            basis.whole -= {LESSON}
        return True

    async def _read(self) -> None:
        await asyncio.sleep(GATHER)
        while self._waiting:
            waiting, self._waiting = list(self._waiting), {}
            number, generation = self._changes.number, self._changes.generation
            rows = await self._courses_of(waiting)
            if generation != self._changes.generation:
                continue
            for student in waiting:
                basis = Basis(student[0], number, {}, MADE_OF)
                self._known[student] = Scope(rows.get(student, frozenset()), basis)
                self._known.move_to_end(student)
            while len(self._known) > MOST_STUDENTS:
                self._known.popitem(last=False)
        narrowing, self._narrowing = self._narrowing, []
        for basis, keys in narrowing:
            self._narrowed(basis, keys)

    async def _courses_of(self, students: list[Key]) -> dict[Key, frozenset[UUID]]:
        schools, ids = map(list, zip(*students, strict=True))
        rows: list[Any] = list(await self._store.fetch(courses_ever_had, schools=schools, ids=ids))
        return {
            (row.school_id, row.student_id): _same(frozenset(row.courses or ())) for row in rows
        }


@lru_cache(maxsize=4_096)
def _same(courses: frozenset[UUID]) -> frozenset[UUID]:
    """The same set for the same courses, which those of one class have."""
    return courses
