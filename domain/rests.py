"""Hours of rest, in which somebody is told nothing: when those end that go on now."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

WEEKEND = (5, 6)


class Rest(Protocol):
    """Hours of the day, which may span midnight; `weekends` says whether Saturdays and Sundays
    belong to them."""

    @property
    def starts(self) -> time: ...
    @property
    def ends(self) -> time: ...
    @property
    def weekends(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Hours:
    """The same hours on every day."""

    starts: time
    ends: time
    weekends: bool = False


def rests_until(rest: Rest, zone: str, now: datetime) -> datetime | None:
    """When the rest ends that goes on now, in the time zone; None where none does."""
    local = over = now.astimezone(ZoneInfo(zone))
    while True:
        if rest.weekends and over.weekday() in WEEKEND:
            over = _at(over.date() + timedelta(1), time(), zone)
        elif _within(rest, over.time()):
            later = rest.ends <= over.time()  # it ends on the day after
            over = _at(over.date() + timedelta(int(later)), rest.ends, zone)
        else:
            return over.astimezone(UTC) if over > local else None


def _at(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone))


def _within(rest: Rest, at: time) -> bool:
    if rest.starts <= rest.ends:
        return rest.starts <= at < rest.ends
    return at >= rest.starts or at < rest.ends
