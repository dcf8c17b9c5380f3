"""Lessons: one dated hour of a course."""

from datetime import date, datetime
from typing import Any

import strawberry

from db.tables.lessons import Lesson as LessonRecord
from domain.audience import MEMBER, OFFICE, STAFF_OF
from domain.policy import WRITERS
from resolvers.attendance import AttendanceByLesson
from resolvers.courses import CourseById
from resolvers.grades import GradesByLesson
from resolvers.homework import (
    HomeworkByDueLesson,
    HomeworkByLesson,
    WithdrawnHomeworkByLesson,
)
from resolvers.lesson_patterns import LessonPatternById
from resolvers.lessons import (
    LESSON,
    FreeRoomsByLesson,
    FreeTeachersByLesson,
    LearnersByLesson,
    LessonById,
    LessonsByReplaced,
    ReplacementsByLesson,
)
from resolvers.materials import MaterialsByLesson
from resolvers.readings import Items, LoadArguments
from resolvers.rooms import RoomById
from resolvers.schools import GradeScaleByLesson, SubjectById
from resolvers.teachers import TeacherById
from schema.declare import asking, column, loaded
from schema.enums import LessonStatus
from schema.histories import revision_of
from schema.lesson_rows import OF_ROWS, LessonRow, rows_of
from schema.node import Node, id_of, school_of
from schema.nouns import (
    AttendanceRef,
    CourseRef,
    GradeRef,
    GradeScaleRef,
    HomeworkRef,
    LessonPatternRef,
    LessonRef,
    LessonRevisionRef,
    MaterialRef,
    RoomRef,
    SchoolRef,
    SubjectRef,
    TeacherRef,
)
from schema.permissions import viewer_may
from schema.replacements import (
    OF_FREE,
    OF_LESSON,
    OF_STEPS,
    Absent,
    FreeTeacher,
    LessonReplacement,
    replacement,
    without,
)


def set_none(lesson: Any, homework: list[Any]) -> bool:
    return lesson.homework_closed and all(each.student_ids is not None for each in homework)


@strawberry.type(description="One dated hour of a course.")
class Lesson(Node):
    id: strawberry.ID = id_of("Lesson", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    day: date = column(MEMBER, "The day, in the school's time zone.", called="date")
    slot: int | None = column(MEMBER, "Which hour of that day it is, from 1.")
    starts_at: datetime = column(MEMBER, "When it begins.")
    ends_at: datetime = column(MEMBER, "When it ends.")
    room: str | None = column(MEMBER, "Where it is held.")
    location: RoomRef | None = loaded(
        MEMBER,
        "The room of the school's list where it is held; null where that has none of it.",
        RoomById,
        "room_id",
    )
    topic: str | None = column(MEMBER, "What it is about.")
    status: LessonStatus = column(MEMBER, "Whether it takes place.")
    version: int = column(MEMBER, "Grows by one with every change.")
    course: CourseRef = loaded(MEMBER, "The course it is of.", CourseById, "course_id")
    subject: SubjectRef | None = loaded(
        MEMBER, "What is learnt; null where its course has no subject.", SubjectById, "subject_id"
    )
    grade_scale: GradeScaleRef | None = loaded(
        MEMBER,
        "The scale that marks at it are given in: that of the work it came with from a roster, or "
        "else its course's; null where neither has any, and it is the school's five-point.",
        GradeScaleByLesson,
        "id",
    )
    teacher: TeacherRef | None = loaded(
        MEMBER, "Who holds it; null where nobody is named.", TeacherById, "teacher_id"
    )
    pattern: LessonPatternRef | None = loaded(
        MEMBER,
        "The hour of the course's week of which it was generated; null where it was added.",
        LessonPatternById,
        "pattern_id",
    )
    replaces: LessonRef | None = loaded(
        MEMBER,
        "The lesson in place of which it is held; null where of none.",
        LessonById,
        "replaces_id",
    )
    replaced_by: list[LessonRef] = loaded(
        MEMBER,
        "What is held in its place, where that is of another course.",
        LessonsByReplaced,
        "id",
        items=Items(0.1),
    )
    joined_to: LessonRef | None = loaded(
        MEMBER,
        "The lesson of another course together with which it is held; null where of none.",
        LessonById,
        "joined_id",
    )
    replacement: LessonReplacement | None = loaded(
        MEMBER,
        "What it was before it was moved, replaced, joined or cancelled; null where it is as it was"
        " planned.",
        ReplacementsByLesson,
        "id",
        then=replacement,
        reads=OF_STEPS,
        needs=OF_LESSON,
    )

    @asking(
        OFFICE,
        "The teachers who hold no other lesson at its time: first who teaches its course, then its "
        "subject, then its class group.",
        list[FreeTeacher] | None,
        FreeTeachersByLesson,
        "id",
        OF_FREE,
        items=Items(20),
    )
    def free_teachers(record: LessonRecord, absent: Absent = None) -> LoadArguments:
        return without(record.school_id, absent)

    free_rooms: list[RoomRef] | None = loaded(
        OFFICE,
        "The rooms in which no other lesson is held at its time, by name.",
        FreeRoomsByLesson,
        "id",
        items=Items(20),
    )
    homework: list[HomeworkRef] = loaded(
        MEMBER,
        "What was set at it; only what the viewer may know of.",
        HomeworkByLesson,
        "id",
        items=Items(1),
    )
    withdrawn_homework: list[HomeworkRef] | None = loaded(
        WRITERS,
        "What was set at it and withdrawn, as it was, for whoever may restore it.",
        WithdrawnHomeworkByLesson,
        "id",
        items=Items(1),
    )
    attendance: list[AttendanceRef] = loaded(
        MEMBER,
        "What was entered of students at it; only what the viewer may know of.",
        AttendanceByLesson,
        "id",
        items=Items(5),
    )
    grades: list[GradeRef] = loaded(
        MEMBER,
        "What was given at it; only what the viewer may know of.",
        GradesByLesson,
        "id",
        items=Items(10),
    )
    attendance_taken_at: datetime | None = column(
        MEMBER,
        "When its attendance was taken first: of whom nothing is entered, they were there. Null "
        "where it was not taken.",
    )
    rows: list[LessonRow] | None = loaded(
        STAFF_OF,
        "A line for each student who learns in it, by name, with what was entered of them and "
        "given to them.",
        LearnersByLesson,
        "id",
        then=rows_of,
        needs=OF_ROWS,
        reads=("id",),
        items=Items(30),
    )
    closed: bool = column(MEMBER, "Whether its teacher has said that it was held, and is complete.")
    homework_due: list[HomeworkRef] = loaded(
        MEMBER,
        "What is due at it, or in its course on its day; only what the viewer may know of.",
        HomeworkByDueLesson,
        "id",
        items=Items(1),
    )
    homework_closed: bool = column(
        MEMBER, "Whether its teacher has said that no more homework is set at it."
    )
    homework_none: bool = loaded(
        MEMBER,
        "Whether its teacher has closed its homework, and none was set for all who learn there.",
        HomeworkByLesson,
        "id",
        then=set_none,
        reads=("student_ids",),
        needs=("homework_closed",),
    )
    materials: list[MaterialRef] = loaded(
        MEMBER,
        "The materials for it, in the order in which they were added; only what the viewer may "
        "know of.",
        MaterialsByLesson,
        "id",
        items=Items(0.5),
    )
    history: list[LessonRevisionRef] | None = loaded(
        STAFF_OF | OFFICE, "What was done to it, in order.", LESSON.revisions, "id", items=Items(2)
    )


LessonRevision = revision_of(Lesson, LESSON, "One step of a lesson's history.")
