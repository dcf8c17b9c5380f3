"""The webhooks of a school, their positions in the feed, and their deliveries."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Index, Integer, UniqueConstraint, text
from sqlmodel import Field

from db.tables.columns import Code, Instant, OfSchool, TransactionId, of_school
from domain.clock import now


class Webhook(OfSchool, table=True):
    """`xid` and `seq` are the position of the last row of the outbox that was sent or logged as
    failing.

    The lease holder sends. `version` grows with every change of the configuration; a sender of an
    older version cannot move the position.
    """

    __table_args__ = (Index("ix_webhook_due", "state", "next_at"),)
    url: str
    description: str | None = None
    topics: list[str] = Field(sa_type=ARRAY(Code))
    secret: bytes
    previous_secret: bytes | None = None
    previous_until: datetime | None = Field(default=None, sa_type=Instant)
    state: str = Field(default="ENABLED", sa_type=Code)
    epoch: UUID
    xid: int = Field(sa_type=TransactionId)
    seq: int = Field(sa_type=Integer)
    position_at: datetime = Field(default_factory=now, sa_type=Instant)
    next_at: datetime = Field(default_factory=now, sa_type=Instant)
    failing_since: datetime | None = Field(default=None, sa_type=Instant)
    lease_holder: UUID | None = None
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    created_by: UUID | None = Field(default=None, foreign_key="account.id")


OPEN = "state IN ('FAILING', 'QUEUED')"
"""The condition of pending deliveries; it is literal SQL so that PostgreSQL uses the partial
index."""


class WebhookDelivery(OfSchool, table=True):
    """The delivery of one event. A gap, where events may have been lost, has no event."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        of_school("webhook", "webhook_id", ondelete="CASCADE"),
        UniqueConstraint("school_id", "webhook_id", "xid", "seq", name="uq_webhook_delivery_event"),
        Index("ix_webhook_delivery_webhook", "school_id", "webhook_id", "id"),
        Index(
            "ix_webhook_delivery_open",
            "school_id",
            "webhook_id",
            postgresql_where=text(OPEN),
        ),
        Index("ix_webhook_delivery_last_at", "last_at"),
    )
    webhook_id: UUID
    xid: int = Field(sa_type=TransactionId)
    seq: int = Field(sa_type=Integer)
    cursor: str
    topic: str | None = Field(default=None, sa_type=Code)
    change: str | None = Field(default=None, sa_type=Code)
    ref: UUID | None = None
    at: datetime = Field(sa_type=Instant)
    state: str = Field(sa_type=Code)
    attempts: int
    status: int | None = None
    error: str | None = None
    excerpt: str | None = None
    first_at: datetime = Field(sa_type=Instant)
    last_at: datetime = Field(sa_type=Instant)
