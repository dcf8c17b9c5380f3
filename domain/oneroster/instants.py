"""Instants in columns of days: which day they are of, once the zone of their school is known."""

from collections.abc import Iterable
from datetime import MAXYEAR, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

MIDNIGHT = time()
LAST_MINUTE = time(23, 59)


class Moment(date):
    """The day that an instant is written with, and the instant.

    `by_itself` is a day that was only written as an instant: it is the same in every zone.
    """

    at: datetime
    by_itself: bool

    @classmethod
    def of(cls, at: datetime) -> Self:
        made = cls(at.year, at.month, at.day)
        # Placeholders at the ends of the calendar may be of no day in another zone.
        made.at, made.by_itself = at, at.tzinfo is None or not 1 < at.year < MAXYEAR
        return made

    def local(self, zone: str) -> datetime:
        """What clocks of the zone show; of a day by itself, what was written."""
        if self.by_itself:
            return self.at.replace(tzinfo=None)
        return self.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def mark_days(moments: Iterable[Moment]) -> bool:
    """Whether a column's instants are days, each written as its own beginning or last minute.

    A birthday written as midnight in UTC is that day, also where it is the evening before.
    """
    found = list(moments)
    days = all(each.at.time() == MIDNIGHT or each.at.time() >= LAST_MINUTE for each in found)
    for each in found:
        each.by_itself = each.by_itself or days
    return all(each.by_itself for each in found)


def first_day(value: date | None, zone: str) -> date | None:
    """The day in the zone, as a plain date."""
    if isinstance(value, Moment):
        return value.local(zone).date()
    return value


def last_day(value: date | None, zone: str, *, exclusive: bool) -> date | None:
    """The last day that is included; an `exclusive` end is the day after it.

    An instant within a day ends in that day either way; at midnight it is written like a day.
    """
    if value is None:
        return None
    if isinstance(value, Moment):
        shown = value.local(zone)
        value, exclusive = shown.date(), exclusive and shown.time() == MIDNIGHT
    return value - timedelta(days=1) if exclusive and value > date.min else value
