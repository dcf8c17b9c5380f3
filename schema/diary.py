"""A student's diary: the lessons of a span of days, with the student's own grades."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import strawberry

from db.tables.lessons import Lesson
from db.tables.students import Student
from domain.audience import CONCERNED
from resolvers.attendance import AttendanceByStudent
from resolvers.courses import CourseById
from resolvers.grades import GradesByStudent
from resolvers.readings import Items, LoadArguments
from resolvers.schools import SubjectById
from schema.averages import COUNTED, Average, averages
from schema.declare import column, loaded
from schema.nouns import AttendanceRef, CourseRef, GradeRef, LessonRef, SubjectRef


@dataclass(slots=True, eq=False)  # a frozen one takes four times as long to make
class EntryRecord:
    school_id: int
    student_id: UUID
    course_id: UUID
    lesson: Lesson
    span: dict[str, object]

    @property
    def lesson_id(self) -> UUID:
        return self.lesson.id

    @property
    def day(self) -> date:
        return self.lesson.day


@dataclass(frozen=True, slots=True)
class DayRecord:
    school_id: int
    student_id: UUID
    day: date
    lessons: list[EntryRecord]

    @property
    def course_ids(self) -> set[UUID]:
        return {entry.course_id for entry in self.lessons}


@dataclass(frozen=True, slots=True)
class AverageRecord:
    school_id: int
    student_id: UUID
    course_id: UUID | None
    """None where the average is of all courses of the subject."""
    subject_id: UUID | None
    average: Any
    days: tuple[date, ...]
    """Those of its grades, on all of which a viewer has to be of the audience."""


OF_DAYS = ("school_id", "course_id", "id", "day")
"""The columns of a lesson that `days` reads."""
OF_AVERAGES = ("course_id", "subject_id", "day", *COUNTED)
"""The columns of a grade that `averages_of` reads."""


def entries(student: Student, span: dict[str, object]) -> LoadArguments:
    """Lessons of the span one after the other, as entries of the diary."""

    def in_order(lessons: list[Lesson]) -> list[EntryRecord]:
        return [
            EntryRecord(lesson.school_id, student.id, lesson.course_id, lesson, span)
            for lesson in lessons
        ]

    return LoadArguments(span, in_order)


def days(student: Student, span: dict[str, object]) -> LoadArguments:
    """The lessons of the span, day by day."""

    def by_day(lessons: list[Lesson]) -> list[DayRecord]:
        found: dict[date, list[EntryRecord]] = defaultdict(list)
        for lesson in lessons:
            found[lesson.day].append(
                EntryRecord(lesson.school_id, student.id, lesson.course_id, lesson, span)
            )
        return [DayRecord(student.school_id, student.id, *day) for day in found.items()]

    return LoadArguments(span, by_day)


@strawberry.enum(description="What one average is of.")
class AverageBy(Enum):
    COURSE = strawberry.enum_value("course_id", description="One course.")
    SUBJECT = strawberry.enum_value(
        "subject_id", description="All courses of one subject, such as two of French."
    )


By = Annotated[
    AverageBy,
    strawberry.argument(
        description="What each average is of. One of a subject is for those who may read all of "
        "the student's grades: who teaches a course of it is shown that course's."
    ),
]


def averages_of(student: Student, span: dict[str, object], by: AverageBy) -> LoadArguments:
    """The averages of each course or subject that has a grade which counts, in the order first
    met: one, unless some of its scales do not convert."""

    def grouped(grades: list[Any]) -> list[AverageRecord]:
        found: dict[UUID | None, list[Any]] = defaultdict(list)
        for grade in grades:
            found[grade[by.value]].append(grade)
        return [
            AverageRecord(
                student.school_id,
                student.id,
                own[0].course_id if by is AverageBy.COURSE else None,
                own[0].subject_id,
                average,
                tuple({grade.day for grade in own}),
            )
            for own in found.values()
            for average in averages(own)
        ]

    return LoadArguments(span, grouped)


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
    attendance: AttendanceRef | None = loaded(
        CONCERNED,
        "What was entered of the student's attendance at the lesson; null where nothing was: if "
        "the lesson's attendance was taken, the student was there.",
        AttendanceByStudent,
        "student_id",
        given="span",
        matching=("lesson_id",),
        then=lambda _, entries: entries[0] if entries else None,
    )


@strawberry.type(description="One day of a student's diary.")
class DiaryDay:
    day: date = column(CONCERNED, "The day, in the school's time zone.", called="date")
    lessons: list[DiaryEntry] = column(CONCERNED, "Its lessons, in order.", items=Items(8))


@strawberry.type(
    description="A student's average in one course, or in all courses of a subject; there is one "
    "more for each scale of which the school has not said how it converts."
)
class SubjectAverage:
    course: CourseRef | None = loaded(
        CONCERNED, "The course; null where the average is of a subject.", CourseById, "course_id"
    )
    subject: SubjectRef | None = loaded(
        CONCERNED, "The subject; null where the course has none.", SubjectById, "subject_id"
    )
    average: Average = column(CONCERNED, "The weighted average of the span.")
