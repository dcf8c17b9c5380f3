"""The register of schools, and what a school sets up for a year."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from db.tables.columns import (
    Code,
    FromRoster,
    OfSchool,
    Weight,
    of_school,
    one_per_roster,
)


class School(SQLModel, table=True):
    """`school_id` is given here once and opens every key of the school.

    `end_days` is how its roster writes ends, exclusive or inclusive, once that is known.
    """

    school_id: int | None = Field(default=None, primary_key=True, sa_type=Integer)
    name: str
    time_zone: str = "UTC"
    sourced_id: str | None = Field(default=None, unique=True)
    active: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    end_days: str | None = Field(default=None, sa_type=Code)


class AcademicYear(OfSchool, FromRoster, table=True):
    __tablename__ = "academic_year"
    __table_args__ = (
        one_per_roster("academic_year"),
        CheckConstraint("starts_on <= ends_on", name="ck_academic_year_days"),
    )
    name: str
    starts_on: date
    ends_on: date


class Period(OfSchool, FromRoster, table=True):
    __table_args__ = (
        of_school("academic_year", "academic_year_id"),
        of_school("period", "parent_id"),
        one_per_roster("period"),
        CheckConstraint("starts_on <= ends_on", name="ck_period_days"),
        Index("ix_period_days", "school_id", "starts_on"),
    )
    academic_year_id: UUID
    parent_id: UUID | None = None
    name: str
    kind: str = Field(sa_type=Code)
    starts_on: date
    ends_on: date
    locked: bool = False


class Subject(OfSchool, FromRoster, table=True):
    __table_args__ = (one_per_roster("subject"),)
    name: str
    code: str | None = None


class WorkType(OfSchool, FromRoster, table=True):
    """A kind of work that is graded, and the weight that a grade of it has unless told."""

    __tablename__ = "work_type"
    __table_args__ = (one_per_roster("work_type"),)
    name: str
    kind: str = Field(sa_type=Code)
    weight: Decimal = Field(default=Decimal(1), sa_type=Weight)


class GradeScale(OfSchool, FromRoster, table=True):
    """`definition` is the scale as `domain.scales` writes it."""

    __tablename__ = "grade_scale"
    __table_args__ = (one_per_roster("grade_scale"),)
    name: str
    definition: dict[str, Any] = Field(sa_type=JSONB)
