"""Attendance at lessons, with its history, and which lessons it was taken of."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, SmallInteger, UniqueConstraint
from sqlmodel import Field

from db.tables.columns import Code, Instant, OfSchool, of_school
from db.tables.history import history_of
from domain.clock import now


class Attendance(OfSchool, table=True):
    """What was entered of a student at a lesson; `day` is the lesson's. Nothing is entered of most
    students who are there.

    `token` is as the school writes it; `absence`, `lateness` and `in_rate` are how that counted
    when it was entered. `notice_id` is the notice by which it is excused.
    """

    __table_args__ = (
        of_school("student", "student_id"),
        of_school("course", "course_id"),
        of_school("lesson", "lesson_id"),
        of_school("teacher", "teacher_id"),
        of_school("absence_notice", "notice_id"),
        UniqueConstraint("school_id", "lesson_id", "student_id", name="uq_attendance"),
        Index("ix_attendance_student", "school_id", "student_id", "day"),
        Index("ix_attendance_course", "school_id", "course_id", "day"),
    )
    student_id: UUID
    course_id: UUID
    lesson_id: UUID
    teacher_id: UUID | None = None
    notice_id: UUID | None = None
    day: date
    kind: str = Field(sa_type=Code)
    token: str
    minutes: int | None = Field(default=None, sa_type=SmallInteger)
    note: str | None = None
    absence: bool
    lateness: bool
    in_rate: bool
    taken_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


AttendanceRevision = history_of(Attendance, "kind", "token", "minutes", "note")


class AttendanceTaking(OfSchool, table=True):
    """That the attendance of a lesson was taken, first at `at`: its `id` is the lesson's. Of whom
    nothing is entered there, they were there."""

    __tablename__ = "attendance_taking"
    __table_args__ = (of_school("lesson", "id"),)
    at: datetime = Field(default_factory=now, sa_type=Instant)
