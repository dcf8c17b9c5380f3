"""Instants in columns of dates: their dates, once the school's time zone is known."""

from collections.abc import Iterable
from datetime import MAXYEAR, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

MIDNIGHT = time()
LAST_MINUTE = time(23, 59)


class Moment(date):
    """A date that was written as an instant, with the instant.

    `by_itself` means that the date is the same in every zone.
    """

    at: datetime
    by_itself: bool

    @classmethod
    def of(cls, at: datetime) -> Self:
        made = cls(at.year, at.month, at.day)
        # Placeholders at the ends of the calendar may have no date in another zone.
        made.at, made.by_itself = at, at.tzinfo is None or not 1 < at.year < MAXYEAR
        return made

    def local(self, zone: str) -> datetime:
        """The local time in the zone; the written time if the date is the same in every zone."""
        if self.by_itself:
            return self.at.replace(tzinfo=None)
        return self.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def mark_days(moments: Iterable[Moment]) -> bool:
    """Whether a column's instants are plain dates: all are written at the start or in the last
    minute of a day.

    A birthday at midnight UTC is that date, even in zones where it is still the evening before.
    """
    found = list(moments)
    days = all(each.at.time() == MIDNIGHT or each.at.time() >= LAST_MINUTE for each in found)
    for each in found:
        each.by_itself = each.by_itself or days
    return all(each.by_itself for each in found)


def first_day(value: date | None, zone: str) -> date | None:
    """The date in the zone."""
    if isinstance(value, Moment):
        return value.local(zone).date()
    return value


def last_day(value: date | None, zone: str, *, exclusive: bool) -> date | None:
    """The last day, included; an `exclusive` end is the day after it.

    An instant within a day means that day in either case. At midnight it is treated like a date.
    """
    if value is None:
        return None
    if isinstance(value, Moment):
        shown = value.local(zone)
        value, exclusive = shown.date(), exclusive and shown.time() == MIDNIGHT
    return value - timedelta(days=1) if exclusive and value > date.min else value
