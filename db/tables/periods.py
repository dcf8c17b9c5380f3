"""Academic years, and the periods within them."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from db.tables.columns import (
    Code,
    FromRoster,
    OfSchool,
    of_school,
    one_per_roster,
)


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
