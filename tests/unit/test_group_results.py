"""The results of a group, and of which groups families are told anything."""

from fractions import Fraction

import pytest

from domain.group_results import group_result, may_be_told
from domain.presets import FIVE_POINT, ONE_TO_SIX
from domain.scales import Mark


def marks(values: str) -> list[Mark | None]:
    """`-` is a student without a grade."""
    return [None if value == "-" else FIVE_POINT.mark(value) for value in values.split()]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ("", False),
        ("5 4 3 2", False),
        ("5 4 3 2 -", False),  # five students, and grades of four
        ("5 4 3 2 4", True),
        ("5 5 4 3 2", True),
        # Whoever knows the marks of two children would know those of the others.
        ("5 5 5 4 3", False),
        ("5 5 5 5 5", False),
        ("5 5 5 5 4 3", False),
        ("5 5 5 4 3 2", True),
        ("5 5 5 5 5 5 5 5 5 4 4", False),
        ("5 5 5 5 5 5 5 5 4 4 4", True),
    ],
)
def test_families_are_told_of_five_or_more_of_whom_two_cannot_know_the_rest(
    values: str, told: bool
) -> None:
    assert may_be_told(marks(values)) is told


def test_a_group_is_counted_with_those_who_have_no_grade() -> None:
    found = group_result(marks("5 4 3 2 -"), FIVE_POINT)
    assert (found.students, found.graded, found.average) == (5, 4, Fraction(7, 2))
    assert (found.success, found.quality) == (Fraction(3, 4), Fraction(1, 2))
    worst, best = found.worst, found.best
    assert (worst and worst.token, best and best.token) == ("2", "5")
    assert [(mark.token, count) for mark, count in found.distribution] == [
        ("5", 1), ("4", 1), ("3", 1), ("2", 1),
    ]  # fmt: skip
    nobody = group_result([None, None], FIVE_POINT)
    assert (nobody.students, nobody.graded, nobody.average) == (2, 0, None)
    assert (nobody.success, nobody.quality) == (None, None)


def test_the_best_of_a_scale_whose_lowest_number_is_best_is_the_lowest() -> None:
    found = group_result([ONE_TO_SIX.mark(value) for value in "1234"], ONE_TO_SIX)
    best, worst = found.best, found.worst
    assert (best and best.token, worst and worst.token) == ("1", "4")
    assert [mark.token for mark, _ in found.distribution] == ["1", "2", "3", "4"]
