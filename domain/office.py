"""What a school's office keeps: days that do not overlap, and kinds of ties."""

from dataclasses import dataclass
from datetime import date, timedelta

from domain.enums import DescribedEnum
from domain.refusals import UserError, UserErrorCode
from domain.ties import Days, spans

Code = UserErrorCode


class GuardianshipKind(DescribedEnum):
    """What a guardian is to a child."""

    MOTHER = "MOTHER", "The mother."
    FATHER = "FATHER", "The father."
    GUARDIAN = "GUARDIAN", "A guardian, or a parent of whom nothing more is said."
    FOSTER_CARER = "FOSTER_CARER", "A foster carer."
    GRANDPARENT = "GRANDPARENT", "A grandparent who stands for a parent."
    OTHER = "OTHER", "Somebody else who stands for a parent."


@dataclass(frozen=True, slots=True)
class Stay:
    """From one day to another, both included; open where a day is missing."""

    begins_on: date | None = None
    ends_on: date | None = None

    def until(self, day: date | None) -> "Stay":
        """The same, ended by the day at the latest."""
        ends = min(filter(None, (self.ends_on, day)), default=None)
        return Stay(self.begins_on, ends)


def overlap(one: Days, other: Days) -> bool:
    """Whether there is a day that both hold on."""
    latest = max(one.begins_on or date.min, other.begins_on or date.min)
    return latest <= min(one.ends_on or date.max, other.ends_on or date.max)


def joined(one: Days, other: Days) -> Stay:
    """From the first day of either to the last."""
    begins = None if None in (one.begins_on, other.begins_on) else _least(one, other)
    ends = None if None in (one.ends_on, other.ends_on) else _most(one, other)
    return Stay(begins, ends)


def _least(one: Days, other: Days) -> date:
    return min(each.begins_on or date.min for each in (one, other))


def _most(one: Days, other: Days) -> date:
    return max(each.ends_on or date.max for each in (one, other))


def day_before(day: date) -> date:
    return day - timedelta(days=1)


def backwards(begins_on: date | None, ends_on: date | None) -> UserError | None:
    if begins_on is None or ends_on is None or begins_on <= ends_on:
        return None
    return UserError(Code.BAD_INPUT, f"{ends_on} is before {begins_on}.", ("endsOn",))


def outside_year(
    begins_on: date | None, ends_on: date | None, starts: date | None, ends: date | None
) -> UserError | None:
    """A tie to a class group or a course is within its year, as far as it names days."""
    for day, path in ((begins_on, "beginsOn"), (ends_on, "endsOn")):
        if day is None:
            continue
        if (starts is not None and day < starts) or (ends is not None and day > ends):
            message = f"{day} is not in the academic year, which is from {starts} to {ends}."
            return UserError(Code.OUTSIDE_YEAR, message, (path,))
    return None


def first_day(told: date | None, today: date, starts: date | None) -> date:
    """The day from which a tie holds: the one that is told, or today, or the first of a year that
    is to come."""
    return told or max(today, starts or today)


def not_there(person: Days, active: bool, begins_on: date, word: str) -> UserError | None:
    """A tie begins on a day on which the person is in the school."""
    if active and spans(person, begins_on):
        return None
    first = f"; their first day is {person.begins_on}" if person.begins_on else ""
    message = f"The {word} is not in the school on {begins_on}{first}."
    return UserError(Code.NOT_THERE, message, ("beginsOn",))
