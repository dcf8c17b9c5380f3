"""Lessons, homework and grades: what a diary shows, each with its history."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, SmallInteger
from sqlmodel import Field

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
from db.tables.history import history_of


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
    unique="uq_grade_revision_version",
)
HomeworkRevision = history_of(
    Homework, "text", "due_on", "due_lesson_id", "withdrawn", "expected_minutes"
)
LessonRevision = history_of(Lesson, "topic")
