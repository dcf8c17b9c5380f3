"""A lesson as its teacher completes it: its students down, with attendance and marks."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import strawberry

from db.tables.lessons import Lesson
from db.tables.students import Student
from domain.audience import STAFF_OF
from resolvers.attendance import AttendanceByLesson
from resolvers.grades import GradesByLesson
from resolvers.readings import Items
from schema.declare import column, loaded
from schema.nouns import AttendanceRef, GradeRef, StudentRef

OF_ROWS = ("school_id", "id", "course_id", "day")
"""The columns of a lesson that `rows_of` reads."""


@dataclass(frozen=True, slots=True)
class RowRecord:
    school_id: int
    lesson_id: UUID
    course_id: UUID
    day: date
    student_id: UUID
    student: Student


def rows_of(lesson: Lesson, students: list[Any]) -> list[RowRecord]:
    return [
        RowRecord(lesson.school_id, lesson.id, lesson.course_id, lesson.day, student.id, student)
        for student in students
    ]


@strawberry.type(description="One student's line of a lesson.")
class LessonRow:
    student: StudentRef | None = column(STAFF_OF, "The student.")
    attendance: AttendanceRef | None = loaded(
        STAFF_OF,
        "What was entered of the student; null where nothing was: if the lesson's attendance was "
        "taken, the student was there.",
        AttendanceByLesson,
        "lesson_id",
        matching=("student_id",),
        then=lambda _, entries: entries[0] if entries else None,
    )
    grades: list[GradeRef] = loaded(
        STAFF_OF,
        "The student's grades of the lesson.",
        GradesByLesson,
        "lesson_id",
        matching=("student_id",),
        items=Items(1),
    )
