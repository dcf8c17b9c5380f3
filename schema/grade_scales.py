"""Grade scales."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import strawberry

from domain.audience import ANYONE, MEMBER, OFFICE
from domain.counting import ExtraCredit, ScaleEnd
from domain.grading import rounded
from domain.mark_classes import MarkClass, class_of
from domain.scales import Scale, ScaleKind, canonical
from resolvers.mutations.grade_scales import scale_of
from resolvers.readings import Items
from resolvers.schools import GRADE_SCALE
from schema.declare import column, computed, loaded, tell
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import GradeScaleRevisionRef, SchoolRef
from schema.permissions import viewer_may

tell(ExtraCredit)
tell(ScaleEnd)
tell(ScaleKind)
tell(MarkClass)
SHARE_PLACES = 6


@dataclass(frozen=True, slots=True)
class MarkRecord:
    mark: str
    number: Decimal | None
    share: Decimal | None
    passing: bool
    mark_class: MarkClass


@strawberry.type(description="A mark of a scale, and all that it is worth.")
class ScaleMark:
    mark: str = column(ANYONE, "How it is written.")
    number: Decimal | None = column(ANYONE, "Its worth in averages; null where it has none.")
    share: Decimal | None = column(
        ANYONE,
        "The share of the best that it is, to six places; null where the scale does not convert.",
    )
    passing: bool = column(ANYONE, "Whether it passes.")
    mark_class: MarkClass = column(ANYONE, "How it is coloured.")


def _marks(definition: Any) -> list[MarkRecord]:
    scale = scale_of(definition)
    return [
        MarkRecord(
            mark.token,
            mark.number,
            _share(scale, mark.number),
            mark.passing,
            class_of(mark, scale),
        )
        for mark in reversed(scale.worst_to_best)
    ]


def _share(scale: Scale, number: Decimal | None) -> Decimal | None:
    if number is None or not scale.counting.converts:
        return None
    return Decimal(canonical(rounded(scale.counting.share(number), SHARE_PLACES)))


def _best(definition: Any) -> str:
    return scale_of(definition).counting.best.value


def _extra_credit(definition: Any) -> str | None:
    scale = scale_of(definition)
    return scale.above.value if scale.kind is ScaleKind.POINTS else None


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
    step: Decimal | None = computed(
        MEMBER,
        "How far apart its points are; null where it is not of points.",
        lambda definition: scale_of(definition).step,
        "definition",
    )
    passing_from: Decimal | None = computed(
        MEMBER,
        "The points from which on they pass; null where all do, and in a scale of marks.",
        lambda definition: scale_of(definition).passing_from,
        "definition",
    )
    extra_credit: ExtraCredit | None = computed(
        MEMBER,
        "What becomes of points above the maximum; null in a scale of marks.",
        _extra_credit,
        "definition",
    )
    converts: bool = computed(
        MEMBER,
        "Whether its numbers are shares of the best, so that averages join them with those of "
        "other scales.",
        lambda definition: scale_of(definition).counting.converts,
        "definition",
    )
    kind: ScaleKind = computed(
        MEMBER, "What it is made of.", lambda definition: scale_of(definition).kind, "definition"
    )
    whole_marks: list[ScaleMark] = computed(
        MEMBER,
        "Its marks from best to worst, each with what it is worth; empty where it is points.",
        _marks,
        "definition",
    )
    version: int = column(MEMBER, "Grows by one with every change.")
    history: list[GradeScaleRevisionRef] | None = loaded(
        OFFICE, "What was done to it, in order.", GRADE_SCALE.revisions, "id", items=Items(2)
    )


GradeScaleRevision = revision_of(GradeScale, GRADE_SCALE, "One step of a scale's history.")
