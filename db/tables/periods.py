"""Academic years, and the periods within them."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from db.tables.columns import (
    Code,
    FromRoster,
    OfSchool,
    of_school,
    one_per_roster,
)
from db.tables.history import history_of

FIRST = {"server_default": "1"}
"""Of a column `version` that rosters and the demo do not name."""


class AcademicYear(OfSchool, FromRoster, table=True):
    __tablename__ = "academic_year"
    __table_args__ = (
        one_per_roster("academic_year"),
        CheckConstraint("starts_on <= ends_on", name="ck_academic_year_days"),
    )
    name: str
    starts_on: date
    ends_on: date
    version: int = Field(default=1, sa_column_kwargs=FIRST)


AcademicYearRevision = history_of(AcademicYear, "name", "starts_on", "ends_on", "active")


class YearOpening(OfSchool, table=True):
    """How a year was opened from the one before it: its `id` is the year's. `leavers` has by
    student what their last day was before they were to leave with the old year, `days_off` the days
    off that came with the new one."""

    __tablename__ = "year_opening"
    __table_args__ = (
        of_school("academic_year", "id"),
        of_school("academic_year", "source_id"),
    )
    source_id: UUID
    leavers: dict[str, Any] = Field(sa_type=JSONB)
    days_off: list[UUID] = Field(sa_type=ARRAY(Uuid()))


class Period(OfSchool, FromRoster, table=True):
    """One that is locked may be `open_until` a day for teachers, and then for the head with a
    reason; without such a day it is closed to everybody."""

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
    open_until: date | None = None
    version: int = Field(default=1, sa_column_kwargs=FIRST)


PeriodRevision = history_of(
    Period, "name", "starts_on", "ends_on", "locked", "open_until", "active"
)


class DayOff(OfSchool, table=True):
    """Days without lessons, of the whole school or of a class group."""

    __tablename__ = "day_off"
    __table_args__ = (
        of_school("class_group", "class_group_id"),
        CheckConstraint("starts_on <= ends_on", name="ck_day_off_days"),
        Index("ix_day_off_days", "school_id", "starts_on"),
    )
    name: str
    starts_on: date
    ends_on: date
    class_group_id: UUID | None = None
    active: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    version: int = 1


DayOffRevision = history_of(DayOff, "name", "starts_on", "ends_on", "class_group_id", "active")
