"""A school's calendar: years that follow each other, periods that nest, days of the week."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol, TypeVar

from domain.enums import DescribedEnum
from domain.names import search_key
from domain.refusals import UserError, UserErrorCode

LONGEST_YEAR = 731
"""Days: what is longer is a slip of the keyboard."""


class Weekday(DescribedEnum):
    """A day of the week."""

    MONDAY = "MONDAY", "Monday."
    TUESDAY = "TUESDAY", "Tuesday."
    WEDNESDAY = "WEDNESDAY", "Wednesday."
    THURSDAY = "THURSDAY", "Thursday."
    FRIDAY = "FRIDAY", "Friday."
    SATURDAY = "SATURDAY", "Saturday."
    SUNDAY = "SUNDAY", "Sunday."


class PeriodKind(DescribedEnum):
    """What a period is."""

    QUARTER = "QUARTER", "A quarter of the year."
    TRIMESTER = "TRIMESTER", "A third of the year."
    HALF_YEAR = "HALF_YEAR", "Half of the year."
    SEMESTER = "SEMESTER", "A semester."
    MODULE = "MODULE", "A module."
    YEAR = "YEAR", "The whole year."
    OTHER = "OTHER", "A kind of the school's own."


class Days(Protocol):
    """Days with a name, from the first to the last, both included."""

    @property
    def name(self) -> str: ...
    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...


D = TypeVar("D", bound=Days)


def within(inner: Days, outer: Days) -> bool:
    return outer.starts_on <= inner.starts_on and inner.ends_on <= outer.ends_on


def meet(one: Days, other: Days) -> bool:
    """Whether they have a day in common."""
    return one.starts_on <= other.ends_on and other.starts_on <= one.ends_on


def innermost(days: Days, periods: Iterable[D]) -> D | None:
    """The shortest of the periods that the days are within."""
    around = [each for each in periods if within(days, each)]
    return min(around, key=lambda each: each.ends_on - each.starts_on, default=None)


def backwards(first: date, last: date) -> UserError | None:
    if last < first:
        message = f"{last} is before {first}."
    elif (last - first).days >= LONGEST_YEAR:
        message = f"From {first} to {last} is longer than two years."
    else:
        return None
    return UserError(UserErrorCode.BAD_INPUT, message, ("endsOn",))


def overlap(days: Days, others: Sequence[Days]) -> UserError | None:
    """Neighbours, such as years of a school or periods of one year, have no day in common."""
    other = next((each for each in others if meet(days, each)), None)
    if other is None:
        return None
    message = f"{days.name} overlaps {other.name}, {other.starts_on} to {other.ends_on}."
    return UserError(UserErrorCode.OVERLAPS, message, ("startsOn",))


def named_twice(days: Days, others: Iterable[Days]) -> UserError | None:
    """Years of a school, and periods of a year, differ in their names; capitals, accents and spaces
    make no difference."""
    key = search_key(days.name)
    other = next((each for each in others if search_key(each.name) == key), None)
    if other is None:
        return None
    message = f"{other.name} is there already, from {other.starts_on} to {other.ends_on}."
    return UserError(UserErrorCode.ALREADY_THERE, message, ("name",))


def outside(days: Days, around: Days) -> UserError | None:
    if within(days, around):
        return None
    path = "startsOn" if days.starts_on < around.starts_on else "endsOn"
    message = f"{days.name} is not within {around.name}, {around.starts_on} to {around.ends_on}."
    return UserError(UserErrorCode.OUTSIDE_YEAR, message, (path,))
