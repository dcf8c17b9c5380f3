"""Grade scales."""

from decimal import Decimal
from enum import Enum
from typing import Any

import strawberry

from domain.audience import MEMBER
from resolvers.mutations.grade_scales import scale_of
from schema.declare import column, computed
from schema.node import Node, id_of, school_of
from schema.nouns import SchoolRef


@strawberry.enum(description="An end of a scale.")
class ScaleEnd(Enum):
    HIGHEST = strawberry.enum_value("HIGHEST", description="The highest number, as of points.")
    LOWEST = strawberry.enum_value("LOWEST", description="The lowest, as where 1 is best.")


def _best(definition: Any) -> str:
    return scale_of(definition).counting.best.value


@strawberry.type(description="A scale that grades are given in.")
class GradeScale(Node):
    id: strawberry.ID = id_of("GradeScale", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    name: str = column(MEMBER, "Its name.")
    best: ScaleEnd = computed(MEMBER, "Which end of it is the better.", _best, "definition")
    marks: list[str] = computed(
        MEMBER,
        "Its marks from worst to best; empty where it is a range of numbers.",
        lambda definition: [mark.token for mark in scale_of(definition).worst_to_best],
        "definition",
    )
    minimum: Decimal | None = computed(
        MEMBER,
        "The lowest number in it; null where its marks have none.",
        lambda definition: scale_of(definition).ends[0],
        "definition",
    )
    maximum: Decimal | None = computed(
        MEMBER,
        "The highest number in it, which extra credit may be above; null where its marks have "
        "none.",
        lambda definition: scale_of(definition).ends[1],
        "definition",
    )
