"""Academic years, the periods that they are divided into, and days off."""

from datetime import date

import strawberry

from db.tables.periods import AcademicYear as AcademicYearRecord
from domain.audience import MEMBER, OFFICE
from resolvers.class_groups import ClassGroupById, ClassGroupsByAcademicYear
from resolvers.context import Context
from resolvers.courses import CoursesByAcademicYear
from resolvers.readings import Items, Told
from resolvers.schools import (
    ACADEMIC_YEAR,
    DAY_OFF,
    PERIOD,
    AcademicYearById,
    DaysOffByAcademicYear,
    PeriodById,
    PeriodsByAcademicYear,
)
from schema.declare import column, computed, loaded, resolver
from schema.enums import PeriodKind
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import (
    AcademicYearRevisionRef,
    ClassGroupRef,
    CourseRef,
    DayOffRef,
    DayOffRevisionRef,
    PeriodRef,
    PeriodRevisionRef,
    SchoolRef,
)
from schema.permissions import viewer_may

VERSION = "Grows by one with every change."
ACTIVE = "Whether it is in use; what was put away is kept."
HISTORY = "What was done to it, in order."


@strawberry.type(description="A year of school.")
class AcademicYear(Node):
    id: strawberry.ID = id_of("AcademicYear", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    name: str = column(MEMBER, "Its name, such as 2026/27.")
    starts_on: date = column(MEMBER, "Its first day.")
    ends_on: date = column(MEMBER, "Its last day.")
    periods: list[PeriodRef] = loaded(
        MEMBER,
        "What it is divided into, by the first day, the longer before the shorter.",
        PeriodsByAcademicYear,
        "id",
        items=Items(8),
    )
    days_off: list[DayOffRef] = loaded(
        MEMBER,
        "The days off that are in it, of the school and of its class groups, by the first day.",
        DaysOffByAcademicYear,
        "id",
        items=Items(10),
    )
    class_groups: list[ClassGroupRef] = loaded(
        MEMBER,
        "Its class groups, by name; to whoever has left the school, those that were theirs.",
        ClassGroupsByAcademicYear,
        "id",
        items=Items(30),
        known_as="ClassGroupOfSchool",
    )
    courses: list[CourseRef] = loaded(
        MEMBER,
        "Its courses, by title; to whoever has left the school, those that were theirs.",
        CoursesByAcademicYear,
        "id",
        items=Items(200),
        known_as="CourseOfSchool",
    )
    active: bool = column(MEMBER, ACTIVE)
    version: int = column(MEMBER, VERSION)
    history: list[AcademicYearRevisionRef] | None = loaded(
        OFFICE, HISTORY, ACADEMIC_YEAR.revisions, "id", items=Items(2)
    )

    @resolver(
        MEMBER,
        "Whether today is one of its days; none is current between two years.",
        bool,
        needs=("school_id", "starts_on", "ends_on", "active"),
        told=Told.DAY,
    )
    def current(record: AcademicYearRecord, context: Context) -> bool:
        in_it = record.starts_on <= context.today(record.school_id) <= record.ends_on
        return record.active and in_it


AcademicYearRevision = revision_of(AcademicYear, ACADEMIC_YEAR, "One step of a year's history.")


def _kind(kind: str) -> str:
    return kind if kind in PeriodKind.__members__ else PeriodKind.OTHER.name


@strawberry.type(description="A part of the year that is graded as one, such as a quarter.")
class Period(Node):
    id: strawberry.ID = id_of("Period", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    name: str = column(MEMBER, "Its name.")
    kind: PeriodKind = computed(MEMBER, "What it is, whatever the school calls it.", _kind, "kind")
    starts_on: date = column(MEMBER, "Its first day.")
    ends_on: date = column(MEMBER, "Its last day.")
    locked: bool = column(MEMBER, "Whether its grades can no longer be changed.")
    open_until: date | None = column(
        MEMBER,
        "Where it is locked with days of grace, the last of them: until then teachers still write,"
        " and afterwards the head alone, with a reason. Null where it is closed to everybody.",
    )
    active: bool = column(MEMBER, ACTIVE)
    academic_year: AcademicYear = loaded(
        MEMBER, "The year that it is part of.", AcademicYearById, "academic_year_id"
    )
    parent: PeriodRef | None = loaded(
        MEMBER, "The period that it is part of; null where of none.", PeriodById, "parent_id"
    )
    version: int = column(MEMBER, VERSION)
    history: list[PeriodRevisionRef] | None = loaded(
        OFFICE, HISTORY, PERIOD.revisions, "id", items=Items(2)
    )


PeriodRevision = revision_of(Period, PERIOD, "One step of a period's history.")


@strawberry.type(description="Days without lessons, of a school or of one class group.")
class DayOff(Node):
    id: strawberry.ID = id_of("DayOff", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    name: str = column(MEMBER, "Why there are no lessons, such as autumn holidays.")
    starts_on: date = column(MEMBER, "The first day.")
    ends_on: date = column(MEMBER, "The last day.")
    class_group: ClassGroupRef | None = loaded(
        MEMBER, "The class group that has them off; null where the school has.", ClassGroupById,
        "class_group_id",
    )  # fmt: skip
    active: bool = column(MEMBER, "Whether they are off; false once that was taken back.")
    version: int = column(MEMBER, VERSION)
    history: list[DayOffRevisionRef] | None = loaded(
        OFFICE, HISTORY, DAY_OFF.revisions, "id", items=Items(2)
    )


DayOffRevision = revision_of(DayOff, DAY_OFF, "One step of the history of days off.")
