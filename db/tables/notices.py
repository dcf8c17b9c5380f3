"""Notices: what happened that concerns somebody, who has read it, and how people are told."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import ARRAY, Index, Integer, SmallInteger, UniqueConstraint, Uuid, text
from sqlmodel import Field, SQLModel

from db.tables.columns import Code, Instant, OfSchool, TransactionId, of_school
from domain.clock import now
from domain.ids import uuid7

NONE = {"server_default": "{}"}


class Notice(OfSchool, table=True):
    """That something was done to a record: one row, however many read it.

    It is addressed to the student, course, class group or account `to_id`, and of those who are
    tied to it to the readers `to_whom` (`domain.notice_kinds.Readers`), who were there on the
    `day`. To accounts that nothing but the record itself ties to it, it is addressed by name: these
    are `account_ids`, and `to_id` is the record. Its screen is that of the record `shown_id` of the
    noun `shown`, where there is one. It holds nothing of the record's content. `cause` is made of
    what happened, which is therefore told once.
    """

    __table_args__ = (
        of_school("student", "student_id"),
        of_school("course", "course_id"),
        UniqueConstraint("school_id", "cause", name="uq_notice_cause"),
        Index("ix_notice_to", "school_id", "to_id", "id"),
        Index("ix_notice_at", "at"),
        Index("ix_notice_account", "account_ids", postgresql_using="gin"),
    )
    kind: str = Field(sa_type=Code)
    topic: str = Field(sa_type=Code)
    change: str = Field(sa_type=Code)
    ref: UUID
    to_id: UUID
    to_whom: int = Field(sa_type=SmallInteger)
    student_id: UUID | None = None
    course_id: UUID | None = None
    day: date | None = None
    author_id: UUID | None = None
    """The account that did it, which is not told."""
    account_ids: list[UUID] = Field(sa_type=ARRAY(Uuid()), sa_column_kwargs=NONE)
    shown: str | None = Field(default=None, sa_type=Code)
    shown_id: UUID | None = None
    cause: UUID
    at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


class NoticeMark(SQLModel, table=True):
    """That an account has read a notice."""

    __tablename__ = "notice_mark"
    __table_args__ = (of_school("notice", "notice_id", ondelete="CASCADE"),)
    school_id: int = Field(
        primary_key=True,
        foreign_key="school.school_id",
        sa_type=Integer,
        sa_column_kwargs={"autoincrement": False},
    )
    account_id: UUID = Field(primary_key=True, foreign_key="account.id")
    notice_id: UUID = Field(primary_key=True)


class NoticeReading(SQLModel, table=True):
    """That an account has read every notice up to one."""

    __tablename__ = "notice_reading"
    school_id: int = Field(
        primary_key=True,
        foreign_key="school.school_id",
        sa_type=Integer,
        sa_column_kwargs={"autoincrement": False},
    )
    account_id: UUID = Field(primary_key=True, foreign_key="account.id")
    up_to: UUID


class NoticePlace(SQLModel, table=True):
    """The row of the outbox up to which notices of a school are made, and the day up to which they
    are of homework that is due."""

    __tablename__ = "notice_place"
    school_id: int = Field(
        primary_key=True,
        foreign_key="school.school_id",
        sa_type=Integer,
        sa_column_kwargs={"autoincrement": False},
    )
    epoch: UUID
    xid: int = Field(sa_type=TransactionId, sa_column_kwargs={"server_default": "0"})
    seq: int = Field(default=-1, sa_type=Integer, sa_column_kwargs={"server_default": "-1"})
    due_on: date | None = None
    lease_holder: UUID | None = None
    lease_until: datetime | None = Field(default=None, sa_type=Instant)


class NoticeWays(SQLModel, table=True):
    """How an account is told of notices, by their kinds; and how far it has been told.

    `due_at` is when there is something to send; null while there is nothing. It belongs to no
    school, as the account.
    """

    __tablename__ = "notice_ways"
    __table_args__ = (
        Index("ix_notice_ways_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )
    account_id: UUID = Field(primary_key=True, foreign_key="account.id")
    hidden: list[str] = Field(sa_type=ARRAY(Code), sa_column_kwargs=NONE)
    unpushed: list[str] = Field(sa_type=ARRAY(Code), sa_column_kwargs=NONE)
    at_once: list[str] = Field(sa_type=ARRAY(Code), sa_column_kwargs=NONE)
    daily: list[str] = Field(sa_type=ARRAY(Code), sa_column_kwargs=NONE)
    weekly: list[str] = Field(sa_type=ARRAY(Code), sa_column_kwargs=NONE)
    quiet_from: time | None = None
    quiet_until: time | None = None
    time_zone: str = "UTC"
    told_up_to: UUID
    daily_up_to: UUID
    weekly_up_to: UUID
    daily_at: datetime | None = Field(default=None, sa_type=Instant)
    weekly_at: datetime | None = Field(default=None, sa_type=Instant)
    due_at: datetime | None = Field(default=None, sa_type=Instant)
    lease_holder: UUID | None = None
    lease_until: datetime | None = Field(default=None, sa_type=Instant)


class PushDevice(SQLModel, table=True):
    """A browser that takes web push for an account: the address of its push service, and the keys
    for which messages are encrypted."""

    __tablename__ = "push_device"
    id: UUID = Field(default_factory=uuid7, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    endpoint: str = Field(unique=True)
    p256dh: bytes
    auth: bytes
    name: str | None = None
    failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    last_error: str | None = None
    added_at: datetime = Field(default_factory=now, sa_type=Instant)


class PushKey(SQLModel, table=True):
    """The key by which push services know this database's gateway (VAPID): one row, made when it
    is first needed."""

    __tablename__ = "push_key"
    only: bool = Field(default=True, primary_key=True)
    secret: bytes
