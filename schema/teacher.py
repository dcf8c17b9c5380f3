"""Teachers."""

import strawberry

from domain.audience import HEAD, MEMBER, SELF
from resolvers.loaders import ClassGroupsByTeacher, CoursesByTeacher
from resolvers.readings import Items
from schema.declare import column, loaded
from schema.node import Node, id_of
from schema.nouns import ClassGroupRef, CourseRef
from schema.person import family_name, given_name, shown_name


@strawberry.type(description="A teacher of the school.")
class Teacher(Node):
    id: strawberry.ID = id_of("Teacher", MEMBER)
    given_name: str = given_name(MEMBER)
    family_name: str = family_name(MEMBER)
    display_name: str = shown_name(MEMBER)
    email: str | None = column(SELF | HEAD, "The address the school writes to.")
    phone: str | None = column(SELF | HEAD, "The number the school calls.")
    courses: list[CourseRef] = loaded(
        MEMBER, "The courses taught today, by title.", CoursesByTeacher, "id", items=Items(12)
    )
    class_groups: list[ClassGroupRef] = loaded(
        MEMBER, "The class groups led, by name.", ClassGroupsByTeacher, "id", items=Items(1)
    )
