"""Averages of grades: exact, never through float."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact
from fractions import Fraction
from typing import Protocol

_EXACT = Context(prec=200, traps=[Inexact])
HEAVIEST = Decimal(100)


class BadWeight(ValueError):
    """A weight that no grade may have."""


class Counted(Protocol):
    """What an average needs of a grade."""

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
    """Σ(value·weight) and Σ(weight), both exact, over `count` grades."""

    sum: Decimal
    weight: Decimal
    count: int

    @property
    def exact(self) -> Fraction:
        return Fraction(self.sum) / Fraction(self.weight)

    def rounded(self, places: int = 2) -> Decimal:
        """The average with so many places, halves rounded away from zero."""
        scaled = self.exact * 10**places
        whole, rest = divmod(abs(scaled), 1)
        units = int(whole) + (rest >= Fraction(1, 2))
        return Decimal(units if scaled >= 0 else -units).scaleb(-places, _EXACT)


def weighted_average(grades: Iterable[Counted]) -> Average | None:
    """The average of the grades that count; None where none does.

    A withdrawn, excused or due grade does not count, nor one without a number.
    A bonus never lowers an average: it counts only where it raises it.
    """
    counting = [grade for grade in grades if _counts(grade)]
    found = _sum([grade for grade in counting if not grade.bonus])
    bonuses = [grade for grade in counting if grade.bonus]
    for bonus in sorted(bonuses, key=lambda grade: grade.number or Decimal(0), reverse=True):
        more = _add(found, bonus)
        if found is None or more.exact > found.exact:
            found = more
    return found


def _counts(grade: Counted) -> bool:
    return grade.number is not None and grade.state == "GIVEN" and not grade.excused


def _sum(grades: list[Counted]) -> Average | None:
    found: Average | None = None
    for grade in grades:
        found = _add(found, grade)
    return found


def _add(average: Average | None, grade: Counted) -> Average:
    number = grade.number or Decimal(0)
    worth = _EXACT.multiply(number, grade.weight)
    if average is None:
        return Average(worth, grade.weight, 1)
    return Average(
        _EXACT.add(average.sum, worth), _EXACT.add(average.weight, grade.weight), average.count + 1
    )


def check_weight(weight: Decimal) -> Decimal:
    """The weight as it is stored; raises BadWeight outside 0 < weight <= 100, two places."""
    if not weight.is_finite() or not 0 < weight <= HEAVIEST:
        raise BadWeight(f"A weight is more than 0 and at most {HEAVIEST}.")
    if weight != weight.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP):
        raise BadWeight("A weight has at most two decimal places.")
    return weight.quantize(Decimal("0.01"))
