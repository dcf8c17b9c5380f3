"""What each grade contributes to an average of `domain.averages`, to the last digit."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Generic, TypeVar

from domain.averages import ScaleAverage, Scaled
from domain.counting import Best, Counting, counting_of
from domain.grading import counts
from domain.period_results import ZERO, WhyNot

G = TypeVar("G", bound=Scaled)


@dataclass(frozen=True, slots=True)
class Explained(Generic[G]):
    """A grade with its number in the scale of the average and its share of the weights, whose
    product it contributes; or why it does not count."""

    grade: G
    number: Fraction | None
    share: Fraction | None
    exact: Fraction
    why_not: WhyNot | None


def explained(grades: Sequence[G], shown: ScaleAverage) -> list[Explained[G]]:
    """Each of the grades that the averages were made of, in their order. What they contribute to
    this average adds up to it exactly."""
    numbers = {
        id(grade): _number(grade, shown.counting) for grade in grades if _is_of(grade, shown)
    }
    in_scale = {grade.grade_scale_id for grade in grades if id(grade) in numbers}
    if len(in_scale) == 1 and shown.scale in in_scale:
        numbers = {id(g): Fraction(g.number or 0) for g in grades if id(g) in numbers}
        worth = numbers
    else:
        worth = {id(g): _share(g) for g in grades if id(g) in numbers}
    own = [grade for grade in grades if id(grade) in numbers]
    used = _used(own, worth, shown, in_shares=worth is not numbers)
    whole = sum((Fraction(grade.weight) for grade in used), ZERO)
    ids = {id(grade) for grade in used}
    line = worth is numbers or len(shown.counting.anchors) == 2
    total = sum((worth[id(grade)] * Fraction(grade.weight) for grade in used), ZERO)
    found = []
    for grade in grades:
        if id(grade) not in ids:
            found.append(Explained(grade, None, None, ZERO, _why_not(grade, shown)))
            continue
        number, share = numbers[id(grade)], Fraction(grade.weight) / whole
        exact = number * share
        if not line:  # what is converted in pieces is told in proportion
            part = worth[id(grade)] * Fraction(grade.weight) / total if total else share
            exact = shown.average.exact * part
        found.append(Explained(grade, number, share, exact, None))
    return found


def _is_of(grade: Scaled, shown: ScaleAverage) -> bool:
    if not counts(grade):
        return False
    own = counting_of(grade.scale_counting)
    return own.converts if shown.counting.converts else grade.grade_scale_id == shown.scale


def _share(grade: Scaled) -> Fraction:
    return counting_of(grade.scale_counting).share(grade.number or Decimal(0))


def _number(grade: Scaled, shown: Counting) -> Fraction:
    if not shown.converts:
        return Fraction(grade.number or 0)
    return shown.number(_share(grade))


def _used(
    grades: Sequence[G], worth: dict[int, Fraction], shown: ScaleAverage, *, in_shares: bool
) -> list[G]:
    """Those that count: of bonuses, the best ones, while they improve the average."""
    used = [grade for grade in grades if not grade.bonus and grade.weight]
    highest = in_shares or shown.counting.best is Best.HIGHEST
    whole = sum((Fraction(grade.weight) for grade in used), ZERO)
    total = sum((worth[id(grade)] * Fraction(grade.weight) for grade in used), ZERO)
    bonuses = [grade for grade in grades if grade.bonus and grade.weight]
    for grade in sorted(bonuses, key=lambda g: (worth[id(g)], g.weight), reverse=highest):
        of_bonus = worth[id(grade)]
        if not whole or not (of_bonus > total / whole if highest else of_bonus < total / whole):
            break
        used.append(grade)
        whole, total = whole + Fraction(grade.weight), total + of_bonus * Fraction(grade.weight)
    return used


def _why_not(grade: Scaled, shown: ScaleAverage) -> WhyNot:
    if grade.excused:
        return WhyNot.EXCUSED
    if grade.state != "GIVEN":
        return WhyNot.DUE
    if grade.number is None:
        return WhyNot.NO_NUMBER
    if not _is_of(grade, shown):
        return WhyNot.OTHER_SCALE
    return WhyNot.LOWERS if grade.weight and grade.bonus else WhyNot.NO_WEIGHT
