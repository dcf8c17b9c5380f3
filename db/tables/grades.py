"""Grades, with their history."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric
from sqlmodel import Field

from db.tables.columns import (
    Code,
    FromRoster,
    Instant,
    OfSchool,
    Weight,
    of_school,
    one_per_roster,
)
from db.tables.history import Withdrawal, history_of
from domain.clock import now


class Grade(OfSchool, FromRoster, table=True):
    """`value` is the mark as written, `number` its worth in an average; `day` is the lesson's."""

    __table_args__ = (
        of_school("student", "student_id"),
        of_school("course", "course_id"),
        of_school("lesson", "lesson_id"),
        of_school("work_type", "work_type_id"),
        of_school("grade_scale", "grade_scale_id"),
        of_school("teacher", "teacher_id"),
        one_per_roster("grade"),
        CheckConstraint("weight >= 0", name="ck_grade_weight"),
        Index("ix_grade_student", "school_id", "student_id", "day"),
        Index("ix_grade_course", "school_id", "course_id", "day"),
        Index("ix_grade_lesson", "school_id", "lesson_id"),
    )
    student_id: UUID
    course_id: UUID
    lesson_id: UUID
    work_type_id: UUID
    grade_scale_id: UUID
    teacher_id: UUID | None = None
    day: date
    value: str | None = None
    number: Decimal | None = Field(default=None, sa_type=Numeric(8, 3))
    weight: Decimal = Field(default=Decimal(1), sa_type=Weight)
    state: str = Field(default="GIVEN", sa_type=Code)
    excused: bool = False
    bonus: bool = False
    due_on: date | None = None
    late_days: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    comment: str | None = None
    given_at: datetime = Field(default_factory=now, sa_type=Instant)
    changed_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


WITHDRAWAL = Withdrawal(
    lambda grade: grade.c.state == "WITHDRAWN", hidden=("value", "number", "comment")
)
GradeRevision = history_of(
    Grade,
    "value",
    "weight",
    "state",
    "work_type_id",
    "comment",
    "excused",
    "bonus",
    "due_on",
    "late_days",
    unique="uq_grade_revision_version",
)
