"""Attendance as it was taken, corrected and excused, and notices of absence.

Of whom nothing is entered at a lesson whose attendance was taken, they were there. An accepted
notice excuses what is an absence without excuse on its days, be it entered before or after; and
whoever is not named when attendance is taken first.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tests.year.model.diary import Lesson, Lessons
from tests.year.model.ties import days_in, places_of
from tests.year.model.world import Course, Record, Spanned, Student, World

ABSENCES = ("ABSENT", "EXCUSED", "ILL")
AS_EXCUSED = {"ILLNESS": "ILL", "FAMILY": "EXCUSED"}
"""By the reasons that are given here."""


@dataclass(eq=False, kw_only=True)
class Entry(Record):
    """What is entered of a student at a lesson; `minutes` of who is late."""

    lesson: Lesson
    student: Student
    kind: str
    minutes: int | None = None

    def __str__(self) -> str:
        return f"the {self.kind} of {self.student} in {self.lesson}"


@dataclass(eq=False, kw_only=True)
class Notice(Record, Spanned):
    student: Student
    reason: str
    accepted: bool = False


@dataclass(frozen=True)
class Count:
    lessons: int
    by_kind: dict[str, int]

    @property
    def absences(self) -> int:
        return sum(self.by_kind[kind] for kind in ABSENCES)

    @property
    def rate(self) -> Decimal | None:
        if not self.lessons:
            return None
        there = Decimal(self.lessons - self.absences)
        return (there / self.lessons).quantize(Decimal("0.0001"), ROUND_HALF_UP)


class Attendance:
    def __init__(self) -> None:
        self.taken: set[Lesson] = set()
        self.at: dict[Lesson, dict[Student, Entry]] = defaultdict(dict)
        self.notices: dict[Student, list[Notice]] = defaultdict(list)

    def excuse(self, student: Student, day: date) -> str | None:
        """As what an absence of the day is excused, if it is."""
        for notice in self.notices[student]:
            if notice.accepted and notice.holds(day):
                return AS_EXCUSED[notice.reason]
        return None

    def enter(self, lesson: Lesson, student: Student, kind: str, minutes: int | None) -> None:
        """In place of what was entered, if anything was."""
        there = self.at[lesson].get(student)
        if there is None:
            self.at[lesson][student] = Entry(
                lesson=lesson, student=student, kind=kind, minutes=minutes
            )
        elif (there.kind, there.minutes) != (kind, minutes):
            there.kind, there.minutes = kind, minutes
            there.version += 1

    def accept(self, notice: Notice, lessons: list[Lesson]) -> None:
        """Excuse the lessons of its days until today."""
        notice.accepted = True
        kind = AS_EXCUSED[notice.reason]
        for lesson in lessons:
            there = self.at[lesson].get(notice.student)
            if (there is None and lesson not in self.taken) or (there and there.kind == "ABSENT"):
                self.enter(lesson, notice.student, kind, None)


def lessons_had(student: Student, first: date, last: date, world: World) -> list[Lesson]:
    """The lessons that the student had from the first to the last day, of whatever course, and that
    were not cancelled; in order."""
    book = world.of(Lessons)
    found = {
        lesson
        for course in places_of(student, world)
        if isinstance(course, Course)
        for begins, ends in days_in(student, course, world)
        for lesson in book.of(course, max(first, begins), min(last, ends))
        if not lesson.cancelled
    }
    return sorted(found, key=lambda each: (each.day, each.slot))


def counted(student: Student, lessons: list[Lesson], world: World) -> Count | None:
    """Of the lessons whose attendance was taken, or at which something is entered of the student;
    None where there are none."""
    book = world.of(Attendance)
    by_kind: dict[str, int] = defaultdict(int)
    number = 0
    for lesson in lessons:
        entry = book.at[lesson].get(student)
        if entry is not None or lesson in book.taken:
            number += 1
            by_kind["PRESENT" if entry is None else entry.kind] += 1
    return Count(number, by_kind) if number else None
