"""What the tables have in common: keys, names of people, roster ids and column types."""

from datetime import date
from uuid import UUID

from sqlalchemy import (
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field, SQLModel

from domain.ids import uuid7

Instant = DateTime(timezone=True)
Weight = Numeric(5, 2)
Code = String(32)


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's `xid8`: a transaction's number that never wraps around."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


# Alembic needs it to compare a database with the tables.
ischema_names["xid8"] = TransactionId


def of_school(table: str, *columns: str, ondelete: str | None = None) -> ForeignKeyConstraint:
    """A foreign key within the school: `of_school("student", "student_id")`."""
    return ForeignKeyConstraint(
        ["school_id", *columns], [f"{table}.school_id", f"{table}.id"], ondelete=ondelete
    )


def one_per_roster(table: str) -> UniqueConstraint:
    """A roster id is unique within a school."""
    return UniqueConstraint("school_id", "sourced_id", name=f"uq_{table}_sourced_id")


def by_name(table: str) -> Index:
    """The index for pages of people in the order of their names."""
    return Index(f"ix_{table}_name", "school_id", "sort_key", "id")


class OfSchool(SQLModel):
    """A record of one school: every key begins with the school."""

    school_id: int = Field(
        primary_key=True,
        foreign_key="school.school_id",
        sa_type=Integer,
        sa_column_kwargs={"autoincrement": False},
    )
    id: UUID = Field(default_factory=uuid7, primary_key=True)


class FromRoster(SQLModel):
    """A record that may come from a roster: its id there, and whether the roster still lists it."""

    sourced_id: str | None = None
    active: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})


class Dated(SQLModel):
    """A tie that holds from one day to another, both included; open where a day is missing."""

    begins_on: date | None = None
    ends_on: date | None = None


class Named(SQLModel):
    """A record that sorts by its name. `db.sort_keys` makes the key; code that writes the name
    resets the key to empty."""

    sort_key: bytes = Field(default=b"", sa_column_kwargs={"server_default": ""})


class Searched(Named):
    """A record that people look for by words of its name."""

    search_key: str = Field(default="", sa_column_kwargs={"server_default": ""})


class Person(Searched, Dated):
    """A person in a school, from the first to the last day of their role. `username` is their login
    in the roster if it differs from their roster id. Who is not `enabled`, by the roster, is in the
    school, but no account takes their part."""

    given_name: str
    family_name: str
    middle_name: str | None = None
    email: str | None = None
    phone: str | None = None
    username: str | None = None
    enabled: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
