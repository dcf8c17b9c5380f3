"""Homework, with its history."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, Index, SmallInteger, Uuid
from sqlmodel import Field

from db.tables.columns import (
    Instant,
    OfSchool,
    of_school,
)
from db.tables.history import Withdrawal, history_of
from domain.clock import now


class Homework(OfSchool, table=True):
    """Homework is set at a lesson; `lesson_day` repeats the lesson's day, so that a week is one
    range of an index.

    It is due on a day. If it is due at a lesson, that is the lesson's day. `student_ids` are those
    whom alone it is for; it is null where it is for all who learn in the course.
    `material_ids` are those of the materials that it refers to, in order.
    """

    __table_args__ = (
        of_school("lesson", "lesson_id"),
        of_school("lesson", "due_lesson_id"),
        of_school("course", "course_id"),
        of_school("teacher", "teacher_id"),
        Index("ix_homework_lesson", "school_id", "lesson_id"),
        Index("ix_homework_due", "school_id", "course_id", "due_on"),
        Index("ix_homework_due_lesson", "school_id", "due_lesson_id"),
    )
    lesson_id: UUID
    course_id: UUID
    teacher_id: UUID | None = None
    lesson_day: date
    due_on: date
    due_lesson_id: UUID | None = None
    text: str
    link: str | None = None
    expected_minutes: int | None = Field(default=None, sa_type=SmallInteger)
    student_ids: list[UUID] | None = Field(default=None, sa_type=ARRAY(Uuid()), nullable=True)
    material_ids: list[UUID] | None = Field(default=None, sa_type=ARRAY(Uuid()), nullable=True)
    withdrawn: bool = False
    set_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


WITHDRAWAL = Withdrawal(
    lambda homework: homework.c.withdrawn, hidden=("text", "link", "material_ids")
)
HomeworkRevision = history_of(
    Homework, "text", "due_on", "due_lesson_id", "withdrawn", "expected_minutes", "link"
)
