"""Averages, exact: the sums they are made of, and the figure that is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from domain.audience import ANYONE
from domain.averages import ScaleAverage
from domain.averages import averages as exact_averages
from domain.counting import Best
from domain.explaining import explained
from domain.grading import rounded
from domain.scales import canonical
from resolvers.schools import GradeScaleById
from schema.declare import column, computed, loaded
from schema.nouns import GradeScaleRef
from schema.results import SHARE_PLACES, Contribution, ContributionRecord, share

COUNTED = (
    "number",
    "weight",
    "state",
    "excused",
    "bonus",
    "grade_scale_id",
    "scale_counting",
    "course_scale_id",
    "course_counting",
)
"""The columns of a grade that an average reads."""


@dataclass(slots=True)
class ShownAverage:
    """An average, of which each figure is worked out only where it is asked for."""

    school_id: int
    grades: Sequence[Any]
    """Those that it was worked out of, for whoever asks how."""
    exact: ScaleAverage

    @property
    def grade_scale_id(self) -> UUID | None:
        return self.exact.scale

    @property
    def value(self) -> Decimal:
        return self.exact.average.rounded()

    @property
    def out_of(self) -> Decimal | None:
        return self.exact.counting.out_of

    @property
    def best_is_lowest(self) -> bool:
        return self.exact.counting.best is Best.LOWEST

    @property
    def share(self) -> Decimal | None:
        return self.exact.share

    @property
    def sum(self) -> Decimal:
        return self.exact.sum

    @property
    def weight(self) -> Decimal:
        return self.exact.average.weight

    @property
    def count(self) -> int:
        return self.exact.average.count


def _contributions(record: ShownAverage) -> list[ContributionRecord]:
    return [
        ContributionRecord(
            record.school_id,
            each.grade.id,
            each.grade.value,
            share(each.number),
            each.grade.weight,
            share(each.share),
            Decimal(canonical(rounded(each.exact, SHARE_PLACES))),
            str(each.exact),
            each.why_not is None,
            each.why_not,
        )
        for each in explained(record.grades, record.exact)
    ]


@strawberry.type(
    description="A weighted average: the sum of value times weight over the weights. Points count "
    "as a share of their maximum, and marks of other scales as the share that the school has said "
    "they are. The average is shown in the scale of the course, if that converts; or else in the "
    "one scale that all of its grades have; or else out of 100."
)
class Average:
    value: Decimal = column(ANYONE, "The average to two places, halves rounded up.")
    out_of: Decimal | None = column(
        ANYONE,
        "What the value is out of, such as the maximum of points; null where the lowest number is "
        "the best, and in a scale of marks of which the school has not said what share they are.",
    )
    share: Decimal | None = column(
        ANYONE,
        "The share of the best that it is, from 0 to 1 and above with extra credit, to four "
        "places; null where the school has not said what share the marks of its scale are.",
    )
    grade_scale: GradeScaleRef | None = loaded(
        ANYONE,
        "The scale that the value is in; null where it is out of 100 and in no scale.",
        GradeScaleById,
        "grade_scale_id",
    )
    sum: Decimal = column(
        ANYONE,
        "The sum of value times weight: exact, or to six places where a share has no end.",
    )
    weight: Decimal = column(ANYONE, "The exact sum of the weights.")
    count: int = column(ANYONE, "How many grades count; one of weight 0 does not.")
    exact: str = computed(
        ANYONE,
        "The average as a fraction, such as 37/9.",
        lambda exact: str(exact.average.exact),
        "exact",
    )
    contributions: list[Contribution] = computed(
        ANYONE,
        "What each grade contributes, and why others do not; these add up to it exactly.",
        _contributions,
        of_rows=("id", "value"),
    )


def averages(grades: Sequence[Any]) -> list[ShownAverage]:
    """One of all grades whose scales convert, and one of each other scale."""
    return [ShownAverage(grades[0]["school_id"], grades, found) for found in exact_averages(grades)]


def only(averages: list[ShownAverage]) -> ShownAverage | None:
    """The average, where there is one of all that counts."""
    return averages[0] if len(averages) == 1 else None
