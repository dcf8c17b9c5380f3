"""Lessons: one dated hour of a course."""

from datetime import date, datetime
from typing import Any

import strawberry

from domain.audience import MEMBER, OFFICE, STAFF_OF
from resolvers.attendance import AttendanceByLesson, TakingByLesson
from resolvers.courses import CourseById
from resolvers.homework import HomeworkByDueLesson, HomeworkByLesson
from resolvers.lessons import LESSON
from resolvers.readings import Items
from resolvers.schools import GradeScaleByLesson, SubjectById
from resolvers.teachers import TeacherById
from schema.declare import column, loaded
from schema.enums import LessonStatus
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import (
    AttendanceRef,
    CourseRef,
    GradeScaleRef,
    HomeworkRef,
    LessonRevisionRef,
    SchoolRef,
    SubjectRef,
    TeacherRef,
)
from schema.permissions import viewer_may


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
    homework: list[HomeworkRef] = loaded(
        MEMBER,
        "What was set at it; only what the viewer may know of.",
        HomeworkByLesson,
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
    attendance_taken_at: datetime | None = loaded(
        MEMBER,
        "When its attendance was taken first: of whom nothing is entered, they were there. Null "
        "where it was not taken.",
        TakingByLesson,
        "id",
        then=lambda _, taking: taking and taking.at,
        reads=("at",),
    )
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
    history: list[LessonRevisionRef] | None = loaded(
        STAFF_OF | OFFICE, "What was done to it, in order.", LESSON.revisions, "id", items=Items(2)
    )


LessonRevision = revision_of(Lesson, LESSON, "One step of a lesson's history.")
