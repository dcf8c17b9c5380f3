"""Days and periods: which day an instant falls on, and what is locked then."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo


class Dated(Protocol):
    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def locked(self) -> bool: ...


def is_locked(periods: Iterable[Dated], day: date) -> bool:
    """Whether any period that holds the day is locked, however they are nested."""
    return any(period.locked and period.starts_on <= day <= period.ends_on for period in periods)


def school_day(instant: datetime, time_zone: str) -> date:
    return instant.astimezone(ZoneInfo(time_zone)).date()


def instant_of(day: date, at: time, time_zone: str) -> datetime:
    """The instant of a local time; of two in autumn's doubled hour, the first."""
    return datetime.combine(day, at, ZoneInfo(time_zone)).astimezone(ZoneInfo("UTC"))
