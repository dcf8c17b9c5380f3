from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import (
    ROUND_05UP,
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    Inexact,
    localcontext,
)
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.grading import (
    HALF_UP,
    Average,
    BadWeight,
    Rounding,
    average,
    check_weight,
    proposal,
    weighted_average,
)
from domain.presets import FIVE_POINT, HUNDRED_POINT, LETTERS, ONE_TO_SIX, PASS_FAIL

ROUNDINGS = (
    *(ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_UP),
    *(ROUND_DOWN, ROUND_CEILING, ROUND_FLOOR, ROUND_05UP),
)


@dataclass(frozen=True)
class Grade:
    number: Decimal | None
    weight: Decimal = Decimal(1)
    state: str = "GIVEN"
    excused: bool = False
    bonus: bool = False


values = some.decimals(-99_999, 99_999, places=3)
weights = some.decimals("0.01", 100, places=2)
pairs = some.lists(some.tuples(values, weights), min_size=1)
grades = some.lists(
    some.builds(
        Grade,
        number=some.none() | values,
        weight=weights,
        state=some.sampled_from(["GIVEN", "GIVEN", "DUE", "WITHDRAWN"]),
        excused=some.booleans(),
        bonus=some.booleans(),
    )
)


def marks(*written: str) -> list[Grade]:
    return [Grade(FIVE_POINT.mark(token).number) for token in written]


def exactly(grades: Iterable[Grade]) -> Fraction | None:
    found = average(grades)
    return None if found is None else found.exact


@given(pairs)
def test_an_average_is_the_fraction_of_the_sums(marks: list[tuple[Decimal, Decimal]]) -> None:
    found = weighted_average(marks)
    top = sum(Fraction(value) * Fraction(weight) for value, weight in marks)
    assert found is not None
    assert found.exact == top / sum(Fraction(weight) for _, weight in marks)
    assert found.count == len(marks)


@given(pairs, some.integers(0, 6), some.sampled_from(ROUNDINGS))
def test_an_average_is_rounded_once_from_the_exact_quotient(
    marks: list[tuple[Decimal, Decimal]], places: int, rounding: str
) -> None:
    found = weighted_average(marks)
    assert found is not None
    whole, part = divmod(found.exact * 10**places, 1)
    sticky = (part > 0) + (part >= Fraction(1, 2)) + (part > Fraction(1, 2))
    near = Decimal(whole) + Decimal(sticky) / 4
    expected = near.quantize(Decimal(1), rounding).scaleb(-places)
    assert found.rounded(places, rounding) == expected


@given(grades.flatmap(lambda given: some.tuples(some.just(given), some.permutations(given))))
def test_the_order_of_grades_does_not_matter(both: tuple[list[Grade], list[Grade]]) -> None:
    given, shuffled = both
    assert exactly(given) == exactly(shuffled)


@given(grades)
def test_an_average_lies_between_the_lowest_and_the_highest_grade(grades: list[Grade]) -> None:
    numbers = [Fraction(each.number) for each in grades if each.number is not None]
    found = exactly(grades)
    assert found is None or min(numbers) <= found <= max(numbers)


@given(grades, values, weights)
def test_a_bonus_never_lowers_an_average(
    grades: list[Grade], value: Decimal, weight: Decimal
) -> None:
    before = exactly(grades)
    after = exactly([*grades, Grade(value, weight, bonus=True)])
    assert (before is None and after is None) or (
        before is not None and after is not None and after >= before
    )


@given(grades)
def test_bonuses_count_so_that_the_average_is_the_highest_they_allow(grades: list[Grade]) -> None:
    grades = grades[:7]
    ordinary = [each for each in grades if not each.bonus]
    bonuses = [replace(each, bonus=False) for each in grades if each.bonus]
    chosen = (
        [each for place, each in enumerate(bonuses) if choice >> place & 1]
        for choice in range(2 ** len(bonuses))
    )
    best = exactly(ordinary)
    if best is not None:
        best = max(exactly([*ordinary, *some_of_them]) or best for some_of_them in chosen)
    assert exactly(grades) == best


def test_an_average_keeps_its_sums_and_count() -> None:
    found = weighted_average([(Decimal(5), Decimal(2)), (Decimal("3.7"), Decimal("0.5"))])
    assert found == Average(Decimal("11.85"), Decimal("2.5"), 2)
    assert found is not None
    assert str(found.rounded()) == "4.74"


def test_nothing_that_weighs_has_no_average() -> None:
    assert weighted_average([]) is None
    assert weighted_average([(Decimal(5), Decimal(0))]) is None
    assert average([]) is None


def test_a_half_is_rounded_up_and_never_by_way_of_another_rounding() -> None:
    assert str(Average(Decimal("9.01"), Decimal(2), 2).rounded()) == "4.51"
    just_below = Average(Decimal("4.4949999999999999999999999999999999999"), Decimal(1), 1)
    assert str(just_below.rounded()) == "4.49"
    assert str(just_below.rounded(0)) == "4"
    assert str(Average(Decimal(-1), Decimal(2), 1).rounded(0)) == "-1"


def test_an_average_does_not_depend_on_the_callers_decimal_context() -> None:
    rough = Context(prec=1, rounding=ROUND_UP, traps=[Inexact], Emax=1, Emin=-1)
    with localcontext(rough):
        found = average([*marks("4-", "4-", "5"), Grade(Decimal(5), Decimal("99.99"), bonus=True)])
        assert found is not None
        assert str(found.rounded(4)) == "4.9748"


def test_only_given_grades_with_a_number_count() -> None:
    idle = [
        Grade(Decimal(1), state="WITHDRAWN"),
        Grade(None, state="DUE"),
        Grade(Decimal(1), state="DUE"),
        Grade(Decimal(1), excused=True),
        Grade(PASS_FAIL.mark("pass").number),
    ]
    assert average(idle) is None
    assert average([*marks("5", "4"), *idle]) == Average(Decimal(9), Decimal(2), 2)


def test_a_bonus_counts_where_it_raises_the_average_and_not_where_it_would_lower_it() -> None:
    given = marks("4", "4")
    assert exactly([*given, Grade(Decimal(5), bonus=True)]) == Fraction(13, 3)
    assert exactly([*given, Grade(Decimal(3), bonus=True)]) == 4
    assert exactly([*given, Grade(Decimal(4), bonus=True)]) == 4


def test_bonuses_alone_make_no_average() -> None:
    assert average([Grade(Decimal(5), bonus=True)]) is None


@pytest.mark.parametrize("weight", ["0.01", "1", "1.5", "1.500", "99.99", "100", "1E+2"])
def test_a_weight_is_taken_as_it_is(weight: str) -> None:
    assert check_weight(Decimal(weight)) == Decimal(weight)


@pytest.mark.parametrize(
    "weight",
    ["0", "-1", "100.01", "0.001", "1.005", "NaN", "sNaN", "Infinity", "1e9999999", "1e-9999999"],
)
def test_a_weight_that_no_grade_may_have_is_refused(weight: str) -> None:
    with pytest.raises(BadWeight) as raised:
        check_weight(Decimal(weight))
    assert str(raised.value) == "A weight is above 0 and at most 100, with at most 2 decimals"


def proposed(numerator: str, denominator: str, threshold: str) -> str | None:
    mark = proposal(
        Average(Decimal(numerator), Decimal(denominator), 1),
        FIVE_POINT,
        Rounding(Decimal(threshold)),
    )
    return mark.token if mark else None


@pytest.mark.parametrize(
    ("numerator", "denominator", "threshold", "token"),
    [
        ("4.5", "1", "0.5", "5"),
        ("4.49", "1", "0.5", "4"),
        ("4.6", "1", "0.6", "5"),
        ("4.599", "1", "0.6", "4"),
        ("14", "3", "0.6667", "4"),
        ("14", "3", "0.6666", "5"),
        ("4.99", "1", "1", "4"),
        ("5", "1", "1", "5"),
        ("1", "1", "0.5", "1"),
        ("0.2", "1", "0.5", "1"),
    ],
)
def test_an_average_proposes_the_mark_that_the_threshold_says(
    numerator: str, denominator: str, threshold: str, token: str
) -> None:
    assert proposed(numerator, denominator, threshold) == token


def test_proposals_follow_the_scale() -> None:
    assert Rounding(Decimal("0.5")) == HALF_UP
    assert proposal(Average(Decimal("87.5"), Decimal(1), 1), HUNDRED_POINT) == HUNDRED_POINT.mark(
        "88"
    )
    assert proposal(Average(Decimal("3.4"), Decimal(1), 1), LETTERS) == LETTERS.mark("B")
    assert proposal(Average(Decimal(1), Decimal(1), 1), PASS_FAIL) is None


@pytest.mark.parametrize(
    ("mean", "threshold", "token"),
    [("1.5", "0.5", "1"), ("1.51", "0.5", "2"), ("1.4", "0.6", "1"), ("1.41", "0.6", "2"),
     ("1.01", "1", "2"), ("1", "1", "1"), ("6.5", "0.5", "6")],
)  # fmt: skip
def test_the_next_better_mark_is_the_lower_where_the_lowest_is_best(
    mean: str, threshold: str, token: str
) -> None:
    found = Average(Decimal(mean), Decimal(1), 1)
    assert proposal(found, ONE_TO_SIX, Rounding(Decimal(threshold))) == ONE_TO_SIX.mark(token)


@pytest.mark.parametrize("threshold", ["0", "-0.5", "1.1", "NaN", "Infinity"])
def test_a_threshold_is_a_part_of_the_way(threshold: str) -> None:
    with pytest.raises(ValueError, match="above 0 and at most 1"):
        Rounding(Decimal(threshold))
