"""Events of a school, a class group or a course, with their history and the replies to them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlmodel import Field

from db.tables.addressees import Addressed, of_addressees
from db.tables.columns import Code, Instant, OfSchool, of_school
from db.tables.history import Withdrawal, history_of
from domain.clock import now


class SchoolEvent(OfSchool, Addressed, table=True):
    """`day` and `last_day` are those of the school's zone on which it starts and ends. A reminder
    of it is due at `remind_at`, and went out at `reminded_at`; both follow from the rest."""

    __tablename__ = "school_event"
    __table_args__ = (
        *of_addressees("school_event", "day"),
        ForeignKeyConstraint(["author_id"], ["account.id"]),
        Index("ix_school_event_day", "school_id", "last_day"),
        Index(
            "ix_school_event_remind",
            "remind_at",
            postgresql_where=text("remind_at IS NOT NULL AND reminded_at IS NULL"),
        ),
    )
    author_id: UUID
    kind: str = Field(sa_type=Code)
    title: str
    description: str | None = None
    location: str | None = None
    starts_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)
    day: date
    last_day: date
    public: bool
    asks_replies: bool
    reply_until: datetime | None = Field(default=None, sa_type=Instant)
    capacity: int | None = None
    remind_hours: int | None = None
    remind_at: datetime | None = Field(default=None, sa_type=Instant)
    reminded_at: datetime | None = Field(default=None, sa_type=Instant)
    withdrawn: bool = False
    added_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


WITHDRAWAL = Withdrawal(lambda event: event.c.withdrawn, hidden=("description",))
"""What it was called and when it was to be stays, so that nobody comes."""
SchoolEventRevision = history_of(
    SchoolEvent,
    "kind", "title", "description", "location", "starts_at", "ends_at", "public", "asks_replies",
    "reply_until", "capacity", "remind_hours", "withdrawn",
)  # fmt: skip
STUDENTS_OWN = "student_id IS NOT NULL"
NO_STUDENTS = "student_id IS NULL"


class EventReply(OfSchool, table=True):
    """What was answered for a student, by whoever of the family did last; or by somebody of the
    staff for themselves, without a student."""

    __tablename__ = "event_reply"
    __table_args__ = (
        of_school("school_event", "event_id"),
        of_school("student", "student_id"),
        ForeignKeyConstraint(["account_id"], ["account.id"]),
        Index(
            "uq_event_reply_student", "school_id", "event_id", "student_id",
            unique=True, postgresql_where=text(STUDENTS_OWN),
        ),
        Index(
            "uq_event_reply_account", "school_id", "event_id", "account_id",
            unique=True, postgresql_where=text(NO_STUDENTS),
        ),
        Index("ix_event_reply_student", "school_id", "student_id"),
    )  # fmt: skip
    event_id: UUID
    student_id: UUID | None = None
    account_id: UUID
    answer: str = Field(sa_type=Code)
    at: datetime = Field(default_factory=now, sa_type=Instant)
