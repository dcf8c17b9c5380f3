"""When ties between people hold: the rule by which all rights begin and end.

The rule is the same for students, guardians, teachers and heads, and for people who have left:

- A person *is there* from the first to the last day of their role, if they are active.
- A class group or course *is open* until the end of its academic year, if it is active. A course
  without a year has that of its class group.
- A tie (a guardianship, an enrolment, a teaching, leading a class group) *holds* from its first to
  its last day, if it is active, all its people are there, and its place is open.
- A guardianship may be *restricted*, by a court's order: the guardian does not see how the child
  is reached, or nothing of the child at all, as if there were no guardianship. The same holds once
  they have left.
- A membership holds like a tie. A guardian's membership also needs a guardianship that holds.

All rights follow from ties that hold. A head has rights to the whole school: people who have left
are in no list, but a head still finds them by id and beside what they did.

What is past stays with those whose past it is. The present decides who may look; what they see of a
day follows from the ties of that day:

- A student *has learnt* in a course on the days of their enrolments, direct or with the whole
  class, as far as they were in the school, and within the course's year. A record of a day (a
  lesson, homework) belongs to who learnt in its course on that day. A record without a day is known
  to who learnt there on any.
- A class teacher reads the whole past of the students whom they lead. Of those whom they led
  before, they read the days in the class, within its year.
- *Reading on*, without writing: for the school's term of keeping, a teacher reads the courses, and
  a class teacher the class group, that they *held to the end*; a student who has left, and who was
  their guardian on their last day, read what was theirs.

`db/reading/ties.py` has the same rule in SQL.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from domain.enums import DescribedEnum


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


Spans = tuple[tuple[date, date], ...]
"""Days as spans, both ends included, in order and apart from each other."""
ALWAYS: Spans = ((date.min, date.max),)


def is_among(day: date, spans: Spans) -> bool:
    for first, last in spans:  # noqa: SIM110, asked with every record of a list
        if first <= day <= last:
            return True
    return False


def days_learnt(student: Days, enrolments: Iterable[Days], year: Days | None = None) -> Spans:
    """The days on which a student has learnt in a course, by their enrolments there, and within the
    course's `year` where it has one."""
    found = []
    for tie in enrolments:
        days = (tie, student) if year is None else (tie, student, year)
        first = max(each.begins_on or date.min for each in days)
        last = min(each.ends_on or date.max for each in days)
        if first <= last:
            found.append((first, last))
    return joined(found)


def joined(spans: Iterable[tuple[date, date]]) -> Spans:
    """The same days in order; spans that overlap or follow on each other are one."""
    found: list[tuple[date, date]] = []
    for first, last in sorted(spans):
        if found and (found[-1][1] == date.max or first <= found[-1][1] + timedelta(days=1)):
            first, last = found[-1][0], max(found.pop()[1], last)
        found.append((first, last))
    return tuple(found)


def kept_since(day: date, years: int) -> date:
    """What ended on that day or later is kept on the `day`, by a term of so many years."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # the 29th of February
        return date(day.year - years, 3, 1)


def held_to_end(tie: Days, place: Place, day: date, since: date) -> bool:
    """Whether a course or class group is read on the day by the tie, which holds it, or held it
    until its end. `since` is the first of the days that are kept."""
    end = place.year_ends_on
    return (end is None or since <= end) and spans(tie, day if end is None else min(day, end))


def has_left(person: Person, day: date, since: date) -> bool:
    """Whether the person has left by the day, and what was theirs is kept."""
    return person.active and person.ends_on is not None and since <= person.ends_on < day


def lasted(tie: Days, last_day: date, day: date) -> bool:
    """Whether a tie of somebody who left held on their last day, and has not ended otherwise since:
    it may have been ended together with their leaving."""
    ended = tie.ends_on not in (None, last_day) and tie.ends_on < day
    return spans(tie, last_day) and not ended


class Restriction(DescribedEnum):
    """What is kept from a guardian, though the guardianship holds."""

    NO_CONTACTS = "NO_CONTACTS", "How the child is reached, and who else is a guardian."
    NOTHING_SEEN = "NOTHING_SEEN", "Everything: the guardian does not see the child at all."


def stricter(*restrictions: str | None) -> str | None:
    """The restriction of a tie that was several."""
    order = (None, Restriction.NO_CONTACTS.value, Restriction.NOTHING_SEEN.value)
    return max(restrictions, key=order.index, default=None)


class TieName(StrEnum):
    """The ties of a viewer. For each, the viewer's rights hold the ids of the tied records."""

    ACCOUNT = "ACCOUNT"
    """The viewer's own account."""
    STUDENT = "STUDENT"
    GUARDIAN = "GUARDIAN"
    TEACHER = "TEACHER"
    """The person that the viewer is in the school."""
    CHILD = "CHILD"
    CHILD_IN_CUSTODY = "CHILD_IN_CUSTODY"
    """A child of whom no restriction keeps the contacts from the viewer."""
    STUDENT_LED = "STUDENT_LED"
    STUDENT_WAS_LED = "STUDENT_WAS_LED"
    """A student of the viewer's class group on some days, but not today; or of one that is over."""
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
    CLASS_TAUGHT = "CLASS_TAUGHT"
    """A class group of a course that the viewer teaches."""
    SUBJECT_OF_SELF = "SUBJECT_OF_SELF"
    SUBJECT_OF_CHILD = "SUBJECT_OF_CHILD"
    SUBJECT_TAUGHT = "SUBJECT_TAUGHT"
    SUBJECT_LED = "SUBJECT_LED"
    """A subject of a course to which the viewer has the tie of the like name."""
    ADDRESS = "ADDRESS"
    """An address at which the viewer is reached today, as one of a part of those who belong to the
    school, a class group or a course (`domain/addressees.py`)."""
    ADDRESS_BEFORE = "ADDRESS_BEFORE"
    """One at which they were reached on some days, but not today."""


DATED = frozenset({
    TieName.STUDENT_WAS_LED, TieName.STUDENT_TAUGHT,
    TieName.COURSE_OF_SELF, TieName.COURSE_OF_CHILD, TieName.COURSE_LED,
    TieName.CLASS_OF_SELF, TieName.CLASS_OF_CHILD, TieName.ADDRESS_BEFORE,
})  # fmt: skip
"""The ties that have days: one leads to a record that has a day if it was there on that day."""


class Leads(StrEnum):
    """The kind of record that a tie leads to."""

    ACCOUNT = "ACCOUNT"
    STUDENT = "STUDENT"
    GUARDIAN = "GUARDIAN"
    TEACHER = "TEACHER"
    COURSE = "COURSE"
    CLASS_GROUP = "CLASS_GROUP"
    SUBJECT = "SUBJECT"
    ADDRESS = "ADDRESS"


def leads_to(tie: TieName) -> Leads:
    if tie in (TieName.CHILD, TieName.CHILD_IN_CUSTODY):
        return Leads.STUDENT
    if tie.value.startswith("CLASS_"):
        return Leads.CLASS_GROUP
    return Leads(tie.value.split("_")[0])
