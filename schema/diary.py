"""A student's diary: the lessons of a span of days, with the student's own grades."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import strawberry

from domain.audience import CONCERNED
from resolvers.loaders import CourseById, GradesByStudent
from resolvers.readings import Asked, Items
from schema.average import COUNTED, Average
from schema.average import average as average_of
from schema.declare import column, loaded
from schema.nouns import CourseRef, GradeRef, LessonRef


@dataclass(frozen=True, slots=True)
class EntryRecord:
    school_id: int
    student_id: UUID
    course_id: UUID
    lesson: Any
    span: dict[str, object]

    @property
    def lesson_id(self) -> UUID:
        found: UUID = self.lesson.id
        return found


@dataclass(frozen=True, slots=True)
class DayRecord:
    school_id: int
    student_id: UUID
    day: date
    lessons: list[EntryRecord]


@dataclass(frozen=True, slots=True)
class AverageRecord:
    school_id: int
    student_id: UUID
    course_id: UUID
    average: Any


OF_DAYS = ("school_id", "course_id", "id", "day")
"""The columns of a lesson that `days` reads."""
OF_AVERAGES = ("course_id", *COUNTED)
"""The columns of a grade that `averages_of` reads."""


def days(student: Any, span: dict[str, object]) -> Asked:
    """The lessons of the span, day by day."""

    def by_day(lessons: list[Any]) -> list[DayRecord]:
        found: dict[date, list[EntryRecord]] = defaultdict(list)
        for lesson in lessons:
            found[lesson.day].append(
                EntryRecord(lesson.school_id, student.id, lesson.course_id, lesson, span)
            )
        return [DayRecord(student.school_id, student.id, *day) for day in found.items()]

    return Asked(span, by_day)


def averages_of(student: Any, span: dict[str, object]) -> Asked:
    """The average of each course that has a grade which counts, in the order first met."""

    def by_course(grades: list[Any]) -> list[AverageRecord]:
        found: dict[UUID, list[Any]] = defaultdict(list)
        for grade in grades:
            found[grade.course_id].append(grade)
        return [
            AverageRecord(student.school_id, student.id, course_id, average)
            for course_id, own in found.items()
            if (average := average_of(own))
        ]

    return Asked(span, by_course)


@strawberry.type(description="A lesson in a student's diary.")
class DiaryEntry:
    lesson: LessonRef | None = column(CONCERNED, "The lesson.")
    grades: list[GradeRef] = loaded(
        CONCERNED,
        "The student's own grades of the lesson.",
        GradesByStudent,
        "student_id",
        given="span",
        matching=("lesson_id",),
        items=Items(1),
    )


@strawberry.type(description="One day of a student's diary.")
class DiaryDay:
    day: date = column(CONCERNED, "The day, in the school's time zone.", called="date")
    lessons: list[DiaryEntry] = column(CONCERNED, "Its lessons, in order.", items=Items(8))


@strawberry.type(description="A student's average in one course.")
class SubjectAverage:
    course: CourseRef | None = loaded(CONCERNED, "The course.", CourseById, "course_id")
    average: Average = column(CONCERNED, "The weighted average of the span.")
