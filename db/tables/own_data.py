"""Exports, of all that a school keeps of a student or of a report, and what was erased."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from db.tables.columns import Code, Instant, OfSchool, of_school
from domain.clock import now

WAITING = "state IN ('QUEUED', 'RUNNING')"


class DataExport(OfSchool, table=True):
    """One that the account `author_id` asked for. `done` of `parts` are made; a process that makes
    it has the lease. Its archive is kept apart, until it is downloaded or expires.

    Of a report, `asked` is what it is of and of which days, and `rights` what the account was to
    that record when it was made; a report of several students has no `student_id`.
    """

    __tablename__ = "data_export"
    __table_args__ = (
        of_school("student", "student_id"),
        Index("ix_data_export_student", "school_id", "student_id"),
        Index("ix_data_export_waiting", "asked_at", postgresql_where=text(WAITING)),
    )
    student_id: UUID | None = None
    author_id: UUID = Field(foreign_key="account.id")
    kind: str = Field(default="STUDENT_DATA", sa_type=Code)
    format: str | None = Field(default=None, sa_type=Code)
    asked: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    rights: int | None = None
    state: str = Field(default="QUEUED", sa_type=Code)
    language: str = Field(sa_type=Code)
    done: int = 0
    parts: int = 0
    size: int | None = None
    attempts: int = 0
    asked_at: datetime = Field(default_factory=now, sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    version: int = 1
    lease_holder: UUID | None = None
    lease_until: datetime | None = Field(default=None, sa_type=Instant)


class DataExportArchive(OfSchool, table=True):
    """The archive of an export, which has the same id."""

    __tablename__ = "data_export_archive"
    __table_args__ = (of_school("data_export", "id", ondelete="CASCADE"),)
    content: bytes


class Erasure(OfSchool, table=True):
    """That a student's data was erased: what of it, and what was kept and why, in the format of
    `db.own_data.erasing`."""

    __table_args__ = (Index("ix_erasure_student", "school_id", "student_id"),)
    student_id: UUID
    account_id: UUID | None = None
    reason: str | None = None
    report: dict[str, Any] = Field(sa_type=JSONB)
    at: datetime = Field(default_factory=now, sa_type=Instant)
