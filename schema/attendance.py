"""Attendance at lessons."""

from datetime import date, datetime

import strawberry

from domain.attendance import AttendanceKind
from domain.audience import CONCERNED, FAMILY, KEEPERS
from resolvers.absence_notices import AbsenceNoticeById
from resolvers.attendance import ATTENDANCE
from resolvers.courses import CourseById
from resolvers.lessons import LessonById
from resolvers.readings import Items
from resolvers.students import StudentById
from resolvers.teachers import TeacherById
from schema.declare import column, loaded, tell
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import (
    AbsenceNoticeRef,
    AttendanceRevisionRef,
    CourseRef,
    LessonRef,
    SchoolRef,
    StudentRef,
    TeacherRef,
)
from schema.permissions import viewer_may

tell(AttendanceKind)


@strawberry.type(
    description="What was entered of a student at a lesson, such as an absence. Where attendance "
    "was taken and nothing is entered of a student, they were there."
)
class Attendance(Node):
    id: strawberry.ID = id_of("Attendance", CONCERNED)
    school: SchoolRef | None = school_of(CONCERNED)
    viewer_may = viewer_may()
    kind: AttendanceKind = column(CONCERNED, "What it is, whatever the school writes for it.")
    token: str = column(CONCERNED, "As it is written, by one of the school's tokens.")
    minutes: int | None = column(
        CONCERNED, "How late the student came, or how much too early they left; null if not told."
    )
    note: str | None = column(CONCERNED, "What is written beside it.")
    counts_as_absence: bool = column(
        CONCERNED, "Whether it counts as an absence, as it did when it was entered.", name="absence"
    )
    counts_as_lateness: bool = column(
        CONCERNED, "Whether it counts as a lateness.", name="lateness"
    )
    counts_in_rate: bool = column(
        CONCERNED, "Whether it counts in the rate of attendance.", name="in_rate"
    )
    day: date = column(CONCERNED, "The lesson's day.", called="date")
    taken_at: datetime = column(CONCERNED, "When it was entered first.")
    version: int = column(CONCERNED, "Grows by one with every correction.")
    student: StudentRef | None = loaded(
        CONCERNED,
        "Of whom it is; null where the viewer may not know of them.",
        StudentById,
        "student_id",
    )
    lesson: LessonRef = loaded(
        CONCERNED,
        "The lesson it is of.",
        LessonById,
        "lesson_id",
        carries={"id": "lesson_id", "course_id": "course_id", "day": "day"},
    )
    course: CourseRef = loaded(CONCERNED, "The course it is of.", CourseById, "course_id")
    teacher: TeacherRef | None = loaded(
        CONCERNED, "Who entered it; null where no teacher did.", TeacherById, "teacher_id"
    )
    notice: AbsenceNoticeRef | None = loaded(
        FAMILY | KEEPERS,
        "The notice by which it is excused; null where by none.",
        AbsenceNoticeById,
        "notice_id",
    )
    history: list[AttendanceRevisionRef] = loaded(
        CONCERNED, "What was done to it, in order.", ATTENDANCE.revisions, "id", items=Items(2)
    )


AttendanceRevision = revision_of(Attendance, ATTENDANCE, "One step of the history of an entry.")
