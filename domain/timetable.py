"""A timetable: which lessons weekly patterns make of a span of days, and which of them clash."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from domain.bells import Schedule, from_data, schedule_on, weekday_of
from domain.enums import DescribedEnum
from domain.periods import instant_of


class Week(DescribedEnum):
    """One of two weeks that follow each other all year."""

    A = "A", "The first week of the year, the third and so on."
    B = "B", "The second week of the year, the fourth and so on."


class ClashKind(DescribedEnum):
    """What two lessons at the same time have in common."""

    TEACHER = "TEACHER", "The teacher."
    ROOM = "ROOM", "The room."
    CLASS_GROUP = "CLASS_GROUP", "The class group."
    STUDENT = "STUDENT", "A student who learns in both courses."


class Pattern(Protocol):
    """One hour of each week, or of every second, from the first day on."""

    @property
    def id(self) -> UUID: ...
    @property
    def week_day(self) -> str: ...
    @property
    def slot(self) -> int: ...
    @property
    def week(self) -> str | None: ...
    @property
    def shift(self) -> int: ...
    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date | None: ...


class DaysOff(Protocol):
    """Days without lessons, of the school or of one class group."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def class_group_id(self) -> UUID | None: ...


class BellSchedule(Schedule, Protocol):
    @property
    def bells(self) -> Mapping[str, Sequence[str]]: ...


@dataclass(frozen=True, slots=True)
class Year:
    """The days of a course's year; open where one is missing."""

    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Hour:
    """When a pattern's lesson of one day begins and ends."""

    day: date
    starts_at: datetime
    ends_at: datetime


def week_of(day: date, year_starts_on: date | None) -> Week:
    """A in the week of the year's first day, then B, A and so on; of a course without a year, A in
    odd weeks of the calendar."""
    if year_starts_on is None:
        return Week.A if day.isocalendar().week % 2 else Week.B
    return Week.B if (_monday(day) - _monday(year_starts_on)).days // 7 % 2 else Week.A


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def days_of(
    pattern: Pattern, year: Year, first: date, last: date, off: Iterable[DaysOff]
) -> Iterator[date]:
    """The days of the span on which the pattern has a lesson; `off` are the days off of its school
    and class group."""
    first = max(first, pattern.starts_on, year.starts_on or date.min)
    last = min(last, pattern.ends_on or date.max, year.ends_on or date.max)
    away = [(each.starts_on, each.ends_on) for each in off]
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if weekday_of(day) != pattern.week_day:
            continue
        if pattern.week is not None and week_of(day, year.starts_on) != pattern.week:
            continue
        if not any(starts <= day <= ends for starts, ends in away):
            yield day


class Bells:
    """When the lessons of a school begin and end, by its schedules."""

    def __init__(self, schedules: Sequence[BellSchedule], zone: str) -> None:
        self._schedules = schedules
        self._zone = zone
        self._hours: dict[tuple[int, date], dict[int, Hour]] = {}

    def has(self, shift: int) -> bool:
        return any(each.shift == shift for each in self._schedules)

    def hour(self, shift: int, day: date, slot: int) -> Hour | None:
        """None where no bell rings: a short day has fewer lessons."""
        if (shift, day) not in self._hours:
            self._hours[shift, day] = dict(self._of_day(shift, day))
        return self._hours[shift, day].get(slot)

    def _of_day(self, shift: int, day: date) -> Iterator[tuple[int, Hour]]:
        schedule = schedule_on(self._schedules, shift, day)
        for bell in [] if schedule is None else from_data(schedule.bells):
            starts, ends = (instant_of(day, at, self._zone) for at in (bell.starts, bell.ends))
            yield bell.slot, Hour(day, starts, ends)


@dataclass(frozen=True, slots=True)
class Placed:
    """A lesson as far as it can clash. `joined` is the lesson with which it is held, or itself."""

    id: UUID
    course_id: UUID
    day: date
    starts_at: datetime
    ends_at: datetime
    teacher_id: UUID | None
    room_id: UUID | None
    class_group_id: UUID | None
    whole_class: bool
    joined: UUID


@dataclass(frozen=True, slots=True)
class Clash:
    kind: ClashKind
    one: Placed
    other: Placed


Spans = Sequence[tuple[date, date]]
Shared = Mapping[frozenset[UUID], Spans]
"""The days on which somebody learns in both of two courses."""


def clashes(of: Iterable[UUID], lessons: Sequence[Placed], shared: Shared) -> Iterator[Clash]:
    """Whatever the lessons `of` these ids have in common with others at the same time, each pair
    once. Lessons that are held together do not clash."""
    wanted = frozenset(of)
    by_day: dict[date, list[Placed]] = defaultdict(list)
    for each in lessons:
        by_day[each.day].append(each)
    told = set[frozenset[UUID]]()
    for placed in by_day.values():
        placed.sort(key=lambda each: (each.starts_at, each.id))
        for one, other in _at_once(placed):
            pair = frozenset((one.id, other.id))
            if not pair & wanted or pair in told or one.joined == other.joined:
                continue
            if (kind := in_common(one, other, shared)) is not None:
                told.add(pair)
                yield Clash(kind, *((one, other) if one.id in wanted else (other, one)))


def _at_once(placed: Sequence[Placed]) -> Iterator[tuple[Placed, Placed]]:
    """The pairs of lessons that overlap, of lessons in the order of their beginnings."""
    running: list[Placed] = []
    for each in placed:
        running = [one for one in running if one.ends_at > each.starts_at]
        yield from ((one, each) for one in running)
        running.append(each)


def in_common(one: Placed, other: Placed, shared: Shared) -> ClashKind | None:
    """What two lessons at the same time clash in. The halves of a class have lessons at the same
    time, as long as nobody learns in both."""
    if one.teacher_id is not None and one.teacher_id == other.teacher_id:
        return ClashKind.TEACHER
    if one.room_id is not None and one.room_id == other.room_id:
        return ClashKind.ROOM
    same_class = one.class_group_id is not None and one.class_group_id == other.class_group_id
    if same_class and (one.whole_class or other.whole_class):
        return ClashKind.CLASS_GROUP
    if one.course_id == other.course_id:
        return ClashKind.STUDENT
    days = shared.get(frozenset((one.course_id, other.course_id)), ())
    return ClashKind.STUDENT if any(first <= one.day <= last for first, last in days) else None
