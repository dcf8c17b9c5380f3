"""Teachers."""

import strawberry

from db.tables.teachers import Teacher as TeacherRecord
from domain.audience import MEMBER, OFFICE, SELF
from resolvers.access_codes import AccessCodesByTeacher
from resolvers.class_groups import ClassGroupsByTeacher
from resolvers.courses import CoursesByTeacher
from resolvers.lessons import LessonsByTeacher
from resolvers.readings import Items, LoadArguments, daily
from schema.declare import asking, column, loaded
from schema.node import Node, id_of, school_of
from schema.nouns import AccessCodeRef, ClassGroupRef, CourseRef, LessonRef, SchoolRef
from schema.people import family_name, given_name, shown_name
from schema.permissions import viewer_may
from schema.spans import From, To, span


@strawberry.type(description="A teacher of the school.")
class Teacher(Node):
    id: strawberry.ID = id_of("Teacher", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    given_name: str = given_name(MEMBER)
    family_name: str = family_name(MEMBER)
    display_name: str = shown_name(MEMBER)
    email: str | None = column(SELF | OFFICE, "The address the school writes to.")
    phone: str | None = column(SELF | OFFICE, "The number the school calls.")
    courses: list[CourseRef] = loaded(
        MEMBER, "The courses taught today, by title.", CoursesByTeacher, "id", items=Items(12)
    )
    class_groups: list[ClassGroupRef] = loaded(
        MEMBER, "The class groups led today, by name.", ClassGroupsByTeacher, "id", items=Items(1)
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
        "The lessons to hold in a span of days, in order: the timetable.",
        list[LessonRef],
        LessonsByTeacher,
        "id",
        items=daily(6),
    )
    def lessons(record: TeacherRecord, first: From, last: To) -> LoadArguments:
        return span(first, last)
