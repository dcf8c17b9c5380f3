"""The audit: notes that wait, the chain of entries, and where it stands."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from db.tables.columns import Code, Instant, OfSchool, TransactionId
from domain.clock import now
from domain.ids import uuid7

START = {"server_default": "0"}


class AuditNote(SQLModel, table=True):
    """What is to become an entry of the audit, written in the transaction of what it notes.

    Changes of records that have a history need none: their row of the outbox is enough. The notes
    of a transaction are in the order of their ids.
    """

    __tablename__ = "audit_note"
    school_id: int = Field(
        primary_key=True,
        foreign_key="school.school_id",
        sa_type=Integer,
        sa_column_kwargs={"autoincrement": False},
    )
    xid: int = Field(
        primary_key=True,
        sa_type=TransactionId,
        sa_column_kwargs={"server_default": text("pg_current_xact_id()"), "autoincrement": False},
    )
    id: UUID = Field(default_factory=uuid7, primary_key=True)
    change: str = Field(sa_type=Code)
    noun: str = Field(sa_type=Code)
    ref: UUID
    student_id: UUID | None = None
    what: str = ""
    account_id: UUID | None = None
    origin: str | None = None
    at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int | None = None
    """Of a record with a history, whose row of the outbox a backup does not carry."""


class AccountTally(SQLModel, table=True):
    """How often something of `domain.audit.Tally` happened to an account in an hour, and up to
    which number the audit was told."""

    __tablename__ = "account_tally"
    account_id: UUID = Field(primary_key=True)
    tally: str = Field(primary_key=True, sa_type=Code)
    hour: datetime = Field(primary_key=True, sa_type=Instant)
    number: int
    told: int = 0
    origin: str | None = None
    """From where the last came."""


class AuditEntry(OfSchool, table=True):
    """Who did what, of which student; see `domain.audit.Entry`. A trigger of the database refuses
    every change, and every removal of what is not older than the chain's anchor.

    It names accounts and records that may be gone, so nothing of it is a foreign key.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("school_id", "number", name="uq_audit_entry_number"),
        Index("ix_audit_entry_student", "school_id", "student_id", "number"),
        Index("ix_audit_entry_account", "school_id", "account_id", "number"),
        Index("ix_audit_entry_at", "school_id", "at"),
    )
    number: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=Instant)
    account_id: UUID | None = None
    origin: str | None = None
    change: str = Field(sa_type=Code)
    noun: str = Field(sa_type=Code)
    ref: UUID
    version: int | None = None
    student_id: UUID | None = None
    what: str = ""
    digest: bytes


class AuditChain(SQLModel, table=True):
    """Where the audit of a school stands: its newest entry; the place in the outbox up to which it
    has entries; and the anchor, the newest of the entries that are removed.

    One process at a time has the lease to add entries.
    """

    __tablename__ = "audit_chain"
    school_id: int = Field(
        primary_key=True,
        foreign_key="school.school_id",
        sa_type=Integer,
        sa_column_kwargs={"autoincrement": False},
    )
    number: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=START)
    digest: bytes = Field(default=b"", sa_column_kwargs={"server_default": ""})
    xid: int = Field(default=0, sa_type=TransactionId, sa_column_kwargs=START)
    seq: int = Field(default=-1, sa_column_kwargs={"server_default": "-1"})
    anchor_number: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=START)
    anchor_digest: bytes = Field(default=b"", sa_column_kwargs={"server_default": ""})
    epoch: UUID
    """The database whose transactions the place and the notes are of: a restored one is another."""
    lease_holder: UUID | None = None
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
