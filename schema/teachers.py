"""Teachers."""

from datetime import date

import strawberry

from db.tables.teachers import Teacher as TeacherRecord
from domain.audience import MEMBER, OFFICE, SELF
from resolvers.access_codes import AccessCodesByTeacher
from resolvers.class_groups import ClassGroupsByTeacher
from resolvers.courses import CoursesByTeacher
from resolvers.lessons import (
    LessonsByTeacher,
    OpenLessonsByTeacher,
    OpenLessonsCountedByTeacher,
    TimetableByTeacher,
)
from resolvers.pages import PageByTeacher
from resolvers.readings import Items, LoadArguments, daily
from resolvers.tie_steps import StepsByTie
from resolvers.viewer import Viewer
from schema.declare import asking, column, loaded
from schema.node import Node, id_of, school_of
from schema.nouns import AccessCodeRef, ClassGroupRef, CourseRef, LessonRef, PageRef, SchoolRef
from schema.offices import TieStep
from schema.open_lessons import open_lessons_by
from schema.pages import page_of
from schema.people import family_name, first_day, given_name, last_day, middle_name, shown_name
from schema.permissions import viewer_may
from schema.spans import From, To, span
from schema.timetable_days import OF_THEIRS as OF_TIMETABLE
from schema.timetable_days import FromToday, TimetableDay, ToTomorrow, timetable


@strawberry.type(description="A teacher of the school.")
class Teacher(Node):
    id: strawberry.ID = id_of("Teacher", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    page: PageRef | None = page_of(PageByTeacher, MEMBER)
    given_name: str = given_name(MEMBER)
    family_name: str = family_name(MEMBER)
    display_name: str = shown_name(MEMBER)
    middle_name: str | None = middle_name(SELF | OFFICE)
    begins_on: date | None = first_day(SELF | OFFICE)
    ends_on: date | None = last_day(SELF | OFFICE)
    email: str | None = column(SELF | OFFICE, "The address the school writes to.")
    phone: str | None = column(SELF | OFFICE, "The number the school calls.")
    leaving_history: list[TieStep] | None = loaded(
        SELF | OFFICE,
        "When it was said that they leave the school, or do not after all, and why; in order.",
        StepsByTie,
        "id",
        items=Items(1),
    )
    courses: list[CourseRef] = loaded(
        MEMBER,
        "The courses taught today, by title; to whoever has left the school, those that were "
        "theirs.",
        CoursesByTeacher,
        "id",
        items=Items(12),
        known_as="CourseOfSchool",
    )
    class_groups: list[ClassGroupRef] = loaded(
        MEMBER,
        "The class groups led today, by name; to whoever has left the school, those that were "
        "theirs.",
        ClassGroupsByTeacher,
        "id",
        items=Items(1),
        known_as="ClassGroupOfSchool",
    )

    access_codes: list[AccessCodeRef] | None = loaded(
        OFFICE,
        "The access codes that were made for them, the newest first.",
        AccessCodesByTeacher,
        "id",
        items=Items(2),
    )

    @asking(
        MEMBER,
        "The lessons to hold in a span of days, in order: the timetable; to whoever has left the "
        "school, those that were theirs.",
        list[LessonRef],
        LessonsByTeacher,
        "id",
        items=daily(6),
        known_as="LessonOfTeacher",
    )
    def lessons(record: TeacherRecord, first: From, last: To) -> LoadArguments:
        return span(first, last)

    open_lessons = open_lessons_by(
        SELF | OFFICE,
        "The lessons that they were to hold in a span of days, that are over, and that nobody has "
        "closed, by time.",
        OpenLessonsByTeacher,
        OpenLessonsCountedByTeacher,
    )

    @asking(
        MEMBER,
        "Their timetable: the days of a span that have lessons, today and tomorrow unless told; to "
        "who has left the school, those that were theirs.",
        list[TimetableDay],
        TimetableByTeacher,
        "id",
        OF_TIMETABLE,
        items=daily(1),
    )
    def timetable(
        record: TeacherRecord,
        viewer: Viewer,
        first: FromToday = None,
        last: ToTomorrow = None,
    ) -> LoadArguments:
        return timetable(first, last, viewer)
