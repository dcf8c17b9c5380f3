"""The results of a group of students taken together, and what of them a family may be told."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from domain.scales import Mark, Scale

FEWEST_TOLD = 5
"""Students with a grade of whom families are told anything."""
FAMILY = 2
"""How many of the group one family may have, as twins."""


@dataclass(frozen=True, slots=True)
class GroupResult:
    """How many students there are, the marks that they have, and how often each.

    `passing` and `good` are how many passed, and how many are in the better half of the marks that
    pass. The average is of the numbers; None where no mark has one.
    """

    students: int
    graded: int
    average: Fraction | None
    worst: Mark | None
    best: Mark | None
    distribution: tuple[tuple[Mark, int], ...]
    passing: int
    good: int

    @property
    def quality(self) -> Fraction | None:
        """The share of good marks."""
        return Fraction(self.good, self.graded) if self.graded else None

    @property
    def success(self) -> Fraction | None:
        """The share of marks that pass."""
        return Fraction(self.passing, self.graded) if self.graded else None


def group_result(marks: Sequence[Mark | None], scale: Scale) -> GroupResult:
    """The result of a group, by the mark of each student; None of one who has none."""
    there = [mark for mark in marks if mark is not None]
    often = Counter(there)
    ranked = sorted(often, key=lambda mark: _rank(mark, scale))
    numbers = [Fraction(mark.number) for mark in there if mark.number is not None]
    average = sum(numbers, Fraction(0)) / len(numbers) if numbers else None
    good = good_marks(scale)
    return GroupResult(
        len(marks),
        len(there),
        average,
        ranked[0] if ranked else None,
        ranked[-1] if ranked else None,
        tuple((mark, often[mark]) for mark in reversed(ranked)),
        sum(mark.passing for mark in there),
        sum(_is_good(mark, scale, good) for mark in there),
    )


def _rank(mark: Mark, scale: Scale) -> tuple[bool, bool | Fraction]:
    if mark.number is None:
        return False, mark.passing
    return True, scale.counting.goodness(mark.number)


def good_marks(scale: Scale) -> Fraction | None:
    """How good a mark is from which on it is good: the middle between the worst mark that passes
    and the best one. 4 and 5 are good of 2 to 5, where 3 passes."""
    ends = [each for each in scale.ends if each is not None]
    if not ends:
        return None
    if scale.marks:
        passing = [m.number for m in scale.marks if m.passing and m.number is not None and m.plain]
    else:
        passing = [scale.passing_from if scale.passing_from is not None else ends[0], *ends]
    passing = [number for number in passing if scale.passes(number)]
    worth = [scale.counting.goodness(number) for number in passing]
    return (min(worth) + max(worth)) / 2 if worth else None


def _is_good(mark: Mark, scale: Scale, good: Fraction | None) -> bool:
    if mark.number is None or good is None or not mark.passing:
        return False
    return scale.counting.goodness(mark.number) >= good


def may_be_told(marks: Sequence[Mark | None]) -> bool:
    """Whether families may be told the average, the best and the worst mark of a group.

    Nothing of fewer than five. Who knows the marks of their own children takes them off: so no
    two students may be all that keeps the others from being alike, or their marks would be known.
    """
    there = [mark for mark in marks if mark is not None]
    if len(there) < FEWEST_TOLD:
        return False
    commonest = max(Counter(there).values())
    return commonest < len(there) - FAMILY
