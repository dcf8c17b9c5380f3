"""Averages of grades in several scales, converted where the school has defined how."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol, TypeVar
from uuid import UUID

from domain.counting import HUNDREDTHS, Counting, counting_of
from domain.grading import (
    EXACT,
    Average,
    Counted,
    Number,
    average,
    bettered,
    counts,
    rounded,
)
from domain.scales import canonical

SUM_PLACES = 6
SHARE_PLACES = 4


class Scaled(Counted, Protocol):
    """A grade with the JSON of how its own scale and its course's scale count."""

    @property
    def grade_scale_id(self) -> UUID: ...
    @property
    def scale_counting(self) -> str | None: ...
    @property
    def course_scale_id(self) -> UUID | None: ...
    @property
    def course_counting(self) -> str | None: ...


@dataclass(slots=True)
class ScaleAverage:
    """An average in the numbers of a scale; without a scale it is out of 100."""

    average: Average
    scale: UUID | None
    counting: Counting

    @property
    def share(self) -> Decimal | None:
        """The average as a share of the best; None if the scale does not convert."""
        if not self.counting.converts:
            return None
        return rounded(self.counting.share(self.average.exact), SHARE_PLACES)

    @property
    def sum(self) -> Decimal:
        """Σ(value·weight): exact, or rounded to `SUM_PLACES` if no decimal is exact."""
        found = self.average.sum
        if isinstance(found, Decimal):
            return found
        return Decimal(canonical(rounded(found, SUM_PLACES)))


Grade = TypeVar("Grade", bound=Scaled)


def averages(grades: Sequence[Grade]) -> list[ScaleAverage]:
    """One average of all grades whose scales convert, and one for each other scale.

    The first is shown in the scale of the grades' course if they have one course and its scale
    converts, or else in their only scale, or else out of 100.
    """
    scale = grades[0].grade_scale_id if grades else None
    if scale is not None and _are_all_in(scale, grades):
        counting = counting_of(grades[0].scale_counting)
        if not counting.converts:  # as most scales, so this case is fast
            mean = average(grades, counting.best)
            return [ScaleAverage(mean, scale, counting)] if mean else []
    by_scale: dict[UUID, list[Grade]] = defaultdict(list)
    for grade in grades:
        if counts(grade):
            by_scale[grade.grade_scale_id].append(grade)
    if not by_scale:
        return []
    joined: dict[UUID, list[Grade]] = {}
    found: list[tuple[UUID | None, Counting, Average | None]] = []
    for scale, own in by_scale.items():
        counting = counting_of(own[0].scale_counting)
        if counting.converts:
            joined[scale] = own
        else:
            found.append((scale, counting, average(own, counting.best)))
    if joined:
        found.insert(0, _joined(joined))
    return [ScaleAverage(mean, scale, counting) for scale, counting, mean in found if mean]


def _are_all_in(scale: UUID, grades: Sequence[Scaled]) -> bool:
    """Compared one by one: a set would hash each id, which takes ten times as long."""
    for grade in grades:  # noqa: SIM110
        if grade.grade_scale_id != scale:
            return False
    return True


def _joined(by_scale: dict[UUID, list[Grade]]) -> tuple[UUID | None, Counting, Average | None]:
    scale, shown = _shown_in(by_scale)
    grades = [grade for own in by_scale.values() for grade in own]
    if list(by_scale) == [scale]:
        return scale, shown, average(grades, shown.best)
    shares = share_average(grades)
    if shares is None:
        return scale, shown, None
    weight = shares.weight
    return (
        scale,
        shown,
        Average(shown.number(shares.exact) * Fraction(weight), weight, shares.count),
    )


def _shown_in(by_scale: dict[UUID, list[Grade]]) -> tuple[UUID | None, Counting]:
    of_courses = {
        grade.course_scale_id: grade.course_counting for own in by_scale.values() for grade in own
    }
    if len(of_courses) == 1:
        ((scale, text),) = of_courses.items()
        if scale is not None and (counting := counting_of(text)).converts:
            return scale, counting
    if len(by_scale) == 1:
        ((scale, own),) = by_scale.items()
        return scale, counting_of(own[0].scale_counting)
    return None, HUNDREDTHS


def share_average(grades: Sequence[Scaled]) -> Average | None:
    """The average of the grades' shares, from 0 to 1. All grades count, and their scales
    convert."""
    ordinary: list[tuple[Number, Decimal]] = []
    bonuses: list[tuple[Number, Decimal]] = []
    for grade in grades:
        share = counting_of(grade.scale_counting).share(grade.number or Decimal(0))
        (bonuses if grade.bonus else ordinary).append((share, grade.weight))
    total, weight, count = Fraction(0), Decimal(0), 0
    for value, its_weight in ordinary:
        if its_weight:
            total += Fraction(value) * Fraction(its_weight)
            weight = EXACT.add(weight, its_weight)
            count += 1
    return bettered(Average(total, weight, count), bonuses) if weight else None
