"""Grade scales."""

from decimal import Decimal
from typing import Any

import strawberry

from domain.audience import MEMBER, OFFICE
from domain.counting import ScaleEnd
from resolvers.mutations.grade_scales import scale_of
from resolvers.readings import Items
from resolvers.schools import GRADE_SCALE
from schema.declare import column, computed, loaded, tell
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import GradeScaleRevisionRef, SchoolRef
from schema.permissions import viewer_may

tell(ScaleEnd)


def _best(definition: Any) -> str:
    return scale_of(definition).counting.best.value


@strawberry.type(description="A scale that grades are given in.")
class GradeScale(Node):
    id: strawberry.ID = id_of("GradeScale", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    name: str = column(MEMBER, "Its name.")
    active: bool = column(MEMBER, "Whether it is in use.")
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
    version: int = column(MEMBER, "Grows by one with every change.")
    history: list[GradeScaleRevisionRef] | None = loaded(
        OFFICE, "What was done to it, in order.", GRADE_SCALE.revisions, "id", items=Items(2)
    )


GradeScaleRevision = revision_of(GradeScale, GRADE_SCALE, "One step of a scale's history.")
