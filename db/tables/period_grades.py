"""Grades of periods and years as they were decided, with their history."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Numeric
from sqlmodel import Field

from db.tables.columns import Code, Instant, OfSchool, of_school
from db.tables.history import Withdrawal, history_of
from domain.clock import now


class PeriodGrade(OfSchool, table=True):
    """The grade of a student in a course, in a period; a period of the kind YEAR has the year's.

    One that was given `elsewhere`, in the school of that name, may be of no course here, but of a
    subject. `value` is the mark and `number` its worth; neither is there where the `state` is not
    GRADED. `proposed` and `average` are what the rule made of the marks when it was decided, and
    `because` why it was decided otherwise. One that is `overridden` is the head's. `day` is the
    period's last.
    """

    __tablename__ = "period_grade"
    __table_args__ = (
        of_school("student", "student_id"),
        of_school("course", "course_id"),
        of_school("subject", "subject_id"),
        of_school("period", "period_id"),
        of_school("grade_scale", "grade_scale_id"),
        ForeignKeyConstraint(["author_id"], ["account.id"]),
        CheckConstraint("num_nonnulls(course_id, subject_id) >= 1", name="ck_period_grade_of"),
        Index("ix_period_grade_student", "school_id", "student_id", "day"),
        Index("ix_period_grade_course", "school_id", "course_id", "period_id"),
        Index("uq_period_grade", "school_id", "student_id", "course_id", "period_id", unique=True),
    )
    student_id: UUID
    course_id: UUID | None = None
    subject_id: UUID | None = None
    period_id: UUID
    grade_scale_id: UUID
    author_id: UUID
    day: date
    state: str = Field(sa_type=Code)
    value: str | None = None
    number: Decimal | None = Field(default=None, sa_type=Numeric(8, 3))
    proposed: str | None = None
    average: Decimal | None = Field(default=None, sa_type=Numeric(10, 2))
    because: str | None = None
    overridden: bool = False
    elsewhere: str | None = None
    decided_at: datetime = Field(default_factory=now, sa_type=Instant)
    changed_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


WITHDRAWAL = Withdrawal(
    lambda grade: grade.c.state == "WITHDRAWN",
    hidden=("value", "number", "proposed", "average", "because"),
)
PeriodGradeRevision = history_of(
    PeriodGrade, "state", "value", "proposed", "average", "because", "overridden", "elsewhere"
)
