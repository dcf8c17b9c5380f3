"""What became of homework for each student, with its history."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from db.tables.columns import Code, Instant, OfSchool, of_school
from db.tables.history import history_of
from domain.clock import now


class HomeworkStatus(OfSchool, table=True):
    """There is one for a student of whom more is known than that the homework was set. `day` is the
    day by which the homework is due, `text` what was handed in, and `comment` the teacher's."""

    __tablename__ = "homework_status"
    __table_args__ = (
        of_school("homework", "homework_id"),
        of_school("student", "student_id"),
        of_school("course", "course_id"),
        UniqueConstraint("school_id", "homework_id", "student_id", name="uq_homework_status"),
        Index("ix_homework_status_student", "school_id", "student_id", "day"),
    )
    homework_id: UUID
    student_id: UUID
    course_id: UUID
    day: date
    state: str = Field(sa_type=Code)
    text: str | None = None
    comment: str | None = None
    changed_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


HomeworkStatusRevision = history_of(HomeworkStatus, "state", "text", "comment")
