"""Bells: when the lessons of a day begin and end, by the schedule that rings on that day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from typing import Any, Protocol, TypeVar

from domain.calendar import Weekday

MOST_SLOTS = 20
MOST_SHIFTS = 4
LONGEST_NAME = 100
WEEK = tuple(Weekday)
"""The days of the week in their order, Monday first."""


class BadBells(ValueError):
    """Bells that ring no day, in words for who sets them up."""


@dataclass(frozen=True, slots=True)
class Bell:
    """One lesson of the day by the school's clock."""

    slot: int
    starts: time
    ends: time


class Schedule(Protocol):
    """When the bells of a shift ring on some days of the week, perhaps in a span of days alone."""

    @property
    def shift(self) -> int: ...
    @property
    def week_days(self) -> Sequence[str]: ...
    @property
    def starts_on(self) -> date | None: ...
    @property
    def ends_on(self) -> date | None: ...


S = TypeVar("S", bound=Schedule)


def weekday_of(day: date) -> Weekday:
    return WEEK[day.weekday()]


def check_slot(slot: int) -> int:
    if not 1 <= slot <= MOST_SLOTS:
        raise BadBells(f"A day has lessons 1 to {MOST_SLOTS}")
    return slot


def check_shift(shift: int) -> int:
    if not 1 <= shift <= MOST_SHIFTS:
        raise BadBells(f"A school has shifts 1 to {MOST_SHIFTS}")
    return shift


def check_bells(bells: Iterable[Bell]) -> tuple[Bell, ...]:
    """In the order of the day; each slot once, none before the one before it has ended."""
    found = tuple(sorted(bells, key=lambda bell: bell.slot))
    if not found:
        raise BadBells("A schedule has some bell")
    for bell in found:
        check_slot(bell.slot)
        if bell.starts >= bell.ends:
            raise BadBells(f"Lesson {bell.slot} ends after it begins")
    for one, next_ in pairwise(found):
        if one.slot == next_.slot:
            raise BadBells(f"Lesson {one.slot} is told twice")
        if next_.starts < one.ends:
            raise BadBells(f"Lesson {next_.slot} begins after lesson {one.slot} has ended")
    return found


def to_data(bells: Iterable[Bell]) -> dict[str, Any]:
    """As JSON keeps them: by the slot, when it begins and ends."""
    return {
        str(bell.slot): [f"{bell.starts:%H:%M}", f"{bell.ends:%H:%M}"]
        for bell in check_bells(bells)
    }


def from_data(data: Mapping[str, Sequence[str]]) -> list[Bell]:
    """In the order of the day."""
    found = (
        Bell(int(slot), time.fromisoformat(starts), time.fromisoformat(ends))
        for slot, (starts, ends) in data.items()
    )
    return sorted(found, key=lambda bell: bell.slot)


def rings(schedule: Schedule, shift: int, day: date, like: str) -> bool:
    """Whether it may ring for the shift on the day, unless another is nearer. A day that is taught
    `like` another of the week has its bells, or those of a schedule for the day alone."""
    first, last = schedule.starts_on or date.min, schedule.ends_on or date.max
    for_the_day = first == last and weekday_of(day) in schedule.week_days
    right_day = (like in schedule.week_days or for_the_day) and first <= day <= last
    return schedule.shift == shift and right_day


def schedule_on(schedules: Iterable[S], shift: int, day: date, like: str | None = None) -> S | None:
    """What rings for the shift on the day: of several the one for fewer days, and then the one for
    fewer days of the week. So a short day is a schedule of that day alone."""
    like = like or weekday_of(day)

    def breadth(schedule: Schedule) -> tuple[int, int]:
        first, last = schedule.starts_on or date.min, schedule.ends_on or date.max
        return (last - first).days, len(schedule.week_days)

    return min(
        (each for each in schedules if rings(each, shift, day, like)), key=breadth, default=None
    )
