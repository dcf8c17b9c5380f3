"""Announcements to a school, a class group or a course, with their history and their readers."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from db.tables.addressees import Addressed, of_addressees
from db.tables.columns import Instant, OfSchool, of_school
from db.tables.history import Withdrawal, history_of
from domain.clock import now


class Announcement(OfSchool, Addressed, table=True):
    """`author_id` is the account that made it, `day` the day on which it did. `word_key` has the
    words by which it is found."""

    __table_args__ = (
        *of_addressees("announcement", "published_at"),
        ForeignKeyConstraint(["author_id"], ["account.id"]),
        Index("ix_announcement_published", "school_id", "published_at"),
    )
    author_id: UUID
    day: date
    title: str
    text: str
    word_key: str
    withdrawn: bool = False
    published_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


WITHDRAWAL = Withdrawal(
    lambda announcement: announcement.c.withdrawn, hidden=("title", "text", "word_key")
)
AnnouncementRevision = history_of(Announcement, "title", "text", "withdrawn")


class AnnouncementReading(OfSchool, table=True):
    """An account has read an announcement: told once and for all."""

    __tablename__ = "announcement_reading"
    __table_args__ = (
        of_school("announcement", "announcement_id"),
        ForeignKeyConstraint(["account_id"], ["account.id"]),
        UniqueConstraint(
            "school_id", "announcement_id", "account_id", name="uq_announcement_reading"
        ),
    )
    announcement_id: UUID
    account_id: UUID
    at: datetime = Field(default_factory=now, sa_type=Instant)
