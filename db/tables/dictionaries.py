"""Dictionaries that were imported, which belong to no school; the words that an account learns; and
what was translated for accounts."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Index, Numeric, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from db.tables.columns import Code, Instant
from domain.clock import now
from domain.ids import uuid7

Easiness = Numeric(4, 2)
BYTEWISE = String(collation="C")
"""In the order of its bytes, so that an index finds what begins with something."""


class Dictionary(SQLModel, table=True):
    """It is known by its file's `name`: importing that again replaces it."""

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    name: str = Field(unique=True)
    title: str
    source_language: str = Field(sa_type=Code)
    target_language: str = Field(sa_type=Code)
    notice: str | None = None
    url: str | None = None
    entries: int
    imported_at: datetime = Field(default_factory=now, sa_type=Instant)


class DictionaryEntry(SQLModel, table=True):
    """`key` is the headword in comparable form; `number` counts the entries of a dictionary."""

    __tablename__ = "dictionary_entry"
    __table_args__ = (Index("ix_dictionary_entry_key", "key", "dictionary_id", "number"),)
    dictionary_id: UUID = Field(foreign_key="dictionary.id", primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    key: str = Field(sa_type=BYTEWISE)
    headword: str
    text: str


class StudiedWord(SQLModel, table=True):
    """A word in the list of an account, and how well it is known (`domain/repetition.py`)."""

    __tablename__ = "studied_word"
    __table_args__ = (
        UniqueConstraint("account_id", "word", "meaning", name="uq_studied_word"),
        Index("ix_studied_word_due", "account_id", "due_on", "id"),
    )
    id: UUID = Field(default_factory=uuid7, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id")
    word: str
    meaning: str
    note: str | None = None
    language: str | None = Field(default=None, sa_type=Code)
    repetitions: int = 0
    interval: int = 0
    easiness: Decimal = Field(sa_type=Easiness)
    due_on: date
    reviewed_at: datetime | None = Field(default=None, sa_type=Instant)
    added_at: datetime = Field(default_factory=now, sa_type=Instant)
    version: int = 1


class Translation(SQLModel, table=True):
    """What an engine answered; `digest` is that of what it was asked, which is not kept."""

    digest: bytes = Field(primary_key=True)
    text: str
    source: str | None = Field(default=None, sa_type=Code)
    at: datetime = Field(default_factory=now, sa_type=Instant, index=True)


class TranslationUse(SQLModel, table=True):
    """How many characters were translated for an account on a day in UTC."""

    __tablename__ = "translation_use"
    account_id: UUID = Field(foreign_key="account.id", primary_key=True)
    day: date = Field(primary_key=True, index=True)
    characters: int
