"""Averages over several scales: shares of points, conversions of a school, extra credit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from json import dumps
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.averages import ScaleAverage, averages
from domain.counting import BadCounting, Best, Counting, counting_of
from domain.grading import average, rounded
from domain.presets import FIVE_POINT, HUNDRED_POINT, LETTERS, ONE_TO_SIX
from domain.scales import Scale

FIFTY, TEN, FIVE, LETTER, SIX, HUNDRED = (UUID(int=place) for place in range(1, 7))
COUNTING = {
    FIFTY: Counting.of_points(Decimal(50)),
    TEN: Counting.of_points(Decimal(10)),
    HUNDRED: HUNDRED_POINT.counting,
    FIVE: FIVE_POINT.counting,
    LETTER: LETTERS.counting,
    SIX: ONE_TO_SIX.counting,
}
FIVE_AS_SHARES = Counting(
    anchors=tuple(
        (Decimal(number), Decimal(share))
        for number, share in ((2, "0"), (3, "0.5"), (4, "0.75"), (5, "1"))
    )
)
SIX_AS_SHARES = Counting(Best.LOWEST, ((Decimal(1), Decimal(1)), (Decimal(6), Decimal(0))))


def text(counting: Counting) -> str:
    return dumps(counting.to_data())


@dataclass(frozen=True)
class Grade:
    number: Decimal | None
    grade_scale_id: UUID
    weight: Decimal = Decimal(1)
    state: str = "GIVEN"
    excused: bool = False
    bonus: bool = False
    scale_counting: str | None = None
    course_scale_id: UUID | None = None
    course_counting: str | None = None


def grade(number: str | int, scale: UUID, weight: str | int = 1, **other: object) -> Grade:
    made = Grade(Decimal(number), scale, Decimal(weight), scale_counting=text(COUNTING[scale]))
    return replace(made, **other)  # type: ignore[arg-type]


def of_course(scale: UUID, counting: Counting, *grades: Grade) -> list[Grade]:
    return [replace(each, course_scale_id=scale, course_counting=text(counting)) for each in grades]


def shown(grades: Sequence[Grade]) -> list[tuple[str, UUID | None, str | None, str | None]]:
    """Of each average its value, its scale, what it is out of, and its share."""
    return [
        (
            str(each.average.rounded()),
            each.scale,
            None if each.counting.out_of is None else str(each.counting.out_of),
            None if each.share is None else str(each.share),
        )
        for each in averages(grades)
    ]


WORKS = grade(45, FIFTY, 3), grade(8, TEN)


def test_points_count_as_a_share_of_their_maximum() -> None:
    assert shown(WORKS) == [("87.50", None, "100", "0.8750")]
    (found,) = averages(WORKS)
    assert (found.average.exact, found.sum, found.average.weight, found.average.count) == (
        Fraction(175, 2), Decimal(350), Decimal(4), 2,
    )  # fmt: skip


def test_what_is_joined_is_shown_in_the_scale_of_the_course_by_its_rule() -> None:
    assert shown(of_course(HUNDRED, HUNDRED_POINT.counting, *WORKS)) == [
        ("87.50", HUNDRED, "100", "0.8750")
    ]
    assert shown(of_course(TEN, COUNTING[TEN], *WORKS)) == [("8.75", TEN, "10", "0.8750")]
    # Half of the way from 0.75 to 1 is half of the way from 4 to 5.
    assert shown(of_course(FIVE, FIVE_AS_SHARES, *WORKS)) == [("4.50", FIVE, "5", "0.8750")]
    # An eighth of the way from 1, which is best, to 6.
    assert shown(of_course(SIX, SIX_AS_SHARES, *WORKS)) == [("1.63", SIX, None, "0.8750")]
    # A course whose scale does not convert says nothing of points.
    assert shown(of_course(LETTER, LETTERS.counting, *WORKS)) == [("87.50", None, "100", "0.8750")]


def test_courses_of_several_scales_say_nothing_of_what_is_joined_over_them() -> None:
    hundred = of_course(HUNDRED, HUNDRED_POINT.counting, WORKS[0])
    ten = of_course(TEN, COUNTING[TEN], WORKS[1])
    assert shown([*hundred, *ten]) == [("87.50", None, "100", "0.8750")]
    assert shown([*hundred, WORKS[1]]) == [("87.50", None, "100", "0.8750")]


def test_grades_of_one_scale_have_their_average_in_it() -> None:
    assert shown([grade(5, FIVE, 2), grade("3.7", FIVE)]) == [("4.57", FIVE, None, None)]
    # Marks of one scale are not sent through shares and back, where the way is bent.
    bent = [grade(mark, FIVE, scale_counting=text(FIVE_AS_SHARES)) for mark in (2, 2, 5)]
    assert shown(bent) == [("3.00", FIVE, "5", "0.5000")]
    assert shown([grade(45, FIFTY, 3), grade(40, FIFTY)]) == [("43.75", FIFTY, "50", "0.8750")]
    one = of_course(HUNDRED, HUNDRED_POINT.counting, grade(45, FIFTY))
    assert shown(one) == [("90.00", HUNDRED, "100", "0.9000")]


def test_scales_that_nobody_said_how_to_convert_have_an_average_each() -> None:
    mixed = [*WORKS, grade(5, FIVE), grade("3.7", LETTER), grade(4, FIVE, 3)]
    assert shown(mixed) == [
        ("87.50", None, "100", "0.8750"),
        ("4.25", FIVE, None, None),
        ("3.70", LETTER, None, None),
    ]


def test_a_scale_joins_once_the_school_has_said_how_it_converts() -> None:
    five = grade(4, FIVE, 4, scale_counting=text(FIVE_AS_SHARES))
    assert shown([*WORKS, five]) == [("81.25", None, "100", "0.8125")]
    six = grade(1, SIX, 4, scale_counting=text(SIX_AS_SHARES))
    assert shown([*WORKS, six]) == [("93.75", None, "100", "0.9375")]


def test_a_share_without_an_end_is_kept_exact_and_shown_rounded_once() -> None:
    thirty = Counting.of_points(Decimal(30))
    of_thirty = replace(grade(10, TEN), grade_scale_id=HUNDRED, scale_counting=text(thirty))
    (found,) = averages([of_thirty, grade(5, TEN)])
    assert found.average.exact == Fraction(125, 3)
    assert (str(found.average.rounded()), str(found.sum), str(found.share)) == (
        "41.67", "83.333333", "0.4167",
    )  # fmt: skip


def test_extra_credit_counts_above_the_whole() -> None:
    assert shown([grade(51, FIFTY), grade(10, TEN)]) == [("101.00", None, "100", "1.0100")]
    assert shown([grade(51, FIFTY)]) == [("51.00", FIFTY, "50", "1.0200")]


def test_work_that_weighs_nothing_is_not_counted() -> None:
    assert shown([grade(45, FIFTY, 3), grade(0, TEN, 0)]) == [("90.00", None, "100", "0.9000")]
    assert averages([grade(45, FIFTY, 0), grade(0, TEN, 0)]) == []
    assert [each.average.count for each in averages([grade(4, FIVE), grade(2, FIVE, 0)])] == [1]


def test_grades_that_do_not_count_make_no_average_in_any_scale() -> None:
    idle = [
        grade(1, TEN, excused=True),
        grade(1, FIVE, state="WITHDRAWN"),
        grade(1, LETTER, state="DUE"),
        grade(1, FIFTY, bonus=True),
        replace(grade(1, TEN), number=None),
    ]
    assert averages(idle) == averages([]) == []


def test_a_bonus_counts_where_it_makes_the_average_better() -> None:
    good, bad = grade(10, TEN, bonus=True), grade(1, TEN, bonus=True)
    assert shown([*WORKS, bad]) == shown(WORKS)
    assert shown([*WORKS, good]) == [("90.00", None, "100", "0.9000")]
    marks = [grade(2, SIX), grade(2, SIX)]
    for as_good in ([*marks, grade(2, SIX, bonus=True)], [*WORKS, grade("8.75", TEN, bonus=True)]):
        assert [each.average.count for each in averages(as_good)] == [2]
    assert shown([*marks, grade(1, SIX, bonus=True)]) == [("1.67", SIX, None, None)]
    assert shown([*marks, grade(3, SIX, bonus=True)]) == [("2.00", SIX, None, None)]


points = some.builds(
    lambda share, maximum, weight: (share, Decimal(maximum), weight),
    some.decimals(0, 1, places=3),
    some.integers(1, 500),
    some.decimals(0, 100, places=2),
)


def of_points(share: Decimal, maximum: Decimal, weight: Decimal) -> Grade:
    """A work of which the student had this share, up to a thousandth of a point."""
    number = Decimal(int(share * maximum * 1000)) / 1000
    own = Counting.of_points(maximum)
    return Grade(number, UUID(int=100 + int(maximum)), weight, scale_counting=text(own))


@given(some.lists(points))
def test_an_average_of_points_is_the_fraction_of_their_shares(
    works: list[tuple[Decimal, Decimal, Decimal]],
) -> None:
    grades = [of_points(*work) for work in works]
    weight = sum(Fraction(each.weight) for each in grades)
    found = averages(grades)
    if not weight:
        assert found == []
        return
    top = sum(
        Fraction(each.number or 0) / Fraction(maximum) * Fraction(each.weight)
        for each, (_, maximum, _) in zip(grades, works, strict=True)
    )
    (one,) = found
    assert one.share == rounded(top / weight, 4)
    assert one.average.count == sum(1 for each in grades if each.weight)


def value_of(found: list[ScaleAverage]) -> list[Fraction]:
    return [each.average.exact for each in found]


@given(some.lists(points, min_size=1), some.integers(2, 9))
def test_doubling_a_works_points_and_maximum_changes_no_joined_average(
    works: list[tuple[Decimal, Decimal, Decimal]], times: int
) -> None:
    course = Counting.of_points(Decimal(100))
    once = of_course(HUNDRED, course, *(of_points(*work) for work in works))
    more = [
        replace(
            each,
            number=(each.number or Decimal(0)) * times,
            grade_scale_id=UUID(int=10_000 + int(maximum) * times),
            scale_counting=text(Counting.of_points(maximum * times)),
        )
        for each, (_, maximum, _) in zip(once, works, strict=True)
    ]
    assert value_of(averages(once)) == value_of(averages(more))


shares = some.lists(some.decimals(0, 2, places=3), min_size=2, max_size=6, unique=True).map(sorted)
numbers = some.lists(some.integers(-100, 100), min_size=6, max_size=6, unique=True).map(sorted)


@given(numbers, shares, some.sampled_from(Best), some.fractions(-200, 200))
def test_a_number_is_a_share_and_the_share_that_number(
    numbers: list[int], shares: list[Decimal], best: Best, number: Fraction
) -> None:
    ordered = shares if best is Best.HIGHEST else shares[::-1]
    anchors = tuple((Decimal(at), share) for at, share in zip(numbers, ordered, strict=False))
    counting = Counting(best, anchors)
    assert all(counting.share(at) == Fraction(share) for at, share in anchors)
    assert counting.number(counting.share(number)) == number
    assert counting_of(text(counting)) == counting


@given(some.lists(some.sampled_from([1, 2, 3, 4, 5, 6]), min_size=1), some.sampled_from([1, 2, 6]))
def test_a_bonus_never_makes_an_average_worse_where_less_is_better(
    marks: list[int], bonus: int
) -> None:
    before = average([grade(mark, SIX) for mark in marks], Best.LOWEST)
    after = average(
        [*(grade(mark, SIX) for mark in marks), grade(bonus, SIX, bonus=True)], Best.LOWEST
    )
    assert before is not None
    assert after is not None
    assert after.exact <= before.exact


@pytest.mark.parametrize(
    ("best", "anchors", "message"),
    [
        ("HIGHEST", [("0", "0")], "2 to 100 numbers"),
        ("HIGHEST", [("0", "0"), ("0", "1")], "rise"),
        ("HIGHEST", [("0", "1"), ("1", "0")], "greater share"),
        ("HIGHEST", [("0", "1"), ("1", "1")], "greater share"),
        ("LOWEST", [("0", "0"), ("1", "1")], "greater share"),
    ],
)
def test_a_conversion_that_leads_nowhere_is_refused(
    best: str, anchors: list[tuple[str, str]], message: str
) -> None:
    with pytest.raises(BadCounting, match=message):
        Counting.from_data({"best": best, "shares": anchors})


@pytest.mark.parametrize("shares", [[["0"]], [[0, 1]], 7, [["0", "NaN"], ["1", "1"]], "ab"])
def test_a_conversion_that_is_not_as_written_is_refused(shares: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever of ours says so
        Counting.from_data({"best": "HIGHEST", "shares": shares})


def test_a_scale_says_nothing_of_conversion_unless_it_does() -> None:
    plain = Scale("Plain", (), Decimal(0), Decimal(10), Decimal(1))
    assert Scale.from_data(plain.to_data()).counting == counting_of(None) == Counting()
    assert HUNDRED_POINT.to_data()["average"] == {
        "best": "HIGHEST",
        "shares": [["0", "0"], ["100", "1"]],
    }
