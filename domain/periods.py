"""Spans of days, nested periods, and instants in a school's time zone."""

from collections.abc import Iterable
from dataclasses import InitVar, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo


class BackwardsSpan(ValueError):
    """A span whose last day is before its first day."""


class SpanTooLong(ValueError):
    """A span of more days than the limit."""


class BackwardsLesson(ValueError):
    """A lesson that does not end after it starts."""


class UnknownZone(ValueError):
    """A time zone that the IANA database does not have."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both included; at most `limit` days if it is given."""

    first: date
    last: date
    limit: InitVar[int | None] = None

    def __post_init__(self, limit: int | None) -> None:
        if self.last < self.first:
            raise BackwardsSpan(f"{self.last} is before {self.first}")
        if limit is not None and self.days > limit:
            raise SpanTooLong(f"{self.days} days is more than the {limit} that may be asked for")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def contains(self, day: date) -> bool:
        return self.first <= day <= self.last


class Period(Protocol):
    """A quarter, half-year or year: days from one to another, both included."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def locked(self) -> bool: ...


class Closing(Period, Protocol):
    """A period that may still be open for some days after it was locked."""

    @property
    def open_until(self) -> date | None: ...


P = TypeVar("P", bound=Period)


def holding(periods: Iterable[P], day: date) -> list[P]:
    """The periods that contain the day, shortest first."""
    found = [period for period in periods if period.starts_on <= day <= period.ends_on]
    return sorted(found, key=lambda period: period.ends_on - period.starts_on)


def is_locked(periods: Iterable[Period], day: date) -> bool:
    """Whether a period that contains the day is locked: a locked year locks its open quarters
    too."""
    return any(period.locked for period in holding(periods, day))


def is_closed(
    periods: Iterable[Closing], day: date, today: date, *, excepted: bool = False
) -> bool:
    """Whether nothing is written of the day today: a period around it is locked, and not open
    still, nor left open to who is excepted."""
    return any(
        period.locked
        and (period.open_until is None or (not excepted and period.open_until < today))
        for period in holding(periods, day)
    )


def school_day(instant: datetime, zone: str) -> date:
    """The date in the zone at the instant."""
    if instant.utcoffset() is None:
        raise ValueError("An instant needs its offset from UTC")
    return instant.astimezone(time_zone(zone)).date()


def instant_of(day: date, local: time, zone: str) -> datetime:
    """The instant at which clocks in the zone show that time, in UTC.

    Of an hour that occurs twice, the first one is meant, or the second with `fold=1`. An hour that
    the clocks skip is counted from before the skip: 02:30 becomes 03:30.
    """
    return datetime.combine(day, local, time_zone(zone)).astimezone(UTC)


def whole_day(day: date, zone: str) -> tuple[datetime, datetime]:
    """The start of the school's day and that of the next day, in UTC."""
    return instant_of(day, time(), zone), instant_of(day + timedelta(days=1), time(), zone)


def lesson_times(day: date, starts: time, ends: time, zone: str) -> tuple[datetime, datetime]:
    """The start and end of a lesson by the school's clock, in UTC."""
    first, last = instant_of(day, starts, zone), instant_of(day, ends, zone)
    if last <= first:
        raise BackwardsLesson(f"A lesson ends after it starts, not {starts:%H:%M} to {ends:%H:%M}")
    return first, last


def time_zone(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (LookupError, ValueError, OSError) as error:
        raise UnknownZone(f"{zone[:64]!r} is not a time zone such as Europe/Riga") from error
