"""Grades of periods and years, as they were decided."""

from datetime import date, datetime
from decimal import Decimal

import strawberry

from domain.audience import CONCERNED
from domain.period_grades import PeriodGradeState
from resolvers.courses import CourseById
from resolvers.period_grades import PERIOD_GRADE
from resolvers.readings import Items
from resolvers.schools import GradeScaleById, PeriodById, SubjectById
from resolvers.students import StudentById
from schema.declare import column, loaded, tell
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import (
    CourseRef,
    GradeScaleRef,
    PeriodGradeRevisionRef,
    PeriodRef,
    SchoolRef,
    StudentRef,
    SubjectRef,
)
from schema.permissions import viewer_may

tell(PeriodGradeState)


@strawberry.type(
    description="The grade of a student in a course and a period, as it was decided; that of a "
    "period of the kind YEAR is the year's. Once it is withdrawn, what it was is null, and its "
    "family reads no history of it."
)
class PeriodGrade(Node):
    id: strawberry.ID = id_of("PeriodGrade", CONCERNED)
    school: SchoolRef | None = school_of(CONCERNED)
    viewer_may = viewer_may()
    state: PeriodGradeState = column(CONCERNED, "Whether it is a mark.")
    value: str | None = column(CONCERNED, "The mark; null where there is none, and once withdrawn.")
    number: Decimal | None = column(
        CONCERNED, "The mark's worth in the year's average; null where it has none."
    )
    proposed: str | None = column(
        CONCERNED,
        "What the rule proposed when it was decided; null where it proposed nothing, and of what "
        "is from elsewhere.",
    )
    average: Decimal | None = column(
        CONCERNED, "The average when it was decided, to two places; null where there was none."
    )
    because: str | None = column(
        CONCERNED, "Why it was decided otherwise than proposed; null where it was not."
    )
    overridden: bool = column(
        CONCERNED, "Whether the head has decided it: its teachers change it no more."
    )
    elsewhere: str | None = column(
        CONCERNED, "The other school that gave it; null where it was given here."
    )
    day: date = column(CONCERNED, "The last day of its period.", called="date")
    decided_at: datetime = column(CONCERNED, "When it was decided, or entered.")
    changed_at: datetime = column(CONCERNED, "When it was last changed.")
    version: int = column(CONCERNED, "Grows by one with every change.")
    student: StudentRef | None = loaded(
        CONCERNED,
        "Whose it is; null where the viewer may not know of them.",
        StudentById,
        "student_id",
    )
    course: CourseRef | None = loaded(
        CONCERNED,
        "The course it is of; null where it is from elsewhere, and of no course here.",
        CourseById,
        "course_id",
    )
    subject: SubjectRef | None = loaded(
        CONCERNED, "The subject it is of; null where its course has none.", SubjectById,
        "subject_id",
    )  # fmt: skip
    period: PeriodRef = loaded(CONCERNED, "The period it is of.", PeriodById, "period_id")
    grade_scale: GradeScaleRef = loaded(
        CONCERNED, "The scale that it is given in.", GradeScaleById, "grade_scale_id"
    )
    history: list[PeriodGradeRevisionRef] = loaded(
        CONCERNED,
        "What was done to it, in order; none to the family once it is withdrawn.",
        PERIOD_GRADE.revisions,
        "id",
        items=Items(2),
    )


PeriodGradeRevision = revision_of(
    PeriodGrade, PERIOD_GRADE, "One step of the history of a grade of a period."
)
