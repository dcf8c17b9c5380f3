"""Days and hours of a school: spans of days, nested periods, and instants in its time zone."""

from collections.abc import Iterable
from dataclasses import InitVar, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo


class BackwardsSpan(ValueError):
    """A span whose last day is before its first."""


class SpanTooLong(ValueError):
    """A span of more days than may be asked for."""


class BackwardsLesson(ValueError):
    """A lesson that does not end after it starts."""


class UnknownZone(ValueError):
    """A time zone that the IANA database does not have."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both included; at most `limit` of them where it is given."""

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
    """A quarter, a half-year, a year: days from one to another, both included."""

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
    """The periods that the day is in, the innermost (shortest) first."""
    found = [period for period in periods if period.starts_on <= day <= period.ends_on]
    return sorted(found, key=lambda period: period.ends_on - period.starts_on)


def is_locked(periods: Iterable[Period], day: date) -> bool:
    """Whether any period around the day is locked: a locked year locks its open quarters."""
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
    """The day that it is in the zone at the instant."""
    if instant.utcoffset() is None:
        raise ValueError("An instant needs its offset from UTC")
    return instant.astimezone(time_zone(zone)).date()


def instant_of(day: date, local: time, zone: str) -> datetime:
    """When the clocks of the zone show that time, in UTC.

    An hour that comes twice is the first of them (or the second, with `fold=1`); one that the
    clocks skip is counted on from before the skip: 02:30 is what they then show as 03:30.
    """
    return datetime.combine(day, local, time_zone(zone)).astimezone(UTC)


def whole_day(day: date, zone: str) -> tuple[datetime, datetime]:
    """From the beginning of the school's day to that of the next, in UTC."""
    return instant_of(day, time(), zone), instant_of(day + timedelta(days=1), time(), zone)


def lesson_times(day: date, starts: time, ends: time, zone: str) -> tuple[datetime, datetime]:
    """When a lesson by the school's clock starts and ends, in UTC."""
    first, last = instant_of(day, starts, zone), instant_of(day, ends, zone)
    if last <= first:
        raise BackwardsLesson(f"A lesson ends after it starts, not {starts:%H:%M} to {ends:%H:%M}")
    return first, last


def time_zone(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (LookupError, ValueError, OSError) as error:
        raise UnknownZone(f"{zone[:64]!r} is not a time zone such as Europe/Riga") from error
