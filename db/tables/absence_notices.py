"""Notices of absence, with their history."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import Field

from db.tables.columns import Code, Instant, OfSchool, of_school
from db.tables.history import history_of
from domain.clock import now


class AbsenceNotice(OfSchool, table=True):
    """That a student will be, or was, absent on days, by the account `author_id`."""

    __tablename__ = "absence_notice"
    __table_args__ = (
        of_school("student", "student_id"),
        ForeignKeyConstraint(["author_id"], ["account.id"]),
        CheckConstraint("starts_on <= ends_on", name="ck_absence_notice_days"),
        Index("ix_absence_notice_student", "school_id", "student_id", "starts_on"),
    )
    student_id: UUID
    author_id: UUID
    starts_on: date
    ends_on: date
    because: str = Field(sa_type=Code)
    text: str | None = None
    state: str = Field(default="ANNOUNCED", sa_type=Code)
    announced_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


AbsenceNoticeRevision = history_of(
    AbsenceNotice, "starts_on", "ends_on", "because", "text", "state"
)
