"""What a grade may still become: what is needed reaches its target, and nothing shorter does."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations_with_replacement
from time import monotonic

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.counting import Best
from domain.grading import Rounding
from domain.grading_rules import Category, Drop, GradingMethod, GradingRule
from domain.period_results import Attendance, Given, NotAttested, Setting, result_of
from domain.presets import FIVE_POINT, HUNDRED_POINT, ONE_TO_SIX
from domain.progress import Direction, Point, SeriesStep, begins, moving, trend
from domain.prospects import Needed, Work, at_least, forecast, marks_of, needed
from domain.scales import Scale
from domain.works import WorkTypeKind as W

DAY = date(2026, 10, 12)
ONE, TWO = Work(W.CLASSWORK, Decimal(1)), Work(W.TEST, Decimal(2))


def marks(values: str, scale: Scale = FIVE_POINT, kind: W = W.CLASSWORK) -> list[Given]:
    return [
        Given(each, scale.mark(each).number, Decimal(1), kind, scale, DAY)
        for each in values.split()
    ]


def lists(found: Needed) -> list[str]:
    return [
        " ".join(f"{each.value}x{each.weight}".removesuffix("x1") for each in own)
        for own in found.lists
    ]


def ask(
    values: str,
    target: str,
    *works: Work,
    rule: GradingRule | None = None,
    scale: Scale = FIVE_POINT,
) -> Needed:
    of = Setting(rule or GradingRule(), scale, today=DAY)
    return needed(marks(values, scale), of, scale.mark(target), works or (ONE,))


def test_the_shortest_lists_for_a_five_are_told_with_their_weights() -> None:
    assert lists(ask("4 4 5 4", "5")) == ["5 5"]
    assert lists(ask("4 4 5 4", "5", ONE, TWO)) == ["5x2"]
    assert lists(ask("4 4", "5")) == ["5 5"]
    assert lists(ask("5 5", "5")) == [""]
    assert lists(ask("3 4 4 4", "4")) == [""]
    assert lists(ask("2 2", "3")) == ["4"]
    assert len(ask("2 2 2", "5").lists[0]) == 15
    assert not ask("2 " * 30, "5").reached
    at_465 = GradingRule(rounding=Rounding(Decimal("0.65")))
    assert lists(ask("4 5", "5", rule=at_465)) == ["5"]


def test_too_few_marks_are_asked_for_and_what_no_mark_helps_against_is_told() -> None:
    three = GradingRule(minimum_marks=3)
    assert lists(ask("5", "5", rule=three)) == ["5 4"]
    of = Setting(
        GradingRule(absence_share=Decimal("0.5")), FIVE_POINT, attendance=Attendance(10, 9, 9)
    )
    found = needed(marks("5 5"), of, FIVE_POINT.mark("5"), (ONE,))
    assert (found.reached, found.in_the_way) == (False, (NotAttested.TOO_MANY_ABSENCES,))


def test_of_marks_whose_lowest_is_best_and_of_points_the_same_holds() -> None:
    assert lists(ask("3 3", "2", scale=ONE_TO_SIX)) == ["1"]
    assert lists(ask("70", "80", scale=HUNDRED_POINT)) == ["89"]
    assert marks_of(ONE_TO_SIX)[0] == ONE_TO_SIX.mark("1")
    assert [each.token for each in marks_of(FIVE_POINT)] == ["5", "4", "3", "2", "1"]
    assert len(marks_of(HUNDRED_POINT)) == 101


RULES = (
    GradingRule(),
    GradingRule(minimum_marks=4, rounding=Rounding(Decimal("0.6"))),
    GradingRule(drops=(Drop(W.CLASSWORK, worst=1),)),
    GradingRule(
        method=GradingMethod.CATEGORIES,
        categories=(Category(W.TEST, Decimal(60)), Category(W.CLASSWORK, Decimal(40))),
    ),
)


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from("2345"), max_size=6),
    st.sampled_from("345"),
    st.sampled_from(RULES),
    st.sampled_from(((ONE,), (ONE, TWO))),
)
def test_needed_reaches_its_target_and_no_shorter_list_does(
    values: list[str], target: str, rule: GradingRule, works: Sequence[Work]
) -> None:
    own = marks(" ".join(values))
    of = Setting(rule, FIVE_POINT, today=DAY)
    goal = FIVE_POINT.mark(target)
    found = needed(own, of, goal, works)
    if not found.reached:
        return
    lengths = {len(each) for each in found.lists}
    assert len(lengths) == 1
    assert found.lists
    for each in found.lists:
        assert at_least(result_of([*own, *each], of), goal, FIVE_POINT)
    every = [
        Given(mark.token, mark.number, work.weight, work.kind, FIVE_POINT, DAY)
        for work in works
        for mark in marks_of(FIVE_POINT)
    ]
    for shorter in range(min(*lengths, 3)):
        for tried in combinations_with_replacement(every, shorter):
            assert not at_least(result_of([*own, *tried], of), goal, FIVE_POINT)


@given(
    st.lists(st.sampled_from("2345"), min_size=3, max_size=9),
    st.integers(1, 60),
    st.integers(0, 60),
)
def test_a_forecast_lies_between_its_ends_and_is_what_stands_when_nothing_comes(
    values: list[str], gone: int, left: int
) -> None:
    of = Setting(GradingRule(), FIVE_POINT, today=DAY)
    own = marks(" ".join(values))
    found = forecast(own, of, gone, left)
    assert found is not None
    average = result_of(own, of).average
    assert found.low <= found.high
    assert found.likely == average
    if left == 0:
        assert (found.to_come, found.low, found.high) == (0, average, average)
    assert forecast(own[:2], of, gone, left) is None


def test_a_series_moves_and_its_trend_is_told_with_the_better_end() -> None:
    points = [Point(DAY + timedelta(10 * n), Fraction(2 + n), Fraction(1)) for n in range(4)]
    rising = trend(points, Best.HIGHEST, Fraction(4))
    assert rising is not None
    assert (rising.per_month, rising.direction, rising.count) == (Fraction(3), Direction.BETTER, 4)
    falling = trend(points, Best.LOWEST, Fraction(5))
    assert falling is not None
    assert falling.direction is Direction.WORSE
    flat = [Point(each.day, Fraction(4), each.weight) for each in points]
    steady = trend(flat, Best.HIGHEST, Fraction(4))
    assert steady is not None
    assert steady.direction is Direction.STEADY
    assert trend(points[:3], Best.HIGHEST, Fraction(4)) is None
    assert trend([points[0]] * 4, Best.HIGHEST, Fraction(4)) is None
    assert moving(points, DAY + timedelta(20), 2) == Fraction(7, 2)
    assert moving(points, DAY - timedelta(1), 2) is None
    assert begins(DAY, SeriesStep.WEEK) == date(2026, 10, 12)
    assert begins(date(2026, 10, 18), SeriesStep.WEEK) == date(2026, 10, 12)
    assert begins(DAY, SeriesStep.MONTH) == date(2026, 10, 1)


def test_a_search_that_takes_too_long_is_given_up_and_says_so() -> None:
    of = Setting(GradingRule(drops=(Drop(W.CLASSWORK, worst=1),)), FIVE_POINT, today=DAY)
    own, five = marks("4 4 4 2"), FIVE_POINT.mark("5")
    whole = needed(own, of, five, (ONE,))
    assert (whole.reached, whole.gave_up, whole.longest) == (True, False, 3)
    none = needed(own, of, five, (ONE, TWO), seconds=-1)
    assert (none.reached, none.gave_up, none.lists) == (False, True, ())
    assert needed(marks("5 5"), of, five, (ONE,), seconds=-1).lists == ((),)


def test_of_a_search_that_is_given_up_the_lists_lead_there_still() -> None:
    slow = GradingRule(drops=(Drop(W.CLASSWORK, worst=1),))
    of = Setting(slow, HUNDRED_POINT, today=DAY)
    works = tuple(Work(W.CLASSWORK, Decimal(weight)) for weight in (1, 2, 3, 4))
    own, goal = marks("60 70 50 40", HUNDRED_POINT), HUNDRED_POINT.mark("75")
    found = needed(own, of, goal, works)
    assert found.reached
    assert found.gave_up, "twenty tries do not do for works of four weights"
    for each in found.lists:
        assert at_least(result_of([*own, *each], of), goal, HUNDRED_POINT)


def test_a_student_with_hundreds_of_marks_waits_no_longer_than_others() -> None:
    rule = GradingRule(drops=(Drop(W.CLASSWORK, worst=1, best=1),))
    of = Setting(rule, FIVE_POINT, today=DAY)
    works = tuple(Work(W.CLASSWORK, Decimal(weight)) for weight in (1, 2, 3, 4))
    begun = monotonic()
    found = needed(marks("3 4 " * 2_000), of, FIVE_POINT.mark("5"), works, seconds=0.2)
    assert found.gave_up
    assert monotonic() - begun < 10
