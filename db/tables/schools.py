"""Schools, their subjects and their kinds of work."""

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
    """`school_id` is given here once and opens every key of the school."""

    school_id: int = Field(default=None, primary_key=True, sa_type=Integer)
    name: str
    time_zone: str = "UTC"
    language: str = Field(default="und", sa_column_kwargs={"server_default": "und"})
    sorted_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """What made the sort keys of its records."""
    sourced_id: str | None = Field(default=None, unique=True)
    active: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})


class Subject(OfSchool, FromRoster, Named, table=True):
    __table_args__ = (one_per_roster("subject"),)
    name: str
    code: str | None = None


class WorkType(OfSchool, FromRoster, Named, table=True):
    """A kind of work that is graded, and the weight that a grade of it has unless told."""

    __tablename__ = "work_type"
    __table_args__ = (one_per_roster("work_type"),)
    name: str
    kind: str = Field(sa_type=Code)
    weight: Decimal = Field(default=Decimal(1), sa_type=Weight)
