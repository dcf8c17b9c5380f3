"""Averages of grades, exact to the last digit, and the marks that they propose."""

from collections.abc import Iterable, Mapping, Sequence
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
from typing import Any, Protocol, Self

from domain.counting import Best
from domain.scales import MOST_MARKS, Mark, Scale, canonical, fits

HEAVIEST = Decimal(100)
WEIGHT_PLACES = 2

EXACT = Context(prec=200, traps=[Inexact, InvalidOperation])
"""A context in which sums and products are exact, or raise."""

QUOTIENT = Context(prec=200, rounding=ROUND_05UP, traps=[DivisionByZero, InvalidOperation])
"""A context for quotients. A truncated quotient still rounds correctly a second time: ROUND_05UP
keeps below, at and above a half apart."""


class BadWeight(ValueError):
    """A weight that no grade may have."""


class GradeState(StrEnum):
    """DUE is a mark that is still owed; a WITHDRAWN grade stays on record."""

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


Number = Decimal | Fraction
"""A decimal, or a fraction where no decimal is exact: 10 points of 30 are a third."""


@dataclass(frozen=True, slots=True)
class Average:
    """Σ(value·weight), Σ(weight), which is above zero, and the number of grades."""

    sum: Number
    weight: Decimal
    count: int

    @property
    def exact(self) -> Fraction:
        return Fraction(self.sum) / Fraction(self.weight)

    def rounded(self, places: int = 2, rounding: str = ROUND_HALF_UP) -> Decimal:
        """The average, rounded once from the exact quotient, independent of the caller's
        context."""
        if isinstance(self.sum, Fraction):
            return rounded(self.exact, places, rounding)
        return _quotient(self.sum, self.weight, places, rounding)


def rounded(number: Fraction, places: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    """The fraction, rounded once to this many decimals."""
    return _quotient(Decimal(number.numerator), Decimal(number.denominator), places, rounding)


def _quotient(top: Decimal, bottom: Decimal, places: int, rounding: str) -> Decimal:
    unit = Decimal((0, (1,), -places))
    return QUOTIENT.divide(top, bottom).quantize(unit, rounding, QUOTIENT)


@dataclass(frozen=True, slots=True)
class Rounding:
    """The rounding of an average to a proposed mark: how far it must be on the way to the next
    better mark.

    With 0.6, 4.6 proposes 5; if 1 is best, 1.4 proposes 1. With 1, nothing is rounded up.
    Some marks may have thresholds of their own, by their text.
    """

    threshold: Decimal = Decimal("0.5")
    of_marks: tuple[tuple[str, Decimal], ...] = ()

    def __post_init__(self) -> None:
        for threshold in (self.threshold, *(own for _, own in self.of_marks)):
            if not threshold.is_finite() or not 0 < threshold <= 1:
                raise ValueError("A rounding threshold is above 0 and at most 1")
        if len({mark for mark, _ in self.of_marks}) < len(self.of_marks):
            raise ValueError("A mark has one threshold")
        if len(self.of_marks) > MOST_MARKS:
            raise ValueError(f"At most {MOST_MARKS} marks have thresholds of their own")

    def towards(self, mark: Mark) -> Decimal:
        """The threshold of the mark, on the way to which an average is."""
        return dict(self.of_marks).get(mark.token, self.threshold)

    def to_data(self) -> dict[str, Any]:
        """As JSON; numbers are strings, so that they stay exact."""
        own = {mark: canonical(threshold) for mark, threshold in self.of_marks}
        return {"threshold": canonical(self.threshold)} | ({"marks": own} if own else {})

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        own = data.get("marks", {}).items()
        of_marks = tuple((mark, Decimal(threshold)) for mark, threshold in own)
        return cls(Decimal(data["threshold"]), of_marks)


HALF_UP = Rounding()


def weighted_average(marks: Iterable[tuple[Decimal, Decimal]]) -> Average | None:
    """The average of (value, weight); None if all weights are zero.

    Grades with weight zero are shown but do not count.
    """
    total, weight, count = Decimal(0), Decimal(0), 0
    fma, add = EXACT.fma, EXACT.add
    for value, its_weight in marks:
        if its_weight:
            total = fma(value, its_weight, total)
            weight = add(weight, its_weight)
            count += 1
    return Average(total, weight, count) if weight else None


def counts(grade: Counted) -> bool:
    """Whether the grade counts in averages: it is given, not excused, and has a number."""
    return grade.number is not None and not grade.excused and grade.state == GIVEN


def average(grades: Iterable[Counted], best: Best = Best.HIGHEST) -> Average | None:
    """The average of the grades that count, all in one scale of which `best` is the better end.

    A bonus never makes it worse: bonuses are added from the best one on, while they improve the
    average. Bonuses alone make no average.
    """
    ordinary: list[tuple[Decimal, Decimal]] = []
    bonuses: list[tuple[Number, Decimal]] = []
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
    return bettered(found, bonuses, best)


def check_weight(weight: Decimal) -> Decimal:
    if not fits(weight, WEIGHT_PLACES) or not 0 < weight <= HEAVIEST:
        raise BadWeight(
            f"A weight is above 0 and at most {HEAVIEST}, with at most {WEIGHT_PLACES} decimals"
        )
    return weight


LATEST = 366


class BadDays(ValueError):
    """No number of days that work may be late."""


def check_late_days(days: int) -> int:
    if not 0 <= days <= LATEST:
        raise BadDays(f"Work is 0 to {LATEST} days late")
    return days


def proposal(average: Average, scale: Scale, rounding: Rounding = HALF_UP) -> Mark | None:
    """The mark without + or - that the average proposes; None if the scale has no numbers."""
    exact = average.exact
    marks = scale.around(exact)
    if marks is None:
        return None
    below, above = marks
    if below.number is None or above.number is None or below.number == above.number:
        return below
    low, high = Fraction(below.number), Fraction(above.number)
    way = (exact - low) / (high - low)
    if scale.counting.best is Best.LOWEST:
        return below if 1 - way >= rounding.towards(below) else above
    return above if way >= rounding.towards(above) else below


def bettered(
    found: Average, bonuses: Sequence[tuple[Number, Decimal]], best: Best = Best.HIGHEST
) -> Average:
    """The average with those bonuses (value, weight) that improve it."""
    highest = best is Best.HIGHEST
    for value, weight in sorted(bonuses, reverse=highest):
        if not weight:
            continue
        exact, of_bonus = found.exact, Fraction(value)
        if not (of_bonus > exact if highest else of_bonus < exact):
            break
        found = Average(
            _sum(found.sum, value, weight), EXACT.add(found.weight, weight), found.count + 1
        )
    return found


def _sum(before: Number, value: Number, weight: Decimal) -> Number:
    if isinstance(before, Decimal) and isinstance(value, Decimal):
        return EXACT.fma(value, weight, before)
    return Fraction(before) + Fraction(value) * Fraction(weight)
