"""Attendance counted: of a student, a course or a class group, whole or by what it is of."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain.attendance import AttendanceKind, Count, count
from domain.audience import ANYONE, CONCERNED, Audience
from resolvers.courses import CourseById
from resolvers.loaders import Loader
from resolvers.readings import Items, LoadArguments
from resolvers.schools import SubjectById
from resolvers.students import StudentById
from schema.declare import asking, column, computed, loaded
from schema.nouns import CourseRef, StudentRef, SubjectRef
from schema.spans import FromUnlessPeriod, InPeriod, ToUnlessPeriod, span_or_period


@strawberry.enum(description="What each count of attendance is of.")
class AttendanceBy(Enum):
    WHOLE = strawberry.enum_value("WHOLE", description="All lessons together.")
    STUDENT = strawberry.enum_value("STUDENT", description="One student.")
    COURSE = strawberry.enum_value("COURSE", description="One course.")
    SUBJECT = strawberry.enum_value("SUBJECT", description="All courses of one subject.")
    SLOT = strawberry.enum_value(
        "SLOT", description="One lesson of the day, such as all first lessons."
    )


By = Annotated[
    AttendanceBy,
    strawberry.argument(
        description="What each count is of. All but those of one course are for those who may "
        "read all of the student's attendance."
    ),
]
ByIn = Annotated[AttendanceBy, strawberry.argument(description="What each count is of.")]


@dataclass(frozen=True, slots=True)
class CountRecord:
    school_id: int
    counted: Count


@dataclass(frozen=True, slots=True)
class SummaryRecord:
    school_id: int
    student_id: UUID | None
    course_id: UUID | None
    subject_id: UUID | None
    slot: int | None
    count: CountRecord
    days: tuple[date, ...]
    """Those of its lessons, on all of which a viewer has to be of the audience."""


COUNTED = (
    "school_id", "of_student_id", "of_course_id", "of_subject_id", "of_slot", "kind", "absence",
    "lateness", "in_rate", "number", "minutes", "days",
)  # fmt: skip
"""The columns of a row of counts that a summary reads."""


def summed(rows: list[Any], student: UUID | None = None) -> list[SummaryRecord]:
    """A summary of each student, course, subject or slot that the rows are of, in their order."""
    found: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in rows:
        found[row.of_student_id, row.of_course_id, row.of_subject_id, row.of_slot].append(row)
    return [
        SummaryRecord(
            own[0].school_id,
            student or of_student,
            of_course,
            of_subject,
            of_slot,
            CountRecord(own[0].school_id, count(own)),
            tuple({day for row in own for day in row.days or ()}),
        )
        for (of_student, of_course, of_subject, of_slot), own in found.items()
    ]


def _count(description: str, of: Callable[[Count], Any]) -> Any:  # a field of any type
    return computed(ANYONE, description, of, "counted")


@strawberry.type(
    description="Lessons whose attendance was taken, counted by what was entered. A lesson that "
    "was cancelled does not count."
)
class AttendanceCount:
    lessons: int = _count("How many lessons.", lambda of: of.lessons)
    present: int = _count(
        "How often the student was there in time, and to the end.",
        lambda of: of.of_kind[AttendanceKind.PRESENT],
    )
    absent: int = _count(
        "How often they were absent without an excuse.",
        lambda of: of.of_kind[AttendanceKind.ABSENT],
    )
    excused: int = _count(
        "How often with an excuse.", lambda of: of.of_kind[AttendanceKind.EXCUSED]
    )
    ill: int = _count("How often ill.", lambda of: of.of_kind[AttendanceKind.ILL])
    late: int = _count("How often late.", lambda of: of.of_kind[AttendanceKind.LATE])
    late_minutes: int = _count(
        "How many minutes late in all, as far as they were told.", lambda of: of.late_minutes
    )
    left_early: int = _count(
        "How often they left early.", lambda of: of.of_kind[AttendanceKind.LEFT_EARLY]
    )
    elsewhere: int = _count(
        "How often they were elsewhere for the school.",
        lambda of: of.of_kind[AttendanceKind.ELSEWHERE],
    )
    absences: int = _count(
        "How many entries count as absences, as the school has it.", lambda of: of.absences
    )
    latenesses: int = _count("How many entries count as latenesses.", lambda of: of.latenesses)
    in_rate: int = _count("How many lessons count in the rate.", lambda of: of.in_rate)
    rate: Decimal | None = _count(
        "Of the lessons that count in the rate, the share without an absence, from 0 to 1 to four "
        "places, halves rounded up; null where none counts.",
        lambda of: of.rate,
    )


@strawberry.type(
    description="A student's attendance counted: the whole, or in one course or subject, or at one "
    "lesson of the day."
)
class AttendanceSummary:
    course: CourseRef | None = loaded(
        CONCERNED, "The course; null where it is not of one.", CourseById, "course_id"
    )
    subject: SubjectRef | None = loaded(
        CONCERNED, "The subject; null where it is not of one.", SubjectById, "subject_id"
    )
    slot: int | None = column(
        CONCERNED, "The lesson of the day, from 1; null where it is not of one."
    )
    count: AttendanceCount = column(CONCERNED, "The counts.")


@strawberry.type(
    description="Attendance counted in a class group or course: the whole, or of one student, "
    "course or subject, or at one lesson of the day."
)
class GroupAttendance:
    student: StudentRef | None = loaded(
        ANYONE,
        "The student; null where it is of several, or the viewer may not know of them.",
        StudentById,
        "student_id",
    )
    course: CourseRef | None = loaded(
        ANYONE, "The course; null where it is not of one.", CourseById, "course_id"
    )
    subject: SubjectRef | None = loaded(
        ANYONE, "The subject; null where it is not of one.", SubjectById, "subject_id"
    )
    slot: int | None = column(ANYONE, "The lesson of the day, from 1; null where it is not of one.")
    count: AttendanceCount = column(ANYONE, "The counts.")


def group_counts(audience: Audience, description: str, loader: Loader) -> Any:
    """Stands as the field of a class group or a course: counts of each student unless told."""

    @asking(
        audience, description, list[GroupAttendance] | None, loader, "id", COUNTED, items=Items(30)
    )
    def attendance_counts(
        record: Any,
        first: FromUnlessPeriod = None,
        last: ToUnlessPeriod = None,
        period: InPeriod = None,
        by: ByIn = AttendanceBy.STUDENT,
    ) -> LoadArguments:
        return counts_of(record.school_id, first, last, period, by)

    return attendance_counts


def student_counts(audience: Audience, description: str, loader: Loader) -> Any:
    """Stands as the field of a student: counts of each course unless told."""

    @asking(audience, description, list[AttendanceSummary], loader, "id", COUNTED, items=Items(15))
    def attendance_counts(
        record: Any,
        first: FromUnlessPeriod = None,
        last: ToUnlessPeriod = None,
        period: InPeriod = None,
        by: By = AttendanceBy.COURSE,
    ) -> LoadArguments:
        return counts_of(record.school_id, first, last, period, by, record.id)

    return attendance_counts


def counts_of(
    school_id: int,
    first: date | None,
    last: date | None,
    period: str | None,
    by: AttendanceBy,
    student: UUID | None = None,
) -> LoadArguments:
    span = span_or_period(school_id, first, last, period)
    return LoadArguments(span | {"counted_by": by.value}, lambda rows: summed(rows, student))
