"""Grades."""

from datetime import date, datetime
from decimal import Decimal

import strawberry

from domain.audience import CONCERNED
from resolvers.courses import CourseById
from resolvers.grades import GRADE
from resolvers.lessons import LessonById
from resolvers.readings import Items
from resolvers.schools import GradeScaleById, WorkTypeById
from resolvers.students import StudentById
from resolvers.teachers import TeacherById
from schema.declare import column, loaded
from schema.diary_signatures import Seen, seen
from schema.enums import GradeState
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import (
    CourseRef,
    GradeRevisionRef,
    GradeScaleRef,
    LessonRef,
    SchoolRef,
    StudentRef,
    TeacherRef,
    WorkTypeRef,
)
from schema.permissions import viewer_may


@strawberry.type(
    description="One mark of one student. Once it is withdrawn, its value and comment are null to "
    "all who ask for it, and its family reads no history of it until it is restored; the staff "
    "finds what it was in its history, and in the `withdrawnGrades` of its course."
)
class Grade(Node):
    id: strawberry.ID = id_of("Grade", CONCERNED)
    school: SchoolRef | None = school_of(CONCERNED)
    viewer_may = viewer_may()
    value: str | None = column(
        CONCERNED, "The mark as written; null while it is due, or withdrawn."
    )
    number: Decimal | None = column(
        CONCERNED,
        "Its worth in an average, in numbers of its scale; null where it has none, as points of "
        "work that has a maximum of 0.",
    )
    weight: Decimal = column(CONCERNED, "Its weight in an average.")
    state: GradeState = column(CONCERNED, "Whether it is given, still owed, or taken back.")
    excused: bool = column(CONCERNED, "Whether it is left out of averages.")
    bonus: bool = column(CONCERNED, "Whether it counts only where it raises the average.")
    due_on: date | None = column(CONCERNED, "The day by which the mark is owed.")
    late_days: int = column(
        CONCERNED,
        "How many days late the work was handed in; the rule of the course may lower the mark for "
        "each in its result.",
    )
    comment: str | None = column(
        CONCERNED, "What the teacher wrote beside it; null once withdrawn."
    )
    day: date = column(CONCERNED, "The day of its lesson.", called="date")
    given_at: datetime = column(CONCERNED, "When it was given.")
    changed_at: datetime = column(CONCERNED, "When it was last changed.")
    version: int = column(CONCERNED, "Grows by one with every change.")
    work_type: WorkTypeRef = loaded(
        CONCERNED, "The kind of work it is for.", WorkTypeById, "work_type_id"
    )
    student: StudentRef | None = loaded(
        CONCERNED,
        "Whose it is; null where the viewer may not know of them.",
        StudentById,
        "student_id",
    )
    course: CourseRef = loaded(CONCERNED, "The course it is of.", CourseById, "course_id")
    lesson: LessonRef = loaded(
        CONCERNED,
        "The lesson it is of.",
        LessonById,
        "lesson_id",
        carries={"id": "lesson_id", "course_id": "course_id", "day": "day"},
    )
    grade_scale: GradeScaleRef = loaded(
        CONCERNED, "The scale that it is given in.", GradeScaleById, "grade_scale_id"
    )
    teacher: TeacherRef | None = loaded(
        CONCERNED, "Who gave it; null where no teacher did.", TeacherById, "teacher_id"
    )
    seen: list[Seen] | None = seen()
    history: list[GradeRevisionRef] = loaded(
        CONCERNED,
        "What was done to it, in order; none to the family while it is withdrawn.",
        GRADE.revisions,
        "id",
        items=Items(2),
    )


GradeRevision = revision_of(Grade, GRADE, "One step of a grade's history; null where it was given.")
