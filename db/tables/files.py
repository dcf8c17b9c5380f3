"""Files that people have uploaded, and what hangs on which record."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, SmallInteger
from sqlmodel import Field, SQLModel

from db.tables.columns import Code, Instant, OfSchool
from domain.clock import now


class File(OfSchool, table=True):
    """What is known of a file; its bytes are in the storage, under `storage_key`.

    It was uploaded for a `use`, by the account `author_id`. It hangs on the record `record_id`, a
    record of the noun to which the use belongs, at a `place` among others, until it is taken off
    at `detached_at`. One that hangs on nothing is removed after a while.
    """

    __table_args__ = (
        ForeignKeyConstraint(["author_id"], ["account.id"]),
        Index("ix_file_record", "school_id", "record_id"),
        Index("ix_file_author", "school_id", "author_id"),
    )
    author_id: UUID
    use: str = Field(sa_type=Code)
    name: str
    media_type: str
    size: int
    digest: bytes = Field(sa_type=LargeBinary)
    """The SHA-256 of the bytes that are stored."""
    thumbnail: bool = False
    record_id: UUID | None = None
    place: int | None = Field(default=None, sa_type=SmallInteger)
    uploaded_at: datetime = Field(default_factory=now, sa_type=Instant)
    detached_at: datetime | None = Field(default=None, sa_type=Instant)


class StrayBytes(SQLModel, table=True):
    """Bytes in the storage that are no file's: not yet, or not any more. They are deleted when they
    are due; an upload that is finished takes its row away."""

    __tablename__ = "stray_bytes"
    __table_args__ = (Index("ix_stray_bytes_due_at", "due_at"),)
    storage_key: str = Field(primary_key=True)
    due_at: datetime = Field(sa_type=Instant)
