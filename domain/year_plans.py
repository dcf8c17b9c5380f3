"""The next academic year, planned from the last: classes that go up, days moved by a year.

A plan is made of what stood on the last day of the year; see `planned_groups`, `planned_courses`
and `moved_calendar`. What somebody edits of it is put in between: courses follow their classes.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Protocol
from uuid import UUID

from domain.calendar import Days, Weekday, meet

NUMBER = re.compile(r"\d+")
WEEK = tuple(Weekday)
Ids = tuple[UUID, ...]


def number_in(text: str | None) -> int | None:
    """The first number of a name or of a year of school."""
    found = NUMBER.search(text or "")
    return None if found is None else int(found[0])


def counted_up(text: str, number: int | None = None) -> str:
    """The text with a number one higher: the given one, or else the first; `05` becomes `06`."""
    matches = list(NUMBER.finditer(text))
    if not matches:
        return text
    counted = next((each for each in matches if int(each[0]) == number), matches[0])
    higher = str(int(counted[0]) + 1).zfill(len(counted[0]))
    return text[: counted.start()] + higher + text[counted.end() :]


def next_level(level: str | None) -> str | None:
    return None if level is None else counted_up(level)


def next_name(name: str, level: str | None) -> str:
    """5A becomes 6A: its year of school counts up, or else the first number in it."""
    return counted_up(name, number_in(level))


def next_year_name(name: str, starts_on: date, ends_on: date, by: int = 1) -> str:
    """2026/27 becomes 2027/28; a name without a number is that of the days."""
    if number_in(name) is None:
        return f"{starts_on.year}/{ends_on.year % 100:02}"

    def higher(match: re.Match[str]) -> str:
        number = int(match[0]) + by
        return f"{number % 100:02}" if len(match[0]) == 2 else str(number)

    return NUMBER.sub(higher, name)


def retitled(title: str, names: Mapping[str, str]) -> str:
    """The title with the names of class groups replaced, where they stand as words."""
    if not names:
        return title
    longest_first = sorted(names, key=len, reverse=True)
    words = "|".join(re.escape(name) for name in longest_first)
    return re.sub(rf"(?<!\w)(?:{words})(?!\w)", lambda match: names[match[0]], title)


@dataclass(frozen=True, slots=True)
class Span:
    """Days with a name; `kind` is of a period."""

    name: str
    starts_on: date
    ends_on: date
    kind: str = ""


def years_on(day: date, years: int) -> date:
    """The same date; the 28th of a February that has no 29th. It stays within the years that dates
    have, with some days left on both sides."""
    year = min(max(day.year + years, MINYEAR + 1), MAXYEAR - 1)
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def on_same_weekday(day: date, years: int) -> date:
    """The day of the same weekday that is nearest to the same date."""
    there = years_on(day, years)
    later = (day.weekday() - there.weekday()) % 7
    return there + timedelta(later if later <= 3 else later - 7)


def moved_year(
    year: Days,
    week: Sequence[str],
    name: str | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Span:
    """The year moved by as many years as it takes to begin after itself. It begins and ends on the
    same dates, or on the school day after or before, where the old one did on a school day."""
    longest = year.ends_on.year - year.starts_on.year + 1
    years = next(
        (n for n in range(1, longest) if years_on(year.starts_on, n) > year.ends_on), longest
    )
    first = starts_on or _to_school_day(year.starts_on, years_on(year.starts_on, years), week, 1)
    last = ends_on or _to_school_day(year.ends_on, years_on(year.ends_on, years), week, -1)
    by = first.year - year.starts_on.year
    return Span(name or next_year_name(year.name, first, last, by), first, last)


def _to_school_day(old: date, new: date, week: Sequence[str], step: int) -> date:
    if WEEK[old.weekday()] not in week:
        return new
    while WEEK[new.weekday()] not in week:
        new += timedelta(step)
    return new


def moved_calendar(spans: Iterable[Days], old: Days, new: Days) -> list[Span]:
    """The spans of the year moved with it, each within it; what begins or ends with the year does
    so again. Other days keep their weekday; a single day, such as a public holiday, its date."""
    moved = (_moved(each, old, new) for each in spans)
    return [each for each in moved if each is not None]


def _moved(days: Days, old: Days, new: Days) -> Span | None:
    if not meet(days, old):
        return None
    years = new.starts_on.year - old.starts_on.year
    move = years_on if days.starts_on == days.ends_on else on_same_weekday
    begins_with = days.starts_on <= old.starts_on
    first = new.starts_on if begins_with else max(move(days.starts_on, years), new.starts_on)
    ends_with = days.ends_on >= old.ends_on
    last = new.ends_on if ends_with else min(move(days.ends_on, years), new.ends_on)
    if last < first:
        return None
    return Span(days.name, first, last, getattr(days, "kind", ""))


class Group(Protocol):
    """A class group of the last year."""

    @property
    def id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def grade_level(self) -> str | None: ...
    @property
    def class_teacher_id(self) -> UUID | None: ...
    @property
    def deputy_id(self) -> UUID | None: ...


class Course(Protocol):
    """A course of the last year."""

    @property
    def id(self) -> UUID: ...
    @property
    def title(self) -> str: ...
    @property
    def code(self) -> str | None: ...
    @property
    def room(self) -> str | None: ...
    @property
    def subject_id(self) -> UUID | None: ...
    @property
    def class_group_id(self) -> UUID | None: ...
    @property
    def grade_scale_id(self) -> UUID | None: ...
    @property
    def whole_class(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class LastYear:
    """What there was on its last day: who was in its class groups and courses, and who taught;
    without those who are not there any more when the next one begins."""

    groups: Sequence[Group]
    courses: Sequence[Course]
    in_group: Mapping[UUID, Ids] = field(default_factory=dict)
    in_course: Mapping[UUID, Ids] = field(default_factory=dict)
    taught_by: Mapping[UUID, Ids] = field(default_factory=dict)
    """By course, the main teacher first."""
    teachers: frozenset[UUID] = frozenset()
    """Those who will be there."""


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    """A class group to be; or one whose students leave the school with the year."""

    school_id: int
    source_ids: Ids
    name: str | None
    grade_level: str | None = None
    class_teacher_id: UUID | None = None
    deputy_id: UUID | None = None
    student_ids: Ids = ()
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class PlannedCourse:
    """A course to be; `class_group` is the name of the one that it belongs to."""

    school_id: int
    source_id: UUID | None
    class_group: str | None
    subject_id: UUID | None
    title: str
    code: str | None = None
    room: str | None = None
    grade_scale_id: UUID | None = None
    whole_class: bool = False
    teacher_ids: Ids = ()
    student_ids: Ids = ()


def check_last_level(level: int) -> int:
    """Check what somebody takes for the last year of school; a ValueError says what is wrong."""
    if level < 1:
        raise ValueError("The last year of school is at least the first: give 1 or more")
    return level


def planned_groups(school_id: int, last: LastYear, last_level: int | None) -> list[PlannedGroup]:
    """Each class group a year on; those of the last level leave."""
    found = []
    for group in last.groups:
        level = number_in(group.grade_level)
        if level is None:
            level = number_in(group.name)
        leaves = level is not None and last_level is not None and level >= last_level
        planned = PlannedGroup(
            school_id,
            (group.id,),
            None if leaves else next_name(group.name, group.grade_level),
            student_ids=last.in_group.get(group.id, ()),
            leaves=leaves,
        )
        if not leaves:
            planned = replace(
                planned,
                grade_level=next_level(group.grade_level),
                class_teacher_id=_still(group.class_teacher_id, last),
                deputy_id=_still(group.deputy_id, last),
            )
        found.append(planned)
    return found


def _still(teacher: UUID | None, last: LastYear) -> UUID | None:
    return teacher if teacher in last.teachers else None


def planned_courses(
    school_id: int, last: LastYear, groups: Sequence[PlannedGroup]
) -> list[PlannedCourse]:
    """The courses of the class groups to be. Where two have become one, it takes a subject once
    with all its students; where one has become two, each of them has the course."""
    going = _successors(groups)
    names = {group.id: group.name for group in last.groups}
    ups = {
        names[source]: successors[0].name
        for source, successors in going.items()
        if len(successors) == 1 and successors[0].name is not None and source in names
    }
    leaving = {each for group in groups if group.leaves for each in group.student_ids}
    going_on = {each for group in groups if not group.leaves for each in group.student_ids}
    found: list[PlannedCourse] = []
    taken: set[tuple[str, UUID]] = set()
    for course in last.courses:
        students = last.in_course.get(course.id, ())
        if course.class_group_id is None:
            if not students or not leaving.issuperset(students):
                there = tuple(each for each in students if each in going_on)
                found.append(_course(school_id, course, last, None, ups, there))
            continue
        successors = going.get(course.class_group_id, [])
        for group in successors:
            assert group.name is not None
            if course.whole_class and course.subject_id is not None:
                if (group.name, course.subject_id) in taken:
                    continue
                taken.add((group.name, course.subject_id))
            there = () if course.whole_class else _both(students, group.student_ids)
            if not there and students and len(successors) > 1:
                continue
            own = ups | {names.get(course.class_group_id, group.name): group.name}
            found.append(_course(school_id, course, last, group.name, own, there))
    return found


def _successors(groups: Sequence[PlannedGroup]) -> dict[UUID, list[PlannedGroup]]:
    found: dict[UUID, list[PlannedGroup]] = {}
    for group in groups:
        for source in () if group.leaves else group.source_ids:
            found.setdefault(source, []).append(group)
    return found


def _both(some: Ids, others: Ids) -> Ids:
    return tuple(each for each in some if each in set(others))


def _course(
    school_id: int,
    course: Course,
    last: LastYear,
    class_group: str | None,
    names: Mapping[str, str],
    students: Ids,
) -> PlannedCourse:
    return PlannedCourse(
        school_id,
        course.id,
        class_group,
        course.subject_id,
        retitled(course.title, names),
        course.code,
        course.room,
        course.grade_scale_id,
        course.whole_class,
        tuple(each for each in last.taught_by.get(course.id, ()) if each in last.teachers),
        students,
    )
