"""A course's journal: its students down, its lessons across, a grade where they meet."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from db.tables.students import Student
from domain.audience import STAFF_OF
from resolvers.attendance import AttendanceByCourse
from resolvers.grades import CountedGradesByCourse, GradesByCourse
from resolvers.journals import StudentsByJournal
from resolvers.lessons import LessonsByCourse
from resolvers.readings import Items, daily
from schema.averages import COUNTED, Average, averages, only
from schema.declare import column, loaded
from schema.nouns import AttendanceRef, GradeRef, LessonRef, StudentRef


@dataclass(frozen=True, slots=True)
class JournalRecord:
    school_id: int
    course_id: UUID
    first: date
    last: date

    @property
    def span(self) -> dict[str, object]:
        return {"first": self.first, "last": self.last}


@dataclass(slots=True, eq=False)  # a frozen one takes four times as long to make
class RowRecord:
    school_id: int
    course_id: UUID
    student_id: UUID
    student: Student
    first_day: date | None
    last_day: date | None
    left: bool
    days: tuple[date, date]
    """The first and the last of the student's days in the journal."""
    span: dict[str, object]


DAYS = ("id", "first_day", "last_day", "has_left")
"""The columns of a student that a row reads."""


def _rows(journal: JournalRecord, students: list[Any]) -> list[RowRecord]:
    span = journal.span
    return [
        RowRecord(
            journal.school_id,
            journal.course_id,
            student.id,
            student,
            student.first_day,
            student.last_day,
            student.has_left,
            (student.first_day or journal.first, student.last_day or journal.last),
            span,
        )
        for student in students
    ]


def _value(row: RowRecord, counted: list[Any]) -> Decimal | None:
    found = only(averages(counted))
    return found.value if found else None


@strawberry.type(description="One student's line of a journal.")
class JournalRow:
    student: StudentRef | None = column(STAFF_OF, "The student.")

    first_day: date | None = column(
        STAFF_OF,
        "The student's first day in the course, where it is after the span's first.",
        called="from",
    )
    last_day: date | None = column(
        STAFF_OF,
        "The student's last day in the course, where it is before the span's last.",
        called="to",
    )
    left: bool = column(STAFF_OF, "Whether the student has left the school.")
    grades: list[GradeRef] = loaded(
        STAFF_OF,
        "The student's grades of the span, by lesson.",
        GradesByCourse,
        "course_id",
        given="span",
        matching=("student_id",),
        items=daily(0.5),
    )
    attendance: list[AttendanceRef] = loaded(
        STAFF_OF,
        "What was entered of the student's attendance in the span, by lesson.",
        AttendanceByCourse,
        "course_id",
        given="span",
        matching=("student_id",),
        items=daily(0.1),
    )
    average: Average | None = loaded(
        STAFF_OF,
        "The weighted average of these grades; null where none counts, and where some are in a "
        "scale of which the school has not said how it converts: then `averages` has several.",
        GradesByCourse,
        "course_id",
        given="span",
        matching=("student_id",),
        then=lambda row, grades: only(averages(grades)),
        reads=COUNTED,
    )
    average_value: Decimal | None = loaded(
        STAFF_OF,
        "The value of `average`, of any number of grades: unlike it, this reads equal grades as "
        "one, and so of a journal that has more of them than an answer may hold.",
        CountedGradesByCourse,
        "course_id",
        given="span",
        matching=("student_id",),
        then=_value,
        reads=COUNTED,
    )
    averages: list[Average] = loaded(
        STAFF_OF,
        "The weighted averages of these grades: one of all whose scales convert, and one of each "
        "other scale.",
        GradesByCourse,
        "course_id",
        given="span",
        matching=("student_id",),
        then=lambda row, grades: averages(grades),
        reads=COUNTED,
        items=Items(1),
    )


@strawberry.type(description="A course's journal for a span of days.")
class Journal:
    lessons: list[LessonRef] = loaded(
        STAFF_OF,
        "The lessons of the span, in order.",
        LessonsByCourse,
        "course_id",
        given="span",
        items=daily(1),
    )
    rows: list[JournalRow] = loaded(
        STAFF_OF,
        "A line for each student who has learnt in the course on a day of the span, by name; those "
        "who have left it or the school too.",
        StudentsByJournal,
        "course_id",
        given="span",
        then=_rows,
        items=Items(30),
        reads=DAYS,
    )
