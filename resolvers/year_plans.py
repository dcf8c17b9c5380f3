"""The plan of a school's next academic year, made of what stands on the last day of this one."""

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID

from db.reading.class_groups import class_groups_of_academic_years
from db.reading.courses import courses_of_academic_years
from db.reading.periods import days_off_of_school, periods_of_school, years_of_school
from db.reading.year_plans import (
    levels_of_school,
    places_on_day,
    teachers_with_days,
    teachings_on_day,
)
from db.tables.schools import School
from domain.calendar import meet
from domain.year_plan_notes import Note, all_leave, leaves, taken
from domain.year_plans import (
    LastYear,
    PlannedCourse,
    PlannedGroup,
    Span,
    moved_calendar,
    moved_year,
    number_in,
    planned_courses,
    planned_groups,
)


class Reads(Protocol):
    """A store, or what reads in a transaction."""

    async def fetch(self, statement: Any, **parameters: object) -> list[Any]: ...


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody wants of the plan: the year to go on from, and how the new one is called and
    when it is; the last year of school, from which students leave."""

    year: UUID | None = None
    name: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    last_level: int | None = None


@dataclass(frozen=True, slots=True)
class YearPlan:
    """What the next year would be."""

    school_id: int
    source: Any
    """The year that it goes on from."""
    year: Span
    periods: list[Span]
    days_off: list[Span]
    last: LastYear
    class_groups: list[PlannedGroup]
    courses: list[PlannedCourse]
    gone_ids: list[UUID]
    """Those who are to leave before the new year begins, whatever becomes of their class."""
    notes: list[Note]

    @property
    def name(self) -> str:
        return self.year.name

    @property
    def starts_on(self) -> date:
        return self.year.starts_on

    @property
    def ends_on(self) -> date:
        return self.year.ends_on

    @property
    def source_id(self) -> UUID:
        id_: UUID = self.source.id
        return id_

    @property
    def graduating_ids(self) -> list[UUID]:
        """Those whose class group leaves."""
        return [each for group in self.class_groups if group.leaves for each in group.student_ids]

    @property
    def leaving_ids(self) -> list[UUID]:
        """Those who are in the school on the last day of the old year, and not in the new one."""
        return list(dict.fromkeys([*self.graduating_ids, *self.gone_ids]))

    @property
    def fingerprint(self) -> str:
        """The same for the same plan."""
        what = (self.year, self.periods, self.days_off, self.class_groups, self.courses)
        return sha256(repr((what, self.leaving_ids)).encode()).hexdigest()[:32]


def source_of(years: Sequence[Any], wanted: UUID | None, today: date) -> Any:
    """The year to go on from: the wanted one, or the last that has begun, or else the first."""
    if wanted is not None:
        return next((year for year in years if year.id == wanted), None)
    begun = [year for year in years if year.starts_on <= today]
    return begun[-1] if begun else next(iter(years), None)


async def plan_of(
    reads: Reads, school: School, today: date, wishes: Wishes = Wishes()
) -> YearPlan | None:
    """The plan; None where there is no year to go on from. It takes a fixed number of
    statements."""
    id_ = school.school_id
    years = await reads.fetch(years_of_school, school=id_)
    old = source_of(years, wishes.year, today)
    if old is None:
        return None
    week = school.week_days
    new = moved_year(old, week, wishes.name, wishes.starts_on, wishes.ends_on)
    periods = await reads.fetch(periods_of_school, school=id_, year=old.id)
    groups = await reads.fetch(class_groups_of_academic_years, school=id_, ids=[old.id])
    courses = await reads.fetch(courses_of_academic_years, school=id_, ids=[old.id])
    met = [taken(each.name, each.starts_on, each.ends_on) for each in years if meet(each, new)]
    last, gone, notes = await _last_year(reads, id_, old, new, groups, courses)
    level = wishes.last_level
    if level is None:
        level = await _last_level(reads, id_, groups)
    planned = planned_groups(id_, last, level)
    return YearPlan(
        id_,
        old,
        new,
        moved_calendar(_outer_first(periods), old, new),
        await _days_off(reads, id_, old, new),
        last,
        planned,
        planned_courses(id_, last, planned),
        gone,
        [*met, *_all_leave(planned, level), *notes],
    )


def _all_leave(groups: Sequence[PlannedGroup], level: int | None) -> Iterator[Note]:
    if groups and level is not None and all(each.leaves for each in groups):
        yield all_leave(level)


def _outer_first(periods: Sequence[Any]) -> list[Any]:
    """By the first day, each before what is part of it, be that as long as itself."""
    parents = {each.id: each.parent_id for each in periods}

    def depth(id_: UUID | None) -> int:
        return 0 if id_ not in parents else 1 + depth(parents[id_])

    return sorted(
        periods,
        key=lambda each: (each.starts_on, each.starts_on - each.ends_on, depth(each.id)),
    )


async def _days_off(reads: Reads, school: int, old: Any, new: Span) -> list[Span]:
    """Those of the whole school, but for what meets days off that are there already."""
    every = await reads.fetch(days_off_of_school, school=school)
    whole = [each for each in every if each.class_group_id is None]
    moved = moved_calendar(whole, old, new)
    return [each for each in moved if not any(meet(each, other) for other in whole)]


async def _last_level(reads: Reads, school: int, groups: Sequence[Any]) -> int | None:
    """The highest year of school that it has had; of names where no class group says its own."""
    levels = [row.grade_level for row in await reads.fetch(levels_of_school, school=school)]
    names = [group.name for group in groups if group.grade_level is None]
    numbers = (number_in(each) for each in [*levels, *names])
    return max((each for each in numbers if each is not None), default=None)


async def _last_year(
    reads: Reads, school: int, old: Any, new: Span, groups: list[Any], courses: list[Any]
) -> tuple[LastYear, list[UUID], list[Note]]:
    """What there was on the last day, who leaves in between, and what the office has to know."""
    places = [each.id for each in (*groups, *courses)]
    of_day = {"school": school, "day": old.ends_on}
    ties = await reads.fetch(places_on_day, ids=places, **of_day)
    taught = await reads.fetch(teachings_on_day, ids=[each.id for each in courses], **of_day)
    leaders = {each for group in groups for each in (group.class_teacher_id, group.deputy_id)}
    named = {row.teacher_id for row in taught} | leaders - {None}
    teachers = await reads.fetch(teachers_with_days, school=school, ids=list(named))
    there = {each.id for each in teachers if _is_there(each.ends_on, new)}
    gone = dict.fromkeys(tie.student_id for tie in ties if not _is_there(tie.student_ends_on, new))
    last = LastYear(
        groups,
        courses,
        _grouped(_once(ties, gone)),
        _grouped((tie.course_id, tie.student_id) for tie in ties if tie.student_id not in gone),
        _grouped((row.course_id, row.teacher_id) for row in taught),
        frozenset(there),
    )
    return last, list(gone), list(_notes(teachers, there, groups, taught))


def _is_there(ends_on: date | None, year: Span) -> bool:
    return ends_on is None or ends_on >= year.starts_on


def _once(ties: Sequence[Any], gone: Container[UUID]) -> Iterator[tuple[UUID, UUID]]:
    """Class groups with who was in them: whoever was in several goes on with one."""
    seen: set[UUID] = set()
    for tie in ties:
        id_ = tie.student_id
        if tie.class_group_id is not None and id_ not in gone and id_ not in seen:
            seen.add(id_)
            yield tie.class_group_id, id_


def _grouped(pairs: Any) -> Mapping[UUID, tuple[UUID, ...]]:
    """The second ids by the first, each once, in their order."""
    found: dict[UUID, dict[UUID, None]] = defaultdict(dict)
    for first, second in pairs:
        if first is not None:
            found[first][second] = None
    return {key: tuple(values) for key, values in found.items()}


def _notes(
    teachers: Sequence[Any], there: set[UUID], groups: Sequence[Any], taught: Sequence[Any]
) -> Iterator[Note]:
    """Who is not there any more, and what is without them."""
    for each in teachers:
        if each.id in there:
            continue
        led = [
            group.name for group in groups if each.id in (group.class_teacher_id, group.deputy_id)
        ]
        courses = sum(row.teacher_id == each.id for row in taught)
        name = f"{each.given_name} {each.family_name}"
        yield leaves(name, each.ends_on, led, courses)
