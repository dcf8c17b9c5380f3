"""Lessons, with their history."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, SmallInteger, text
from sqlmodel import Field

from db.tables.columns import (
    Code,
    FromRoster,
    Instant,
    OfSchool,
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
        Index(
            "ix_lesson_open",
            "school_id",
            "day",
            postgresql_where=text("NOT closed AND active AND status <> 'CANCELLED'"),
        ),
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
    homework_closed: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """Whether its teacher has said that no more homework is set at it."""
    closed: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """Whether its teacher has said that it was held, and is complete."""
    version: int = 1


LessonRevision = history_of(
    Lesson,
    "topic",
    "day",
    "slot",
    "starts_at",
    "ends_at",
    "room",
    "teacher_id",
    "status",
    "homework_closed",
    "closed",
)
