"""A timetable: which lessons weekly patterns make of a span of days, and which of them clash."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from domain.bells import Schedule, from_data, schedule_on, weekday_of
from domain.calendar import LONGEST_YEAR
from domain.enums import DescribedEnum
from domain.names import search_key
from domain.periods import instant_of


class Week(DescribedEnum):
    """One of two weeks that follow each other all year."""

    A = "A", "The first week of the year, the third and so on."
    B = "B", "The second week of the year, the fourth and so on."


class WeekCount(DescribedEnum):
    """How a school counts weeks A and B through the year."""

    EVERY_WEEK = "EVERY_WEEK", "Each week counts, one of holidays too."
    WEEKS_OF_LESSONS = "WEEKS_OF_LESSONS", "A week in which the whole school is off does not count."
    ANEW = (
        "ANEW",
        "The first week after holidays, seven days or more without a day of school, is an A again.",
    )


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


class SwappedDay(Protocol):
    """A day that is taught as another day of the week, by the school or by one class group."""

    @property
    def day(self) -> date: ...
    @property
    def works_as(self) -> str: ...
    @property
    def week(self) -> str | None: ...
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


SHORTEST_HOLIDAYS = 7
"""Days without a day of school, weekends among them."""


class Weeks:
    """Which of two weeks a day is in, as a school counts them: by its days of the week, and by the
    days off of all of it."""

    def __init__(
        self, count: WeekCount, week_days: Iterable[str], off: Iterable[DaysOff] = ()
    ) -> None:
        self._count = count
        self._week_days = frozenset(week_days)
        whole = (each for each in off if each.class_group_id is None)
        self._off = [(each.starts_on, each.ends_on) for each in whole]
        self._begun = sorted(day for each in self._off if (day := self._after(*each)) is not None)
        """The first days of school after holidays."""
        self._known: dict[tuple[date, date | None], Week] = {}

    def of(self, day: date, year_starts_on: date | None) -> Week:
        key = _monday(day), year_starts_on
        if key not in self._known:
            self._known[key] = self._of(*key)
        return self._known[key]

    def _of(self, monday: date, year_starts_on: date | None) -> Week:
        if self._count is WeekCount.ANEW:
            sunday = monday + timedelta(days=6)
            begun = [each for each in self._begun if each <= sunday]
            if begun and (year_starts_on is None or begun[-1] > year_starts_on):
                return week_of(monday, begun[-1])
        if self._count is WeekCount.WEEKS_OF_LESSONS and year_starts_on is not None:
            weeks = (monday - _monday(year_starts_on)).days // 7
            before = (monday - timedelta(weeks=number) for number in range(1, weeks + 1))
            return Week.B if sum(map(self._is_taught, before)) % 2 else Week.A
        return week_of(monday, year_starts_on)

    def _is_taught(self, monday: date) -> bool:
        return any(self._is_school(monday + timedelta(days=number)) for number in range(7))

    def _is_school(self, day: date) -> bool:
        is_off = any(first <= day <= last for first, last in self._off)
        return weekday_of(day) in self._week_days and not is_off

    def _after(self, first: date, last: date) -> date | None:
        """The first day of school after the days off, if these are part of holidays."""
        while not self._is_school(last) and (last - first).days < LONGEST_YEAR:
            last += timedelta(days=1)
        while not self._is_school(first - timedelta(days=1)) and (last - first).days < LONGEST_YEAR:
            first -= timedelta(days=1)
        return last if (last - first).days >= SHORTEST_HOLIDAYS else None


class Swaps:
    """The days that the courses of one class group, or of none, have as other days of the week: its
    own before the school's."""

    def __init__(self, swapped: Iterable[SwappedDay], class_group: UUID | None) -> None:
        theirs = [each for each in swapped if each.class_group_id in (None, class_group)]
        theirs.sort(key=lambda each: each.class_group_id is not None)
        self._by_day = {each.day: each for each in theirs}

    def like(self, day: date) -> str:
        """The day of the week as which the day is taught."""
        swapped = self._by_day.get(day)
        return weekday_of(day) if swapped is None else swapped.works_as

    def week(self, day: date) -> str | None:
        """Of which of two weeks it is taught, where that is said."""
        swapped = self._by_day.get(day)
        return None if swapped is None else swapped.week


def days_of(
    pattern: Pattern,
    year: Year,
    first: date,
    last: date,
    off: Iterable[DaysOff],
    weeks: Weeks,
    swaps: Swaps,
) -> Iterator[date]:
    """The days of the span on which the pattern has a lesson; `off` are the days off of its school
    and class group, which no swapped day undoes."""
    first = max(first, pattern.starts_on, year.starts_on or date.min)
    last = min(last, pattern.ends_on or date.max, year.ends_on or date.max)
    away = [(each.starts_on, each.ends_on) for each in off]
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if swaps.like(day) != pattern.week_day:
            continue
        if pattern.week is not None:
            week = swaps.week(day) or weeks.of(day, year.starts_on)
            if week != pattern.week:
                continue
        if not any(starts <= day <= ends for starts, ends in away):
            yield day


class Bells:
    """When the lessons of a school begin and end, by its schedules."""

    def __init__(self, schedules: Sequence[BellSchedule], zone: str) -> None:
        self._schedules = schedules
        self._zone = zone
        self._hours: dict[tuple[int, date, str], dict[int, Hour]] = {}

    def has(self, shift: int) -> bool:
        return any(each.shift == shift for each in self._schedules)

    def hour(self, shift: int, day: date, slot: int, like: str) -> Hour | None:
        """Of a day that is taught `like` some day of the week. None where no bell rings: a short
        day has fewer lessons."""
        key = shift, day, like
        if key not in self._hours:
            self._hours[key] = dict(self._of_day(*key))
        return self._hours[key].get(slot)

    def _of_day(self, shift: int, day: date, like: str) -> Iterator[tuple[int, Hour]]:
        schedule = schedule_on(self._schedules, shift, day, like)
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
    place: Hashable
    """The room, as far as two lessons may not be in it at once; None where they may."""
    class_group_id: UUID | None
    whole_class: bool
    joined: UUID


@dataclass(frozen=True, slots=True)
class Clash:
    kind: ClashKind
    one: Placed
    other: Placed


class Room(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def shared(self) -> bool: ...


class Places:
    """Where lessons are held: in rooms of the school's list, or wherever else somebody wrote. What
    is written is a room of the list where it is called so, and else a place of its own, whatever
    its capitals and spaces."""

    def __init__(self, rooms: Iterable[Room]) -> None:
        self._rooms = {each.id: each for each in rooms}
        self._named = {search_key(each.name): each for each in self._rooms.values()}

    def of(self, room_id: UUID | None, written: str | None) -> Hashable:
        """None where lessons do not clash: nowhere, and in a room that is shared."""
        name = search_key(written or "")
        room = self._rooms.get(room_id) if room_id is not None else self._named.get(name)
        if room is not None:
            return None if room.shared else room.id
        return room_id or name or None


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
    if one.place is not None and one.place == other.place:
        return ClashKind.ROOM
    same_class = one.class_group_id is not None and one.class_group_id == other.class_group_id
    if same_class and (one.whole_class or other.whole_class):
        return ClashKind.CLASS_GROUP
    if one.course_id == other.course_id:
        return ClashKind.STUDENT
    days = shared.get(frozenset((one.course_id, other.course_id)), ())
    return ClashKind.STUDENT if any(first <= one.day <= last for first, last in days) else None
