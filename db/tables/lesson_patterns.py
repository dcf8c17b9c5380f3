"""Weekly patterns, of which lessons are generated."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger
from sqlmodel import Field

from db.tables.columns import Code, OfSchool, of_school
from db.tables.history import history_of


class LessonPattern(OfSchool, table=True):
    """One hour of a course's week, from the first day to the last; `week` is A or B where it is of
    every second one. Without a teacher it is for whoever teaches the course on the day."""

    __tablename__ = "lesson_pattern"
    __table_args__ = (
        of_school("course", "course_id"),
        of_school("teacher", "teacher_id"),
        of_school("room", "room_id"),
        CheckConstraint("starts_on <= ends_on", name="ck_lesson_pattern_days"),
        Index("ix_lesson_pattern_course", "school_id", "course_id"),
    )
    course_id: UUID
    week_day: str = Field(sa_type=Code)
    slot: int = Field(sa_type=SmallInteger)
    week: str | None = Field(default=None, sa_type=Code)
    shift: int = Field(default=1, sa_type=SmallInteger)
    teacher_id: UUID | None = None
    room_id: UUID | None = None
    starts_on: date
    ends_on: date | None = None
    active: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    version: int = 1


LessonPatternRevision = history_of(LessonPattern, "ends_on", "active")
