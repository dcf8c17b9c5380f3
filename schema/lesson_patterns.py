"""Weekly patterns, of which lessons are generated."""

from datetime import date

import strawberry

from domain.audience import MEMBER, OFFICE
from domain.calendar import Weekday
from domain.timetable import Week
from resolvers.courses import CourseById
from resolvers.lesson_patterns import LESSON_PATTERN
from resolvers.readings import Items
from resolvers.rooms import RoomById
from resolvers.teachers import TeacherById
from schema.declare import column, loaded, tell
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import (
    CourseRef,
    LessonPatternRevisionRef,
    RoomRef,
    SchoolRef,
    TeacherRef,
)
from schema.permissions import viewer_may

tell(Weekday)
tell(Week)


@strawberry.type(
    description="One hour of a course's week, of which its lessons are generated. What changes is "
    "another pattern from a day on: what was is kept."
)
class LessonPattern(Node):
    id: strawberry.ID = id_of("LessonPattern", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    course: CourseRef = loaded(MEMBER, "The course it is of.", CourseById, "course_id")
    week_day: Weekday = column(MEMBER, "On which day of the week it is.")
    slot: int = column(MEMBER, "Which lesson of that day it is, from 1.")
    week: Week | None = column(MEMBER, "In which of two weeks it is; null where in each.")
    shift: int = column(MEMBER, "The shift by whose bells it is, from 1.")
    teacher: TeacherRef | None = loaded(
        MEMBER,
        "Who holds it; null where whoever teaches the course on the day does.",
        TeacherById,
        "teacher_id",
    )
    location: RoomRef | None = loaded(
        MEMBER, "The room; null where it is the course's.", RoomById, "room_id"
    )
    starts_on: date = column(MEMBER, "The first day on which it holds.")
    ends_on: date | None = column(
        MEMBER, "The last day; null where it goes on to the end of the course's year."
    )
    active: bool = column(MEMBER, "Whether it is in use; false where it was never meant.")
    version: int = column(MEMBER, "Grows by one with every change.")
    history: list[LessonPatternRevisionRef] | None = loaded(
        OFFICE, "What was done to it, in order.", LESSON_PATTERN.revisions, "id", items=Items(2)
    )


LessonPatternRevision = revision_of(
    LessonPattern, LESSON_PATTERN, "One step of a weekly pattern's history."
)
