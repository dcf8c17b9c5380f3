"""Schools, their subjects and their work types."""

from decimal import Decimal

from sqlalchemy import Integer
from sqlmodel import Field, SQLModel

from db.tables.columns import (
    Code,
    FromRoster,
    Named,
    OfSchool,
    Weight,
    one_per_roster,
)


class School(SQLModel, table=True):
    """`school_id` is assigned here, and is the first column of every key of the school.

    `end_days` says whether its roster writes ends as exclusive or inclusive, once that is known.
    """

    school_id: int | None = Field(default=None, primary_key=True, sa_type=Integer)
    name: str
    time_zone: str = "UTC"
    language: str = Field(default="und", sa_column_kwargs={"server_default": "und"})
    sorted_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The language and the version by which the sort keys of its records were made."""
    sourced_id: str | None = Field(default=None, unique=True)
    active: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    end_days: str | None = Field(default=None, sa_type=Code)


class Subject(OfSchool, FromRoster, Named, table=True):
    __table_args__ = (one_per_roster("subject"),)
    name: str
    code: str | None = None


class WorkType(OfSchool, FromRoster, Named, table=True):
    """A kind of graded work, with the default weight of its grades."""

    __tablename__ = "work_type"
    __table_args__ = (one_per_roster("work_type"),)
    name: str
    kind: str = Field(sa_type=Code)
    weight: Decimal = Field(default=Decimal(1), sa_type=Weight)
