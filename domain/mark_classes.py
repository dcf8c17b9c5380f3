"""The class of a mark by which it is coloured, whatever the scale."""

from fractions import Fraction

from domain.enums import DescribedEnum
from domain.scales import Mark, Scale

THIRD = Fraction(1, 3)


class MarkClass(DescribedEnum):
    """How a mark is coloured."""

    EXCELLENT = "EXCELLENT", "It is in the best third of the marks that pass."
    GOOD = "GOOD", "It is in their middle third."
    FAIR = "FAIR", "It is in their last third."
    FAILING = "FAILING", "It does not pass."
    PASSED = "PASSED", "It passes, and has no number."


def class_of(mark: Mark, scale: Scale) -> MarkClass:
    if not mark.passing:
        return MarkClass.FAILING
    if mark.number is None:
        return MarkClass.PASSED
    worth = scale.counting.goodness
    if scale.marks:
        numbers = [m.number for m in scale.marks if m.passing and m.plain and m.number is not None]
    else:
        numbers = [n for n in (*scale.ends, scale.passing_from) if n is not None]
        numbers = [n for n in numbers if scale.passes(n)]
    if not numbers:
        return MarkClass.FAIR
    low, high = min(map(worth, numbers)), max(map(worth, numbers))
    if high == low:
        return MarkClass.EXCELLENT
    place = (worth(mark.number) - low) / (high - low)
    if place > 2 * THIRD:
        return MarkClass.EXCELLENT
    return MarkClass.GOOD if place > THIRD else MarkClass.FAIR
