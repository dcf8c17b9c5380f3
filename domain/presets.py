"""The ready-made scales. A school's own scales are stored in the same form."""

from collections.abc import Iterator
from decimal import Decimal

from domain.counting import Best, Counting
from domain.enums import DescribedEnum
from domain.scales import Mark, Scale


def _points(name: str, minimum: int, maximum: int, passing_from: int) -> Scale:
    """A scale of points. If the range begins at 0, points count as a share of the maximum."""
    low, high = Decimal(minimum), Decimal(maximum)
    counting = Counting() if minimum else Counting.of_points(high)
    passing = Decimal(passing_from)
    return Scale(name, (), low, high, Decimal(1), passing, counting)


def _signed(number: int, most: int, plus: Decimal, *, passing: bool) -> Iterator[Mark]:
    for sign, shift in (("+", plus), ("", Decimal(0)), ("-", -plus)):
        worth = min(max(number + shift, Decimal(1)), Decimal(most))
        yield Mark(f"{number}{sign}", worth, passing)


FIVE_POINT = Scale(
    "Five-point",
    tuple(
        mark
        for number in (5, 4, 3, 2, 1)
        for mark in _signed(number, 5, Decimal("0.3"), passing=number >= 3)
    ),
)
"""1 to 5 with + or -: a sign moves the number by 0.3 (4- is 3.7), but not beyond 1 or 5."""

ONE_TO_SIX = Scale(
    "One to six",
    tuple(
        mark
        for number in (1, 2, 3, 4, 5, 6)
        for mark in _signed(number, 6, Decimal("-0.3"), passing=number <= 4)
    ),
    counting=Counting(Best.LOWEST),
)
"""1 is best, with + or -: a sign moves the number by 0.3 (2+ is 1.7), but not beyond 1 or 6."""

TEN_POINT = _points("Ten-point", 1, 10, passing_from=4)
TWELVE_POINT = _points("Twelve-point", 1, 12, passing_from=4)
HUNDRED_POINT = _points("Hundred-point", 0, 100, passing_from=60)

LETTERS = Scale(
    "Letters",
    tuple(
        Mark(token, Decimal(worth), passing=worth != "0")
        for token, worth in zip(
            ("A+", "A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D+", "D", "D-", "F"),
            ("4", "4", "3.7", "3.3", "3", "2.7", "2.3", "2", "1.7", "1.3", "1", "0.7", "0"),
            strict=True,
        )
    ),
)
"""A+ to F with grade points; A+ is worth no more than A."""

PASS_FAIL = Scale("Pass/fail", (Mark("pass", None, True), Mark("fail", None, False)))

PRESETS = (FIVE_POINT, ONE_TO_SIX, TEN_POINT, TWELVE_POINT, HUNDRED_POINT, LETTERS, PASS_FAIL)


def _description(scale: Scale) -> str:
    return f"{scale.name}: {scale.allowed}."


class ReadyScale(DescribedEnum):
    """A scale that every school finds ready."""

    FIVE_POINT = "FIVE_POINT", _description(FIVE_POINT)
    ONE_TO_SIX = "ONE_TO_SIX", _description(ONE_TO_SIX)
    TEN_POINT = "TEN_POINT", _description(TEN_POINT)
    TWELVE_POINT = "TWELVE_POINT", _description(TWELVE_POINT)
    HUNDRED_POINT = "HUNDRED_POINT", _description(HUNDRED_POINT)
    LETTERS = "LETTERS", _description(LETTERS)
    PASS_FAIL = "PASS_FAIL", _description(PASS_FAIL)


READY = dict(zip(ReadyScale, PRESETS, strict=True))
