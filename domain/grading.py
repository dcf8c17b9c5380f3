"""Averages of grades, exact to the last digit, and the mark that an average proposes."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import (
    ROUND_05UP,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
)
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from domain.scales import Mark, Scale, fits

HEAVIEST = Decimal(100)
WEIGHT_PLACES = 2

EXACT = Context(prec=200, traps=[Inexact, InvalidOperation])
"""Sums and products are exact here, or raise."""

QUOTIENT = Context(prec=200, rounding=ROUND_05UP, traps=[DivisionByZero, InvalidOperation])
"""A quotient cut off here still tells below, at and above a half apart when rounded again."""


class BadWeight(ValueError):
    """A weight that no grade may have."""


class GradeState(StrEnum):
    """DUE is a mark still owed; a WITHDRAWN one stays for the record."""

    GIVEN = "GIVEN"
    DUE = "DUE"
    WITHDRAWN = "WITHDRAWN"


GIVEN = GradeState.GIVEN.value


class Counted(Protocol):
    """What an average needs to know of a grade."""

    @property
    def number(self) -> Decimal | None: ...
    @property
    def weight(self) -> Decimal: ...
    @property
    def state(self) -> str: ...
    @property
    def excused(self) -> bool: ...
    @property
    def bonus(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Average:
    """Σ(value·weight), Σ(weight) above zero, and how many grades are in them."""

    sum: Decimal
    weight: Decimal
    count: int

    @property
    def exact(self) -> Fraction:
        return Fraction(self.sum) / Fraction(self.weight)

    def rounded(self, places: int = 2, rounding: str = ROUND_HALF_UP) -> Decimal:
        """Rounded once, from the exact quotient, in whatever context the caller is."""
        unit = Decimal((0, (1,), -places))
        return QUOTIENT.divide(self.sum, self.weight).quantize(unit, rounding, QUOTIENT)


@dataclass(frozen=True, slots=True)
class Rounding:
    """How far on the way to the next mark an average is when that mark is proposed.

    0.6 proposes 5 from 4.6 on; 1 never rounds up.
    """

    threshold: Decimal = Decimal("0.5")

    def __post_init__(self) -> None:
        if not self.threshold.is_finite() or not 0 < self.threshold <= 1:
            raise ValueError("A rounding threshold is above 0 and at most 1")


HALF_UP = Rounding()


def weighted_average(marks: Iterable[tuple[Decimal, Decimal]]) -> Average | None:
    """The average of (value, weight); None where nothing weighs anything."""
    total, weight, count = Decimal(0), Decimal(0), 0
    fma, add = EXACT.fma, EXACT.add
    for value, its_weight in marks:
        total = fma(value, its_weight, total)
        weight = add(weight, its_weight)
        count += 1
    return Average(total, weight, count) if weight else None


def average(grades: Iterable[Counted]) -> Average | None:
    """The average of the grades that count: given, not excused, and with a number.

    A bonus never lowers it: the best bonus counts first, as any grade does, and the next
    only while it still raises the average. Bonuses alone make no average.
    """
    ordinary: list[tuple[Decimal, Decimal]] = []
    bonuses: list[tuple[Decimal, Decimal]] = []
    for grade in grades:
        number = grade.number
        if number is None or grade.excused or grade.state != GIVEN:
            continue
        if grade.bonus:
            bonuses.append((number, grade.weight))
        else:
            ordinary.append((number, grade.weight))
    found = weighted_average(ordinary)
    if found is None or not bonuses:
        return found
    return _raised(found, bonuses)


def check_weight(weight: Decimal) -> Decimal:
    if not fits(weight, WEIGHT_PLACES) or not 0 < weight <= HEAVIEST:
        raise BadWeight(
            f"A weight is above 0 and at most {HEAVIEST}, with at most {WEIGHT_PLACES} decimals"
        )
    return weight


def proposal(average: Average, scale: Scale, rounding: Rounding = HALF_UP) -> Mark | None:
    """The mark without + or - that the average proposes; None where the scale has no numbers."""
    exact = average.exact
    marks = scale.around(exact)
    if marks is None:
        return None
    below, above = marks
    if below.number is None or above.number is None or below.number == above.number:
        return below
    low, high = Fraction(below.number), Fraction(above.number)
    return above if (exact - low) / (high - low) >= rounding.threshold else below


def _raised(found: Average, bonuses: list[tuple[Decimal, Decimal]]) -> Average:
    for value, weight in sorted(bonuses, reverse=True):
        if EXACT.multiply(value, found.weight) <= found.sum:
            break
        found = Average(
            EXACT.fma(value, weight, found.sum), EXACT.add(found.weight, weight), found.count + 1
        )
    return found
