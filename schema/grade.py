"""Grades and their history."""

from datetime import date, datetime
from decimal import Decimal

import strawberry

from domain.audience import CONCERNED, STAFF_OF
from resolvers.loaders import (
    CourseById,
    GradeScaleById,
    LessonById,
    RevisionsByGrade,
    StudentById,
    TeacherById,
)
from schema.declare import column, fused, loaded
from schema.node import Node, id_of
from schema.nouns import (
    CourseRef,
    GradeScaleRef,
    LessonRef,
    StudentRef,
    TeacherRef,
    WorkTypeRef,
)


@strawberry.type(description="One step of a grade's history.")
class GradeRevision(Node):
    id: strawberry.ID = id_of("GradeRevision", CONCERNED)
    version: int = column(CONCERNED, "The version that this step led to.")
    change: str = column(CONCERNED, "GIVEN, REVISED, WITHDRAWN or RESTORED.")
    at: datetime = column(CONCERNED, "When it was done.")
    reason: str | None = column(CONCERNED, "Why it was done.")
    value_before: str | None = column(CONCERNED, "The mark before; null where it was given.")
    weight_before: Decimal | None = column(CONCERNED, "The weight before.")
    state_before: str | None = column(CONCERNED, "The state before.")
    comment_before: str | None = column(CONCERNED, "The comment before.")
    by: str | None = column(STAFF_OF, "Who did it.", name="account_name")


@strawberry.type(description="One mark of one student.")
class Grade(Node):
    id: strawberry.ID = id_of("Grade", CONCERNED)
    value: str | None = column(CONCERNED, "The mark as written; null while it is due.")
    number: Decimal | None = column(CONCERNED, "Its worth in an average; null where it has none.")
    weight: Decimal = column(CONCERNED, "Its weight in an average.")
    state: str = column(CONCERNED, "GIVEN, DUE or WITHDRAWN.")
    excused: bool = column(CONCERNED, "Whether it is left out of averages.")
    bonus: bool = column(CONCERNED, "Whether it counts only where it raises the average.")
    due_on: date | None = column(CONCERNED, "The day by which the mark is owed.")
    comment: str | None = column(CONCERNED, "What the teacher wrote beside it.")
    day: date = column(CONCERNED, "The day of its lesson.", called="date")
    given_at: datetime = column(CONCERNED, "When it was given.")
    changed_at: datetime = column(CONCERNED, "When it was last changed.")
    version: int = column(CONCERNED, "Grows by one with every change.")
    work_type: WorkTypeRef | None = fused(
        CONCERNED, "The kind of work it is for.", "work_type", "WorkType"
    )
    student: StudentRef | None = loaded(CONCERNED, "Whose it is.", StudentById, "student_id")
    course: CourseRef | None = loaded(CONCERNED, "The course it is of.", CourseById, "course_id")
    lesson: LessonRef | None = loaded(CONCERNED, "The lesson it is of.", LessonById, "lesson_id")
    grade_scale: GradeScaleRef | None = loaded(
        CONCERNED, "The scale that it is given in.", GradeScaleById, "grade_scale_id"
    )
    teacher: TeacherRef | None = loaded(CONCERNED, "Who gave it.", TeacherById, "teacher_id")
    history: list[GradeRevision] = loaded(
        CONCERNED, "What was done to it, in order.", RevisionsByGrade, "id"
    )
