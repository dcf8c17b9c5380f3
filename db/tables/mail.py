"""E-mail that waits to be sent, and what became of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from db.tables.columns import Code, Instant
from domain.clock import now
from domain.ids import uuid7

QUEUED = "state = 'QUEUED'"
SENDING = "state = 'SENDING'"
"""Literal SQL, so that PostgreSQL uses the partial indexes."""


class Mail(SQLModel, table=True):
    """It belongs to no school, as the account that it is for: most mail is about a login.

    `event` names what caused the mail; there is one for each event. `data` fills the template and
    is erased when the mail is done with. `recipient` is an address, or for a template that finds
    its own recipient, what somebody has typed.
    """

    __table_args__ = (
        Index("ix_mail_due", "next_at", postgresql_where=text(QUEUED)),
        Index("ix_mail_sending", "lease_until", postgresql_where=text(SENDING)),
        Index("ix_mail_created_at", "created_at"),
    )
    id: UUID = Field(default_factory=uuid7, primary_key=True)
    event: str = Field(unique=True)
    template: str = Field(sa_type=Code)
    recipient: str
    language: str = Field(sa_type=Code)
    data: dict[str, Any] = Field(sa_type=JSONB)
    account_id: UUID | None = Field(default=None, foreign_key="account.id", index=True)
    state: str = Field(default="QUEUED", sa_type=Code)
    attempts: int = 0
    next_at: datetime = Field(sa_type=Instant)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    """After which it is of no use any more, as a mail with a code."""
    last_error: str | None = None
    lease_holder: UUID | None = None
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
