"""Access codes, and the confirmation of the e-mail addresses of those who have registered."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from db.tables.columns import Instant, OfSchool, of_school
from domain.clock import now


class AccessCode(OfSchool, table=True):
    """A code with which one person of the school registers, once.

    `code_hash` is the SHA-256 of the code, which is not stored. It is looked up before any school
    is known.
    """

    __tablename__ = "access_code"
    __table_args__ = (
        of_school("student", "student_id"),
        of_school("guardian", "guardian_id"),
        of_school("teacher", "teacher_id"),
        CheckConstraint(
            "num_nonnulls(student_id, guardian_id, teacher_id) = 1", name="ck_access_code_person"
        ),
        Index("ix_access_code_hash", "code_hash"),
        Index("ix_access_code_student", "school_id", "student_id"),
        Index("ix_access_code_guardian", "school_id", "guardian_id"),
        Index("ix_access_code_teacher", "school_id", "teacher_id"),
    )
    code_hash: bytes
    student_id: UUID | None = None
    guardian_id: UUID | None = None
    teacher_id: UUID | None = None
    created_by: UUID | None = Field(default=None, foreign_key="account.id")
    """Who made it; null where a command did."""
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_by: UUID | None = Field(default=None, foreign_key="account.id")
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    used_by: UUID | None = Field(default=None, foreign_key="account.id")
    undone_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the registration with it was undone: it was another than its person."""
    undone_by: UUID | None = Field(default=None, foreign_key="account.id")
    undone_reason: str | None = None


class EmailConfirmation(SQLModel, table=True):
    """A link that confirms an address, once. `token_hash` is the SHA-256 of its token, which is
    not stored."""

    __tablename__ = "email_confirmation"
    token_hash: bytes = Field(primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    email: str
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
