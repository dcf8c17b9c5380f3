"""Timetables: what was generated, of which days, by whom and when."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from db.tables.columns import Instant, OfSchool
from domain.clock import now


class Timetable(OfSchool, table=True):
    """Lessons of a span of days that were generated: how many were `added`, `changed` and
    `removed`, and how many were `kept` that no pattern has any more."""

    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="ck_timetable_days"),)
    starts_on: date
    ends_on: date
    added: int
    changed: int
    removed: int
    kept: int
    reason: str | None = None
    account_id: UUID = Field(foreign_key="account.id")
    version: int = 1
    """It never changes, but what the feed tells of has a version."""
    generated_at: datetime = Field(default_factory=now, sa_type=Instant)
