"""Calendars that programs of accounts subscribe to."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from db.tables.columns import Instant
from domain.clock import now
from domain.ids import uuid7


class CalendarFeed(SQLModel, table=True):
    """The calendar of a student or a teacher for an account, at an address whose secret is stored
    as its SHA-256 alone. Who may read it is asked anew with every look.

    `digest` is that of what was answered last, `changed_at` when that first was so.
    """

    __tablename__ = "calendar_feed"
    secret_hash: bytes = Field(primary_key=True)
    id: UUID = Field(default_factory=uuid7, unique=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    of_school: int
    student_id: UUID | None = None
    teacher_id: UUID | None = None
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    last_read_at: datetime | None = Field(default=None, sa_type=Instant)
    digest: bytes | None = None
    changed_at: datetime = Field(default_factory=now, sa_type=Instant)
