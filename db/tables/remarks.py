"""Remarks on students, with their history and replies."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field

from db.tables.columns import Code, Instant, OfSchool, of_school
from db.tables.history import Withdrawal, history_of
from domain.clock import now


class Remark(OfSchool, table=True):
    """`author_id` is the account that wrote it. A remark without a course is about the school
    day."""

    __table_args__ = (
        of_school("student", "student_id"),
        of_school("course", "course_id"),
        ForeignKeyConstraint(["author_id"], ["account.id"]),
        Index("ix_remark_student", "school_id", "student_id", "day"),
    )
    student_id: UUID
    course_id: UUID | None = None
    author_id: UUID
    kind: str = Field(sa_type=Code)
    day: date
    text: str
    withdrawn: bool = False
    written_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


WITHDRAWAL = Withdrawal(lambda remark: remark.c.withdrawn, hidden=("text",))
RemarkRevision = history_of(Remark, "kind", "day", "text", "withdrawn")


class RemarkReply(OfSchool, table=True):
    __tablename__ = "remark_reply"
    __table_args__ = (
        of_school("remark", "remark_id"),
        ForeignKeyConstraint(["author_id"], ["account.id"]),
        Index("ix_remark_reply", "school_id", "remark_id"),
    )
    remark_id: UUID
    author_id: UUID
    text: str
    at: datetime = Field(default_factory=now, sa_type=Instant)
