"""Materials of subjects, courses and lessons."""

from datetime import date, datetime

import strawberry

from domain.audience import CONCERNED, STAFF_OF
from domain.materials import MaterialKind
from resolvers.courses import CourseById
from resolvers.lessons import LessonById
from resolvers.materials import MATERIAL, OpeningsByMaterial
from resolvers.readings import Items
from resolvers.schools import SubjectById
from resolvers.students import StudentById
from resolvers.teachers import TeacherById
from schema.declare import column, loaded, tell
from schema.files import File, files_of
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import (
    CourseRef,
    LessonRef,
    MaterialRevisionRef,
    SchoolRef,
    StudentRef,
    SubjectRef,
    TeacherRef,
)
from schema.permissions import viewer_may

tell(MaterialKind)


@strawberry.type(description="Somebody has opened a material: told to its teachers alone.")
class MaterialOpening:
    by: str = column(STAFF_OF, "Who has opened it.", name="account_name")
    as_guardian: bool = column(
        STAFF_OF, "Whether it was a guardian of the student, and not the student."
    )
    at: datetime = column(STAFF_OF, "When they said so first.")
    student: StudentRef | None = loaded(
        STAFF_OF,
        "The student who learns with it; null where the viewer may not know of them.",
        StudentById,
        "student_id",
    )


@strawberry.type(
    description="Something to learn with, of a subject, a course or a lesson. Once it is withdrawn,"
    " its title and texts are null to all who ask for it, and families read no history of it."
)
class Material(Node):
    id: strawberry.ID = id_of("Material", CONCERNED)
    school: SchoolRef | None = school_of(CONCERNED)
    viewer_may = viewer_may()
    kind: MaterialKind = column(CONCERNED, "What it is.")
    title: str | None = column(CONCERNED, "What it is called; null once withdrawn.")
    description: str | None = column(
        CONCERNED, "What it is for, or which pages to read; null once withdrawn."
    )
    link: str | None = column(CONCERNED, "Where it stands on the web; null once withdrawn.")
    files: list[File] = files_of(MATERIAL, "What is attached to it, in order; none once withdrawn.")
    day: date | None = column(
        CONCERNED, "The day of its lesson; null where it is of none.", called="date"
    )
    withdrawn: bool = column(CONCERNED, "Whether it was taken back.")
    added_at: datetime = column(CONCERNED, "When it was added.")
    version: int = column(CONCERNED, "Grows by one with every change.")
    subject: SubjectRef | None = loaded(
        CONCERNED, "The subject it is of; null where it is of a course.", SubjectById, "subject_id"
    )
    course: CourseRef | None = loaded(
        CONCERNED, "The course it is of; null where it is of a subject.", CourseById, "course_id"
    )
    lesson: LessonRef | None = loaded(
        CONCERNED, "The lesson it is of; null where it is of none.", LessonById, "lesson_id"
    )
    teacher: TeacherRef | None = loaded(
        CONCERNED, "Who added it; null where no teacher did.", TeacherById, "teacher_id"
    )
    openings: list[MaterialOpening] | None = loaded(
        STAFF_OF,
        "Who has said that they have opened it, the earliest first; only of students whom the "
        "viewer teaches or leads.",
        OpeningsByMaterial,
        "id",
        items=Items(30),
    )
    history: list[MaterialRevisionRef] = loaded(
        CONCERNED,
        "What was done to it, in order; none to families once it is withdrawn.",
        MATERIAL.revisions,
        "id",
        items=Items(2),
    )


MaterialRevision = revision_of(Material, MATERIAL, "One step of a material's history.")
