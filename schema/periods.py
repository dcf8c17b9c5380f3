"""Academic years and the periods that they are divided into."""

from datetime import date

import strawberry

from domain.audience import MEMBER
from resolvers.schools import AcademicYearById, PeriodById
from schema.declare import column, computed, loaded
from schema.enums import PeriodKind
from schema.node import Node, id_of, school_of
from schema.nouns import PeriodRef, SchoolRef


@strawberry.type(description="A year of school.")
class AcademicYear(Node):
    id: strawberry.ID = id_of("AcademicYear", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    name: str = column(MEMBER, "Its name, such as 2026/27.")
    starts_on: date = column(MEMBER, "Its first day.")
    ends_on: date = column(MEMBER, "Its last day.")


def _kind(kind: str) -> str:
    return kind if kind in PeriodKind.__members__ else PeriodKind.OTHER.name


@strawberry.type(description="A part of the year that is graded as one, such as a quarter.")
class Period(Node):
    id: strawberry.ID = id_of("Period", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    name: str = column(MEMBER, "Its name.")
    kind: PeriodKind = computed(MEMBER, "What it is, whatever the school calls it.", _kind, "kind")
    starts_on: date = column(MEMBER, "Its first day.")
    ends_on: date = column(MEMBER, "Its last day.")
    locked: bool = column(MEMBER, "Whether its grades can no longer be changed.")
    academic_year: AcademicYear = loaded(
        MEMBER, "The year that it is part of.", AcademicYearById, "academic_year_id"
    )
    parent: PeriodRef | None = loaded(
        MEMBER, "The period that it is part of; null where of none.", PeriodById, "parent_id"
    )
