"""Homework: set at a lesson, due on a day."""

from datetime import date, datetime
from typing import Any

import strawberry

from domain.audience import CONCERNED
from resolvers.courses import CourseById
from resolvers.global_id import Key
from resolvers.homework import HOMEWORK
from resolvers.homework_statuses import StudentsByHomework
from resolvers.lessons import LessonById
from resolvers.materials import MaterialById
from resolvers.readings import Items
from resolvers.students import StudentById
from resolvers.teachers import TeacherById
from schema.declare import column, computed, keyed, loaded
from schema.files import File, files_of
from schema.histories import revision_of
from schema.homework_statuses import STANDING, StudentHomework, standing
from schema.node import Node, id_of, school_of
from schema.nouns import (
    CourseRef,
    HomeworkRevisionRef,
    LessonRef,
    MaterialRef,
    SchoolRef,
    StudentRef,
    TeacherRef,
)
from schema.permissions import viewer_may


def students_of(record: Any) -> list[Key] | None:
    named = record.student_ids
    return None if named is None else [(record.school_id, id_) for id_ in named]


def materials_of(record: Any) -> list[Key]:
    return [(record.school_id, id_) for id_ in record.material_ids or ()]


def standing_materials(found: list[Any]) -> list[Any]:
    return [each for each in found if not each.withdrawn]


@strawberry.type(
    description="Work to be done at home, set at a lesson. Once it is withdrawn, its text is null "
    "to all who ask for it, and its family reads no history of it; the staff finds what it was in "
    "its history."
)
class Homework(Node):
    id: strawberry.ID = id_of("Homework", CONCERNED)
    school: SchoolRef | None = school_of(CONCERNED)
    viewer_may = viewer_may()
    text: str | None = column(CONCERNED, "What is to be done; null once withdrawn.")
    due_on: date = column(CONCERNED, "The day by which it is to be done.")
    link: str | None = column(
        CONCERNED, "Where more of it stands, on the web; null once withdrawn."
    )
    expected_minutes: int | None = column(CONCERNED, "How long it should take, in minutes.")
    private: bool = computed(
        CONCERNED,
        "Whether it is for some students alone.",
        lambda students: students is not None,
        "student_ids",
    )
    students: list[StudentRef] | None = keyed(
        CONCERNED,
        "Whom alone it is for, as far as the viewer may know of them; null where it is for all who "
        "learn in the course.",
        StudentById,
        students_of,
        needs=("school_id", "student_ids"),
        items=Items(1),
    )
    statuses: list[StudentHomework] = loaded(
        CONCERNED,
        "Where it stands for each student whom it is for, by name; only of those whose homework is "
        "the viewer's to know.",
        StudentsByHomework,
        "id",
        then=lambda _, rows: standing(rows),
        reads=STANDING,
        items=Items(30),
    )
    materials: list[MaterialRef] = keyed(
        CONCERNED,
        "The materials that it refers to, in order; only those that stand, and that the viewer may "
        "know of.",
        MaterialById,
        materials_of,
        needs=("school_id", "material_ids"),
        then=standing_materials,
        reads=("withdrawn",),
        items=Items(1),
    )
    files: list[File] = files_of(
        HOMEWORK, "What the teacher has attached, in order; none once withdrawn."
    )
    withdrawn: bool = column(CONCERNED, "Whether it was taken back.")
    set_at: datetime = column(CONCERNED, "When it was set.")
    version: int = column(CONCERNED, "Grows by one with every change.")
    lesson: LessonRef = loaded(
        CONCERNED,
        "The lesson it was set at.",
        LessonById,
        "lesson_id",
        carries={"id": "lesson_id", "course_id": "course_id", "day": "lesson_day"},
    )
    due_lesson: LessonRef | None = loaded(
        CONCERNED,
        "The lesson at which it is due; null where it is due on a day.",
        LessonById,
        "due_lesson_id",
        carries={"id": "due_lesson_id", "course_id": "course_id"},
    )
    course: CourseRef = loaded(CONCERNED, "The course it is of.", CourseById, "course_id")
    history: list[HomeworkRevisionRef] = loaded(
        CONCERNED,
        "What was done to it, in order; none to the family once it is withdrawn.",
        HOMEWORK.revisions,
        "id",
        items=Items(2),
    )
    teacher: TeacherRef | None = loaded(
        CONCERNED, "Who set it; null where no teacher did.", TeacherById, "teacher_id"
    )


HomeworkRevision = revision_of(
    Homework, HOMEWORK, "One step of homework's history; null where it was set."
)
