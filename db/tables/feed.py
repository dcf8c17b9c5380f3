"""The feed's rows, the key that signs its cursors, and the receipts of mutations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Index, Integer, Uuid, text
from sqlmodel import Field, SQLModel

from db.tables.columns import Code, Instant, TransactionId
from domain.clock import now

RIGHTS = "RIGHTS"
"""The topic of rows that say that rights have changed."""


class Outbox(SQLModel, table=True):
    """One change, written in its own transaction; `seq` counts the changes of a transaction."""

    __table_args__ = (Index("ix_outbox_order", "xid", "seq"),)
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
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    topic: str = Field(sa_type=Code)
    change: str = Field(sa_type=Code)
    ref: UUID
    version: int
    at: datetime = Field(default_factory=now, sa_type=Instant)
    origin: str | None = None
    """Where the change came from, for the audit."""
    concerns: list[UUID] | None = Field(default=None, sa_type=ARRAY(Uuid()), nullable=True)
    """The record's id and every id that it named or names, such as its student's; null where that
    is not known, so that the change may concern any record of its table."""


class TableChange(SQLModel, table=True):
    """A transaction has written the table `name`, and no row of the outbox says which records.

    A `school_id` of 0 stands for all schools, and the name `*` for all tables.
    """

    __tablename__ = "table_change"
    __table_args__ = (Index("ix_table_change_order", "xid"), Index("ix_table_change_at", "at"))
    school_id: int = Field(
        primary_key=True, sa_type=Integer, sa_column_kwargs={"autoincrement": False}
    )
    xid: int = Field(
        primary_key=True,
        sa_type=TransactionId,
        sa_column_kwargs={"server_default": text("pg_current_xact_id()"), "autoincrement": False},
    )
    name: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)


class FeedKey(SQLModel, table=True):
    """One row, inserted by the first migration. It identifies this database, and its secret is the
    key for cursors."""

    __tablename__ = "feed_key"
    epoch: UUID = Field(primary_key=True)
    secret: bytes


class Receipt(SQLModel, table=True):
    """The receipt of a mutation: a retry with the same key finds it and does nothing."""

    __table_args__ = (Index("ix_receipt_at", "at"),)
    school_id: int = Field(
        primary_key=True,
        foreign_key="school.school_id",
        sa_type=Integer,
        sa_column_kwargs={"autoincrement": False},
    )
    account_id: UUID = Field(primary_key=True, foreign_key="account.id")
    key: str = Field(primary_key=True)
    request: bytes
    refs: str
    at: datetime = Field(default_factory=now, sa_type=Instant)
