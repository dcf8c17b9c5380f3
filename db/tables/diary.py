"""Lessons, homework and grades: what a diary shows, each with its history."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, SmallInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from db.tables.columns import (
    Code,
    FromRoster,
    Instant,
    OfSchool,
    Weight,
    now,
    of_school,
    one_per_roster,
)


class Lesson(OfSchool, FromRoster, table=True):
    """`day` is the day in the school's time zone; `slot` counts the hours of that day from 1."""

    __table_args__ = (
        of_school("course", "course_id"),
        of_school("teacher", "teacher_id"),
        one_per_roster("lesson"),
        Index("ix_lesson_course", "school_id", "course_id", "day"),
        Index("ix_lesson_teacher", "school_id", "teacher_id", "day"),
    )
    course_id: UUID
    teacher_id: UUID | None = None
    day: date
    slot: int | None = Field(default=None, sa_type=SmallInteger)
    starts_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)
    room: str | None = None
    topic: str | None = None
    status: str = Field(default="PLANNED", sa_type=Code)
    version: int = 1


class Homework(OfSchool, table=True):
    """Set at a lesson; `lesson_day` repeats the lesson's day so that a week is one index range.

    Due on a day, which is that of the lesson where it is due at one.
    """

    __table_args__ = (
        of_school("lesson", "lesson_id"),
        of_school("lesson", "due_lesson_id"),
        of_school("course", "course_id"),
        of_school("teacher", "teacher_id"),
        Index("ix_homework_lesson", "school_id", "lesson_id"),
        Index("ix_homework_due", "school_id", "course_id", "due_on"),
    )
    lesson_id: UUID
    course_id: UUID
    teacher_id: UUID | None = None
    lesson_day: date
    due_on: date
    due_lesson_id: UUID | None = None
    text: str
    expected_minutes: int | None = Field(default=None, sa_type=SmallInteger)
    withdrawn: bool = False
    set_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


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
    comment: str | None = None
    given_at: datetime = Field(default_factory=now, sa_type=Instant)
    changed_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


class Revised(SQLModel):
    """One step of a record's history: who did what, when and why; `version` is what it led to."""

    version: int
    change: str = Field(sa_type=Code)
    reason: str | None = None
    account_id: UUID
    at: datetime = Field(default_factory=now, sa_type=Instant)


class GradeRevision(OfSchool, Revised, table=True):
    """The `*_before` columns hold the grade as it was; all are null where it was given."""

    __tablename__ = "grade_revision"
    __table_args__ = (
        of_school("grade", "grade_id"),
        UniqueConstraint("school_id", "grade_id", "version", name="uq_grade_revision_version"),
    )
    grade_id: UUID
    value_before: str | None = None
    weight_before: Decimal | None = Field(default=None, sa_type=Weight)
    state_before: str | None = Field(default=None, sa_type=Code)
    work_type_id_before: UUID | None = None
    comment_before: str | None = None
    excused_before: bool | None = None
    bonus_before: bool | None = None
    due_on_before: date | None = None


class HomeworkRevision(OfSchool, Revised, table=True):
    __tablename__ = "homework_revision"
    __table_args__ = (
        of_school("homework", "homework_id"),
        UniqueConstraint("school_id", "homework_id", "version", name="uq_homework_revision"),
    )
    homework_id: UUID
    text_before: str | None = None
    due_on_before: date | None = None
    due_lesson_id_before: UUID | None = None
    withdrawn_before: bool | None = None
    expected_minutes_before: int | None = None


class LessonRevision(OfSchool, Revised, table=True):
    __tablename__ = "lesson_revision"
    __table_args__ = (
        of_school("lesson", "lesson_id"),
        UniqueConstraint("school_id", "lesson_id", "version", name="uq_lesson_revision"),
    )
    lesson_id: UUID
    topic_before: str | None = None
