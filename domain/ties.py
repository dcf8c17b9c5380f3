"""When ties between people hold: the rule by which all rights begin and end.

The rule is the same for students, guardians, teachers and heads, and for people who have left:

- A person *is there* from the first to the last day of their role, if they are active.
- A class group or course *is open* until the end of its academic year, if it is active. A course
  without a year has that of its class group.
- A tie (a guardianship, an enrolment, a teaching, leading a class group) *holds* from its first to
  its last day, if it is active, all its people are there, and its place is open.
- A membership holds like a tie. A guardian's membership also needs a guardianship that holds.

All rights follow from ties that hold, with two exceptions. A head has rights to the whole school:
people who have left are in no list, but a head still finds them by id and beside what they did.
And courses stay in the diary of those who have learnt in them: an enrolment shows a course to the
student and the guardians even after its year. `db/reading/ties.py` has the same rule in SQL.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class Days(Protocol):
    """From one day to another, both included; None means open."""

    @property
    def begins_on(self) -> date | None: ...
    @property
    def ends_on(self) -> date | None: ...


class Person(Days, Protocol):
    @property
    def active(self) -> bool: ...


class Place(Protocol):
    """A class group or a course; `year_ends_on` is None if it has no year."""

    @property
    def active(self) -> bool: ...
    @property
    def year_ends_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Role:
    """The part of a person in a school that the rule reads."""

    active: bool
    begins_on: date | None = None
    ends_on: date | None = None


def spans(days: Days, day: date) -> bool:
    begun = days.begins_on is None or days.begins_on <= day
    return begun and (days.ends_on is None or day <= days.ends_on)


def is_there(person: Person, day: date) -> bool:
    return person.active and spans(person, day)


def is_open(place: Place, day: date) -> bool:
    return place.active and (place.year_ends_on is None or day <= place.year_ends_on)


def holds(
    day: date,
    tie: Days | None,
    people: Iterable[Person],
    place: Place | None = None,
    *,
    listed: bool = True,
) -> bool:
    """Whether the tie holds on the day. `tie` has its own days, if any; `listed` is false if the
    tie itself is inactive."""
    return (
        listed
        and (tie is None or spans(tie, day))
        and all(is_there(person, day) for person in people)
        and (place is None or is_open(place, day))
    )


class TieName(StrEnum):
    """The ties of a viewer. For each, the viewer's rights hold the ids of the tied records."""

    ACCOUNT = "ACCOUNT"
    """The viewer's own account."""
    STUDENT = "STUDENT"
    GUARDIAN = "GUARDIAN"
    TEACHER = "TEACHER"
    """The person that the viewer is in the school."""
    CHILD = "CHILD"
    STUDENT_LED = "STUDENT_LED"
    STUDENT_TAUGHT = "STUDENT_TAUGHT"
    GUARDIAN_OF_LED = "GUARDIAN_OF_LED"
    GUARDIAN_OF_CHILD = "GUARDIAN_OF_CHILD"
    GUARDIAN_OF_SELF = "GUARDIAN_OF_SELF"
    COURSE_OF_SELF = "COURSE_OF_SELF"
    COURSE_OF_CHILD = "COURSE_OF_CHILD"
    COURSE_TAUGHT = "COURSE_TAUGHT"
    COURSE_LED = "COURSE_LED"
    CLASS_OF_SELF = "CLASS_OF_SELF"
    CLASS_OF_CHILD = "CLASS_OF_CHILD"
    CLASS_LED = "CLASS_LED"


class Leads(StrEnum):
    """The kind of record that a tie leads to."""

    ACCOUNT = "ACCOUNT"
    STUDENT = "STUDENT"
    GUARDIAN = "GUARDIAN"
    TEACHER = "TEACHER"
    COURSE = "COURSE"
    CLASS_GROUP = "CLASS_GROUP"


def leads_to(tie: TieName) -> Leads:
    if tie is TieName.CHILD:
        return Leads.STUDENT
    if tie.value.startswith("CLASS_"):
        return Leads.CLASS_GROUP
    return Leads(tie.value.split("_")[0])
