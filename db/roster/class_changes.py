"""Students who change class on a day that is the last of one class and the first of another."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from db.roster.import_run import ImportRun
from db.roster.merge import Batch
from db.roster.sql import fetch, of_schools, table
from domain.oneroster import Sheet
from domain.oneroster.records import Enrollment
from domain.oneroster.saying import Saying

OURS = ("student_id", "class_group_id", "course_id", "begins_on", "ends_on", "active", "sourced_id")


@dataclass(slots=True)
class StudentPlace:
    """A student's days in a class group, or in a course with its `subject`."""

    key: tuple[int, UUID]
    row: tuple[Any, ...]
    subject: UUID | None

    @property
    def id(self) -> Any:
        return self.row[1] or self.row[2]

    @property
    def begins(self) -> date | None:
        day: date | None = self.row[3]
        return day

    @property
    def ends(self) -> date | None:
        day: date | None = self.row[4]
        return day


async def shorten_overlapping_places(
    run: ImportRun, learn: Batch, sheet: Sheet[Enrollment]
) -> None:
    """End a student's place a day earlier if their next class group, or next course in the subject,
    begins on its last day.

    A delta may list only one of the two places; the other one is read from the tables.
    """
    rows = {key: row[2:] for key, row in learn.rows.items()}
    if not sheet.bulk and rows:
        rows = {**await _known(run), **rows}
    subjects = await _subjects(run)
    places: defaultdict[tuple[Any, ...], list[StudentPlace]] = defaultdict(list)
    for key, row in rows.items():
        subject = subjects.get(row[2]) if row[2] is not None else None
        if row[5] and (row[1] is not None or subject is not None):
            places[key[0], row[0], subject].append(StudentPlace(key, row, subject))
    for here in places.values():
        for left in _ending_as_another_begins(here):
            if left.row[6] is None:
                continue  # made in the diary, not by a roster
            run.findings.notice(sheet.file, Saying.IN_THE_NEW_CLASS())
            _shorten(learn, left)


def _ending_as_another_begins(here: list[StudentPlace]) -> list[StudentPlace]:
    """The places that end on the day on which a later one begins."""
    begun = sorted(here, key=lambda each: (each.begins or date.min, each.ends or date.max))
    return [
        each
        for at, each in enumerate(begun)
        if each.ends is not None
        and any(other.begins == each.ends and other.id != each.id for other in begun[at + 1 :])
    ]


def _shorten(learn: Batch, left: StudentPlace) -> None:
    student, group, course, begins, ends, active, name = left.row
    if begins == ends:
        active = False  # its only day belongs to the other place
    else:
        ends -= timedelta(days=1)
    values = (student, group, course, begins, ends, active)
    learn.add(*left.key, values, name)


async def _known(run: ImportRun) -> dict[tuple[int, UUID], tuple[Any, ...]]:
    tie = table("enrolment")
    query = select(tie.c.school_id, tie.c.id, *(tie.c[name] for name in OURS))
    query = query.where(of_schools(tie, run.schools), tie.c.active)
    found = await fetch(run.connection, query)
    return {(row["school_id"], row["id"]): tuple(row)[2:] for row in found}


async def _subjects(run: ImportRun) -> dict[UUID, UUID]:
    """The subject of each course that has one."""
    course = table("course")
    query = select(course.c.id, course.c.subject_id).where(of_schools(course, run.schools))
    found = await fetch(run.connection, query.where(course.c.subject_id.is_not(None)))
    return {row["id"]: row["subject_id"] for row in found}
