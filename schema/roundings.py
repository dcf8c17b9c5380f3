"""When a school rounds an average up to a better mark."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import strawberry

from domain import grading
from domain.audience import ANYONE
from resolvers.readings import Items
from schema.declare import column


@strawberry.type(description="The threshold of one mark.")
class MarkThreshold:
    mark: str = column(ANYONE, "The mark, as it is written.")
    threshold: Decimal = column(ANYONE, "The way towards it from which on it is proposed.")


@strawberry.type(description="How far on the way to the next better mark it is proposed.")
class Rounding:
    threshold: Decimal = column(
        ANYONE, "Of all marks that have none of their own: 0.6 proposes a 5 from 4.6 on."
    )
    marks: list[MarkThreshold] = column(
        ANYONE, "Those of marks that have one of their own.", items=Items(5)
    )


def rounding_of(data: Mapping[str, Any]) -> Any:
    """As the type's fields read it."""
    found = grading.Rounding.from_data(data)
    marks = [MarkThreshold(mark=mark, threshold=own) for mark, own in found.of_marks]
    return Rounding(threshold=found.threshold, marks=marks)
