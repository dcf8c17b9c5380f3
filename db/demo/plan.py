"""The plan of a demo school: its calendar, class groups, courses and weeks."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from uuid import UUID

from db.demo.names import FAMILY, GIVEN, SUBJECTS

ROWS_PER_CLASS = 30
GRADES_PER_STUDENT = 222
HOURS_A_DAY = 6
LEVELS = range(5, 12)
HALVES = ("FR",)
"""Codes of the subjects that a class learns in two halves at the same hours."""

PARTS = tuple(
    (subject, part)
    for subject, (_, code, _) in enumerate(SUBJECTS)
    for part in range(2 if code in HALVES else 1)
)
"""The number of each subject, with each half of the class."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Four quarters; today is late in the fourth."""

    quarters: tuple[tuple[date, date], ...]

    @classmethod
    def around(cls, today: date) -> "Calendar":
        last = today + timedelta(days=21)
        quarters = []
        for _ in range(4):
            first = last - timedelta(days=62)
            quarters.append((first, last))
            last = first - timedelta(days=10)
        return cls(tuple(reversed(quarters)))

    @property
    def first(self) -> date:
        return self.quarters[0][0]

    @property
    def last(self) -> date:
        return self.quarters[-1][1]

    def school_days(self) -> list[date]:
        return [
            first + timedelta(days=n)
            for first, last in self.quarters
            for n in range((last - first).days + 1)
            if (first + timedelta(days=n)).weekday() < 5
        ]

    @property
    def name(self) -> str:
        first, last = self.first.year, self.last.year
        return str(first) if first == last else f"{first}/{last % 100:02}"

    def week_after(self, day: date) -> date | None:
        """The same weekday of the next week that has school; None at the end of the year."""
        day += timedelta(days=7)
        while day <= self.last:
            if any(first <= day <= last for first, last in self.quarters):
                return day
            day += timedelta(days=7)
        return None


@dataclass(slots=True)
class Ids:
    """UUIDs in the layout of version 7, drawn from the seed, so that a school can be reproduced."""

    random: Random
    at: int = 1_700_000_000_000

    def new(self) -> UUID:
        self.at += 1
        bits = self.random.getrandbits(74)
        high, low = bits >> 62, bits & (1 << 62) - 1
        return UUID(int=self.at << 80 | 7 << 76 | high << 64 | 2 << 62 | low)


@dataclass(slots=True)
class PlannedCourse:
    id: UUID
    subject: int
    group: int
    teacher: UUID
    students: list[UUID]
    title: str
    whole_class: bool = True
    part: int = 0


@dataclass(slots=True)
class Plan:
    """`week` gives, for each class group, the subject of each hour of each weekday."""

    groups: list[tuple[UUID, str, UUID]] = field(default_factory=list)
    students: list[list[UUID]] = field(default_factory=list)
    courses: list[PlannedCourse] = field(default_factory=list)
    week: list[list[list[int]]] = field(default_factory=list)


def person(random: Random) -> tuple[str, str]:
    return random.choice(GIVEN), random.choice(FAMILY)


def group_names(count: int) -> list[str]:
    names = [f"{level}{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for level in LEVELS]
    names += [f"{level}{n}" for n in range(1, 2 + count // len(LEVELS)) for level in LEVELS]
    return names[:count]


def weeks(count: int, random: Random) -> list[list[list[int]]]:
    """Thirty hours a week for each class group, no subject more than twice a day."""
    hours = [index for index, (_, _, weekly) in enumerate(SUBJECTS) for _ in range(weekly)]
    made = []
    for _ in range(count):
        days = shuffled_week(hours, random)
        while any(day.count(subject) > 2 for day in days for subject in day):
            days = shuffled_week(hours, random)
        made.append(days)
    return made


def shuffled_week(hours: list[int], random: Random) -> list[list[int]]:
    shuffled = random.sample(hours, len(hours))
    return [shuffled[day * HOURS_A_DAY : (day + 1) * HOURS_A_DAY] for day in range(5)]


def assign_teachers(
    week: list[list[list[int]]], ids: Ids
) -> tuple[dict[tuple[int, int, int], UUID], list[tuple[UUID, int]]]:
    """Assign a teacher to each part of a group's subject; nobody teaches twice at the same hour.

    The first teacher of the subject who is free in all of its hours is chosen.
    """
    teachers: list[tuple[UUID, int]] = []
    busy: dict[UUID, set[tuple[int, int]]] = {}
    taught_by: dict[tuple[int, int, int], UUID] = {}
    for group, days in enumerate(week):
        for subject, part in PARTS:
            hours = {
                (day, slot)
                for day, taught in enumerate(days)
                for slot, one in enumerate(taught)
                if one == subject
            }
            free = (id_ for id_, of in teachers if of == subject and not busy[id_] & hours)
            chosen = next(free, None)
            if chosen is None:
                chosen = ids.new()
                teachers.append((chosen, subject))
                busy[chosen] = set()
            busy[chosen] |= hours
            taught_by[group, subject, part] = chosen
    return taught_by, teachers


def group_sizes(students: int) -> list[int]:
    """How many students each class group has."""
    groups = max(1, round(students / ROWS_PER_CLASS))
    return [students // groups + (n < students % groups) for n in range(groups)]
