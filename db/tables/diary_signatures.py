"""Weeks of diaries that guardians signed, and what they have seen."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from db.tables.columns import Instant, OfSchool, of_school
from db.tables.history import history_of
from domain.clock import now


class DiarySignature(OfSchool, table=True):
    """`author_id` is the account of the guardian who signed, `week` the Monday of what is
    signed."""

    __tablename__ = "diary_signature"
    __table_args__ = (
        of_school("student", "student_id"),
        ForeignKeyConstraint(["author_id"], ["account.id"]),
        Index("ix_diary_signature_student", "school_id", "student_id", "week"),
    )
    student_id: UUID
    author_id: UUID
    week: date
    signed_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


DiarySignatureRevision = history_of(DiarySignature)


class Seen(OfSchool, table=True):
    """A guardian has seen a grade or a remark, whose id is `record_id`: told once and for all."""

    __table_args__ = (
        of_school("student", "student_id"),
        ForeignKeyConstraint(["account_id"], ["account.id"]),
        UniqueConstraint("school_id", "record_id", "account_id", name="uq_seen"),
    )
    student_id: UUID
    account_id: UUID
    record_id: UUID
    at: datetime = Field(default_factory=now, sa_type=Instant)
