"""Students, and all that a diary joins to them."""

from datetime import date

import strawberry

from db.tables.students import Student as StudentRecord
from domain.audience import CONCERNED, FAMILY, KEEPERS
from resolvers.class_groups import ClassGroupsByStudent
from resolvers.courses import CoursesByStudent
from resolvers.grades import GradesByStudentWhere
from resolvers.guardians import GuardiansByStudent
from resolvers.lessons import LessonsByStudent
from resolvers.readings import Asked, Items, daily
from resolvers.remarks import RemarksByStudent
from schema.declare import asking, column, loaded
from schema.diary import OF_AVERAGES, OF_DAYS, AverageBy, By, averages_of, days
from schema.marks import ORDERED, OrderBy, Where, in_order, kept
from schema.node import Node, id_of
from schema.nouns import (
    ClassGroupRef,
    CourseRef,
    DiaryDayRef,
    GradeRef,
    GuardianRef,
    RemarkRef,
    SubjectAverageRef,
)
from schema.people import family_name, given_name, shown_name
from schema.spans import From, FromUnlessPeriod, InPeriod, To, ToUnlessPeriod, span, span_or_period


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
        CONCERNED, "The class groups of today.", ClassGroupsByStudent, "id", items=Items(1)
    )
    courses: list[CourseRef] = loaded(
        CONCERNED,
        "The courses of today, by title; to who teaches some of them, only those.",
        CoursesByStudent,
        "id",
        items=Items(15),
        known_as="CourseOfStudent",
    )
    guardians: list[GuardianRef] | None = loaded(
        FAMILY | KEEPERS,
        "The guardians of today, by name.",
        GuardiansByStudent,
        "id",
        items=Items(2),
    )

    @asking(
        CONCERNED,
        "The remarks of a span of days, in order; only what the viewer may know of.",
        list[RemarkRef],
        RemarksByStudent,
        "id",
        items=daily(0.1),
    )
    def remarks(record: StudentRecord, first: From, last: To) -> Asked:
        return span(first, last)

    @asking(
        CONCERNED,
        "The diary of a span of days: each day that has lessons, as far as the viewer may know of "
        "them.",
        list[DiaryDayRef],
        LessonsByStudent,
        "id",
        OF_DAYS,
        items=daily(1),
    )
    def diary(record: StudentRecord, first: From, last: To) -> Asked:
        return days(record, dict(span(first, last).parameters))

    @asking(
        CONCERNED,
        "The grades of a span of days or of a period, by day unless told.",
        list[GradeRef],
        GradesByStudentWhere,
        "id",
        ORDERED,
        items=daily(1),
    )
    def grades(
        record: StudentRecord,
        first: FromUnlessPeriod = None,
        last: ToUnlessPeriod = None,
        period: InPeriod = None,
        where: Where = None,
        order_by: OrderBy = None,
    ) -> Asked:
        span_ = span_or_period(record.school_id, first, last, period)
        return Asked(span_ | kept(record.school_id, where), in_order(order_by))

    @asking(
        CONCERNED,
        "The averages of a span of days or of a period, of a course each unless told.",
        list[SubjectAverageRef],
        GradesByStudentWhere,
        "id",
        OF_AVERAGES,
        items=Items(15),
    )
    def averages(
        record: StudentRecord,
        first: FromUnlessPeriod = None,
        last: ToUnlessPeriod = None,
        period: InPeriod = None,
        where: Where = None,
        by: By = AverageBy.COURSE,
    ) -> Asked:
        span_ = span_or_period(record.school_id, first, last, period)
        return averages_of(record, span_ | kept(record.school_id, where), by)
