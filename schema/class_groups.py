"""Class groups, such as 7B."""

import strawberry

from domain.audience import MEMBER
from resolvers.courses import CoursesByClassGroup
from resolvers.readings import Items
from resolvers.schools import AcademicYearById
from resolvers.students import StudentsByClassGroup
from resolvers.teachers import TeacherById
from schema.declare import column, loaded
from schema.node import Node, id_of, school_of
from schema.nouns import AcademicYearRef, CourseRef, SchoolRef, StudentRef, TeacherRef
from schema.permissions import viewer_may


@strawberry.type(description="A class group, such as 7B, with its class teacher.")
class ClassGroup(Node):
    id: strawberry.ID = id_of("ClassGroup", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    name: str = column(MEMBER, "Its name, such as 7B.")
    grade_level: str | None = column(MEMBER, "The year of school that its students are in.")
    academic_year: AcademicYearRef | None = loaded(
        MEMBER,
        "The year that it is of; null where no roster said.",
        AcademicYearById,
        "academic_year_id",
    )
    class_teacher: TeacherRef | None = loaded(
        MEMBER, "Who leads it; null where nobody does.", TeacherById, "class_teacher_id"
    )
    deputy: TeacherRef | None = loaded(
        MEMBER,
        "Who leads it beside the class teacher, with the same rights; null where nobody does.",
        TeacherById,
        "deputy_id",
    )
    courses: list[CourseRef] = loaded(
        MEMBER, "The courses it takes, by title.", CoursesByClassGroup, "id", items=Items(15)
    )
    students: list[StudentRef] = loaded(
        MEMBER,
        "Its students by name, today, or on the last day of its year where that is over; only "
        "those whom the viewer may know of, and once it is over none whom they only teach.",
        StudentsByClassGroup,
        "id",
        items=Items(30),
        known_as="StudentOfClassGroup",
    )
