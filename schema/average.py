"""Averages, exact: the sums they are made of, and the figure that is shown."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import strawberry

from domain.audience import ANYONE
from domain.grading import Average as ExactAverage
from domain.grading import average as exact_average
from schema.declare import column, computed

COUNTED = ("number", "weight", "state", "excused", "bonus")
"""The columns of a grade that an average reads."""


@strawberry.type(description="A weighted average: the sum of value times weight over the weights.")
class Average:
    value: Decimal = computed(
        ANYONE, "The average to two places, halves rounded up.", lambda exact: exact.rounded()
    )
    sum: Decimal = column(ANYONE, "The exact sum of value times weight.")
    weight: Decimal = column(ANYONE, "The exact sum of the weights.")
    count: int = column(ANYONE, "How many grades count.")


def average(grades: Iterable[Any]) -> ExactAverage | None:
    """None where no grade counts."""
    return exact_average(grades)
