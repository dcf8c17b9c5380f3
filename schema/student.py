"""Students, and all that a diary joins to them."""

from datetime import date
from typing import Annotated, Any

import strawberry

from domain.audience import CONCERNED, FAMILY, KEEPERS
from resolvers import global_id
from resolvers.loaders import (
    ClassGroupsByStudent,
    CoursesByStudent,
    GradesByStudent,
    GuardiansByStudent,
    LessonsByStudent,
)
from resolvers.readings import Asked
from schema import diary
from schema.declare import asking, column, loaded
from schema.node import Node, id_of
from schema.nouns import (
    ClassGroupRef,
    CourseRef,
    DiaryDayRef,
    GradeRef,
    GuardianRef,
    SubjectAverageRef,
)
from schema.person import family_name, given_name, shown_name
from schema.spans import From, To, span


@strawberry.input(description="Which grades to keep; what is left out does not restrict.")
class GradeFilter:
    course: strawberry.ID | None = strawberry.field(
        default=None, description="Only of this course."
    )
    work_type: strawberry.ID | None = strawberry.field(
        default=None, description="Only of this kind of work."
    )


Where = Annotated[GradeFilter | None, strawberry.argument(description="Which grades to keep.")]


@strawberry.type(description="A student of the school.")
class Student(Node):
    id: strawberry.ID = id_of("Student", CONCERNED)
    given_name: str = given_name(CONCERNED)
    family_name: str = family_name(CONCERNED)
    display_name: str = shown_name(CONCERNED)
    grade_level: str | None = column(CONCERNED, "The year of school.")
    born_on: date | None = column(FAMILY | KEEPERS, "The day of birth.")
    email: str | None = column(FAMILY | KEEPERS, "The address the school writes to.")
    phone: str | None = column(FAMILY | KEEPERS, "The number the school calls.")
    class_groups: list[ClassGroupRef] = loaded(
        CONCERNED, "The class groups of today.", ClassGroupsByStudent, "id"
    )
    courses: list[CourseRef] = loaded(
        CONCERNED, "The courses of today, by title.", CoursesByStudent, "id"
    )
    guardians: list[GuardianRef] | None = loaded(
        FAMILY | KEEPERS, "The guardians of today, by name.", GuardiansByStudent, "id"
    )

    @asking(
        CONCERNED,
        "The diary of a span of days: each day that has lessons.",
        list[DiaryDayRef],
        LessonsByStudent,
        "id",
    )
    def diary(record: Any, first: From, last: To) -> Asked:
        return diary.days(record, dict(span(first, last).parameters))

    @asking(
        CONCERNED, "The grades of a span of days, by day.", list[GradeRef], GradesByStudent, "id"
    )
    def grades(record: Any, first: From, last: To, where: Where = None) -> Asked:
        return Asked(span(first, last).parameters, _kept(where) if where else None)

    @asking(
        CONCERNED,
        "The averages of a span of days, a course each.",
        list[SubjectAverageRef],
        GradesByStudent,
        "id",
    )
    def averages(record: Any, first: From, last: To) -> Asked:
        return diary.averages(record, dict(span(first, last).parameters))


def _kept(where: GradeFilter) -> Any:  # a step that filters records
    course = global_id.parse(where.course, "Course")[1] if where.course else None
    kind = global_id.parse(where.work_type, "WorkType")[1] if where.work_type else None

    def keep(grades: list[Any]) -> list[Any]:
        return [
            grade
            for grade in grades
            if course in (None, grade.course_id) and kind in (None, grade.work_type_id)
        ]

    return keep
