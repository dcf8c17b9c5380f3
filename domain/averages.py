"""Averages over grades of several scales: joined where the school has said how they convert."""

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
    """A grade with what its own scale and its course's say of counting, as JSON."""

    @property
    def grade_scale_id(self) -> UUID: ...
    @property
    def scale_counting(self) -> str | None: ...
    @property
    def course_scale_id(self) -> UUID | None: ...
    @property
    def course_counting(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class ScaleAverage:
    """An average in numbers of a scale; of no scale, it is out of 100."""

    average: Average
    scale: UUID | None
    counting: Counting

    @property
    def share(self) -> Decimal | None:
        """The share of the best that the average is; None where the scale does not convert."""
        if not self.counting.converts:
            return None
        return rounded(self.counting.share(self.average.exact), SHARE_PLACES)

    @property
    def sum(self) -> Decimal:
        """Σ(value·weight): exact, or to so many places where it is a fraction without an end."""
        found = self.average.sum
        if isinstance(found, Decimal):
            return found
        return Decimal(canonical(rounded(found, SUM_PLACES)))


Grade = TypeVar("Grade", bound=Scaled)


def averages(grades: Sequence[Grade]) -> list[ScaleAverage]:
    """One of all the grades that count and whose scales convert, and one of each other scale.

    What is joined is shown in the scale of the grades' course, if they are of one and it converts;
    or else in the scale that they all have; or else out of 100.
    """
    if len({grade.grade_scale_id for grade in grades}) == 1:
        scale, counting = grades[0].grade_scale_id, counting_of(grades[0].scale_counting)
        if not counting.converts:  # as most are, and then nothing needs to be sorted out
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
    """The average of the shares that the grades are, of 0 to 1; all of them count and convert."""
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
