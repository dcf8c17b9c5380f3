"""Lessons, with their history."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, SmallInteger, UniqueConstraint, text
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
    """`day` is the day in the school's time zone; `slot` counts the hours of that day from 1.
    One that was generated and then taken off again by the generator is not active, and still
    PLANNED."""

    __table_args__ = (
        of_school("course", "course_id"),
        of_school("teacher", "teacher_id"),
        one_per_roster("lesson"),
        of_school("lesson_pattern", "pattern_id"),
        of_school("room", "room_id"),
        of_school("lesson", "replaces_id"),
        of_school("lesson", "joined_id"),
        UniqueConstraint("school_id", "pattern_id", "planned_on", name="uq_lesson_pattern"),
        Index("ix_lesson_course", "school_id", "course_id", "day"),
        Index("ix_lesson_teacher", "school_id", "teacher_id", "day"),
        Index(
            "ix_lesson_open",
            "school_id",
            "day",
            postgresql_where=text("NOT closed AND active AND status <> 'CANCELLED'"),
        ),
        Index("ix_lesson_day", "school_id", "day"),
        Index("ix_lesson_room", "school_id", "room_id", "day"),
        Index("ix_lesson_replaces", "school_id", "replaces_id"),
    )
    course_id: UUID
    teacher_id: UUID | None = None
    day: date
    slot: int | None = Field(default=None, sa_type=SmallInteger)
    starts_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)
    room: str | None = None
    """What it is called, whether or not the school has a list of its rooms."""
    room_id: UUID | None = None
    topic: str | None = None
    status: str = Field(default="PLANNED", sa_type=Code)
    homework_closed: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """Whether its teacher has said that no more homework is set at it."""
    closed: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """Whether its teacher has said that it was held, and is complete."""
    pattern_id: UUID | None = None
    """Of which pattern it was generated."""
    planned_on: date | None = None
    """The day that its pattern has it on, whether or not it was moved."""
    replaces_id: UUID | None = None
    """The lesson in place of which it is held."""
    joined_id: UUID | None = None
    """The lesson together with which it is held."""
    version: int = 1


LessonRevision = history_of(
    Lesson,
    "topic",
    "day",
    "slot",
    "starts_at",
    "ends_at",
    "room",
    "room_id",
    "joined_id",
    "teacher_id",
    "status",
    "homework_closed",
    "closed",
)
