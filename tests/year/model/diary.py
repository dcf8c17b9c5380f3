"""Lessons, homework and marks, as they were given and revised."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tests.year.model.world import Course, Record, Student, Teacher, Work


@dataclass(eq=False, kw_only=True)
class Lesson(Record):
    course: Course
    day: date
    slot: int
    topic: str
    teacher: Teacher | None
    cancelled: bool = False
    closed: bool = False
    room: str | None = None
    was: tuple[str | None, Teacher | None] | None = None
    """The room and the teacher as planned, where it was replaced."""

    @property
    def planned(self) -> tuple[str | None, Teacher | None] | None:
        """The same of any lesson that is not held as planned."""
        return self.was or ((self.room, self.teacher) if self.cancelled else None)

    @property
    def status(self) -> str:
        if self.cancelled:
            return "CANCELLED"
        if self.was is not None:
            return "REPLACED"
        return "HELD" if self.closed else "PLANNED"

    def __str__(self) -> str:
        return f"{self.course.title}, lesson {self.slot} of {self.day}"


@dataclass(eq=False, kw_only=True)
class Homework(Record):
    lesson: Lesson
    text: str
    due_on: date
    withdrawn: bool = False
    files: list[str] = field(default_factory=list)
    """Their names."""


@dataclass(eq=False, kw_only=True)
class Mark(Record):
    """With `due_on` it is a point: still owed, and without a value."""

    lesson: Lesson
    student: Student
    work: Work
    value: str | None
    weight: Decimal
    excused: bool = False
    due_on: date | None = None
    comment: str | None = None
    withdrawn: bool = False

    @property
    def state(self) -> str:
        return "GIVEN" if self.value is not None else "DUE"

    def __str__(self) -> str:
        return f"the mark of {self.student} in {self.lesson}"


class Lessons:
    def __init__(self) -> None:
        self.by_course: dict[Course, list[Lesson]] = defaultdict(list)
        self.by_day: dict[date, list[Lesson]] = defaultdict(list)
        self.homework: dict[Lesson, list[Homework]] = defaultdict(list)

    def add(self, lesson: Lesson) -> None:
        self.by_course[lesson.course].append(lesson)
        self.by_day[lesson.day].append(lesson)

    def of(self, course: Course, first: date, last: date) -> list[Lesson]:
        found = [each for each in self.by_course[course] if first <= each.day <= last]
        return sorted(found, key=lambda each: (each.day, each.slot))


class Marks:
    """In the order in which they were given."""

    def __init__(self) -> None:
        self.by_student: dict[Student, list[Mark]] = defaultdict(list)
        self.by_course: dict[Course, list[Mark]] = defaultdict(list)

    def add(self, mark: Mark) -> None:
        self.by_student[mark.student].append(mark)
        self.by_course[mark.lesson.course].append(mark)

    def of(self, student: Student, first: date, last: date) -> list[Mark]:
        """Those that stand, by the day of their lesson."""
        return sorted(
            (
                mark
                for mark in self.by_student[student]
                if first <= mark.lesson.day <= last and not mark.withdrawn
            ),
            key=lambda mark: mark.lesson.day,
        )


def number(value: str) -> Decimal:
    """Five-point marks are worth their digit, and a sign 0.3, within 1 and 5; points themselves."""
    if value[-1] not in "+-":
        return Decimal(value)
    worth = Decimal(value[0]) + (Decimal("0.3") if value[-1] == "+" else Decimal("-0.3"))
    return min(max(worth, Decimal(1)), Decimal(5))


@dataclass(frozen=True)
class Average:
    value: Decimal
    weight: Decimal
    count: int


def average(marks: list[Mark]) -> Average | None:
    """Of what has a value and is not excused."""
    counted = [mark for mark in marks if mark.value is not None and not mark.excused]
    weight = sum((mark.weight for mark in counted), Decimal(0))
    if not weight:
        return None
    total = sum((number(mark.value or "") * mark.weight for mark in counted), Decimal(0))
    return Average((total / weight).quantize(Decimal("0.01"), ROUND_HALF_UP), weight, len(counted))
