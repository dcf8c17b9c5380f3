"""Bell schedules: when the lessons of a day begin and end."""

from datetime import date
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from db.tables.columns import Code, OfSchool
from db.tables.history import history_of


class BellSchedule(OfSchool, table=True):
    """`bells` has by slot when it begins and ends, as `domain.bells` writes it."""

    __tablename__ = "bell_schedule"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="ck_bell_schedule_days"),)
    name: str
    shift: int = Field(default=1, sa_type=SmallInteger)
    week_days: list[str] = Field(sa_type=ARRAY(Code))
    starts_on: date | None = None
    ends_on: date | None = None
    bells: dict[str, Any] = Field(sa_type=JSONB)
    active: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    version: int = 1


BellScheduleRevision = history_of(
    BellSchedule, "name", "shift", "week_days", "starts_on", "ends_on", "bells", "active"
)
