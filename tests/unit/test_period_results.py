"""Grades of periods and years by rules, as schools have them; and laws that hold of every rule."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import PeriodKind
from domain.counting import Best
from domain.grading import Rounding
from domain.grading_rules import (
    USUAL,
    AbsencesCounted,
    BadRule,
    Category,
    Drop,
    Exams,
    GpaPoints,
    GradingMethod,
    GradingRule,
    OverdueMarks,
    Threshold,
    YearGrades,
)
from domain.period_results import (
    Attendance,
    Given,
    NotAttested,
    Setting,
    WhyNot,
    marks_asked,
    result_of,
)
from domain.presets import FIVE_POINT, HUNDRED_POINT, LETTERS, ONE_TO_SIX, PASS_FAIL
from domain.scales import Scale
from domain.works import WorkTypeKind as W
from domain.year_results import (
    CourseGrade,
    Decided,
    grade_point_average,
    parts_of_year,
    year_result,
)

N, R = NotAttested, GradingRule
DAY = date(2026, 10, 12)
THREE_STEPS = Rounding(Decimal("0.5"), (("5", Decimal("0.6")), ("4", Decimal("0.6"))))


def mark(value: str | None, weight: str = "1", kind: W = W.CLASSWORK, **more: Any) -> Given:
    scale: Scale = more.pop("scale", FIVE_POINT)
    number = None if value is None else scale.mark(value).number
    return Given(value, number, Decimal(weight), kind, scale, DAY, **more)


def marks(values: str, *weights: str, kind: W = W.CLASSWORK, scale: Scale = FIVE_POINT) -> Any:
    each = values.split()
    of = weights or ("1",) * len(each)
    return [mark(v, w, kind, scale=scale) for v, w in zip(each, of, strict=True)]


def setting(rule: GradingRule = USUAL, scale: Scale = FIVE_POINT, **more: Any) -> Setting:
    return Setting(rule, scale, **({"today": DAY} | more))


def proposal(given: Any, rule: GradingRule = USUAL, **more: Any) -> str | None:
    found = result_of(given, setting(rule, **more)).proposal
    return None if found is None else found.token


def test_a_quarter_with_weights_is_exact_and_proposes_by_the_schools_threshold() -> None:
    found = result_of(marks("5 4 4 5", "1", "2", "1", "1"), setting())
    assert (found.average, found.shown()) == (Fraction(22, 5), Decimal("4.40"))
    assert found.proposal == FIVE_POINT.mark("4")
    assert [each.exact for each in found.contributions] == [
        Fraction(1), Fraction(8, 5), Fraction(4, 5), Fraction(1),
    ]  # fmt: skip
    for average, at_half, at_six in (("5 5 5 4", "5", "5"), ("5 4", "5", "4"), ("5 5 4", "5", "5"),
                                     ("4 4 3 3 4", "4", "4"), ("3 3 2 2", "3", "2")):  # fmt: skip
        assert proposal(marks(average)) == at_half
        assert proposal(marks(average), R(rounding=Rounding(Decimal("0.6")))) == at_six
    at_465 = R(rounding=Rounding(Decimal("0.65")))
    assert proposal(marks("5 4", "64", "36"), at_465) == "4"
    assert proposal(marks("5 4", "65", "35"), at_465) == "5"


def test_signs_count_or_do_not() -> None:
    assert result_of(marks("4+ 4-"), setting()).average == 4
    assert result_of(marks("4+ 5-"), setting()).average == Fraction(9, 2)
    assert result_of(marks("4+ 4+ 5-"), setting(R(signs=False))).average == Fraction(13, 3)
    assert (
        result_of(marks("2+ 2-", scale=ONE_TO_SIX), setting(R(signs=False), ONE_TO_SIX)).average
        == 2
    )


def test_who_has_too_few_marks_is_not_attested() -> None:
    rule = R(minimum_marks=3)
    assert result_of(marks("5 5"), setting(rule)).not_attested == (N.TOO_FEW_MARKS,)
    assert proposal(marks("5 5"), rule) is None
    assert proposal(marks("5 5 5"), rule) == "5"
    assert result_of([], setting(rule)).not_attested == (N.NO_MARKS, N.TOO_FEW_MARKS)
    weekly = R(minimum_marks=3, marks_per_weekly_lesson=Decimal("1.5"))
    eight_weeks = setting(weekly, days=56, attendance=Attendance(40))
    assert marks_asked(eight_weeks) == 8  # five lessons a week
    assert marks_asked(setting(weekly, days=56, attendance=Attendance(8))) == 3


def test_due_marks_count_as_nothing_as_a_mark_or_hold_the_grade_back() -> None:
    due = [mark(None, due=True, due_on=DAY - timedelta(1)), *marks("5 4 5")]
    assert result_of(due, setting()).average == Fraction(14, 3)
    assert result_of(due, setting()).contributions[0].why_not is WhyNot.DUE
    as_two = R(overdue=OverdueMarks.AS_MARK, overdue_mark="2")
    assert result_of(due, setting(as_two)).average == 4
    assert result_of(due, setting(as_two, today=DAY - timedelta(1))).average == Fraction(14, 3)
    held = result_of(due, setting(R(overdue=OverdueMarks.NOT_ATTESTED)))
    assert (held.not_attested, held.proposal) == ((N.OVERDUE,), None)


def test_absences_keep_from_being_attested_as_the_school_counts_them() -> None:
    missed: Any = {"attendance": Attendance(20, absences=11, unexcused=4)}
    half = R(absence_share=Decimal("0.5"))
    assert proposal(marks("5 5 5"), half, **missed) == "5"
    all_of_them = R(absence_share=Decimal("0.5"), absences=AbsencesCounted.ALL)
    found = result_of(marks("5 5 5"), setting(all_of_them, **missed))
    assert (found.not_attested, found.average) == ((N.TOO_MANY_ABSENCES,), Fraction(5))
    required = R(required=(W.TEST,))
    assert result_of(marks("5 5 5"), setting(required)).not_attested == (N.WORK_MISSING,)
    assert proposal([*marks("5 5"), mark("5", kind=W.TEST)], required) == "5"


def test_categories_have_shares_and_those_without_marks_leave_theirs_to_the_others() -> None:
    shares = (
        Category(W.TEST, Decimal(50)),
        Category(W.QUIZ, Decimal(30)),
        Category(W.HOMEWORK, Decimal(20)),
    )
    rule = R(method=GradingMethod.CATEGORIES, categories=shares)
    given = [*marks("3 5", kind=W.TEST), *marks("5", kind=W.QUIZ), mark("5", kind=W.ORAL)]
    found = result_of(given, setting(rule))
    assert found.average == Fraction(4 * 50 + 5 * 30, 80)
    assert [each.share for each in found.contributions] == [
        Fraction(5, 16), Fraction(5, 16), Fraction(3, 8), None,
    ]  # fmt: skip
    assert found.contributions[3].why_not is WhyNot.NO_SHARE


def test_total_points_are_the_sum_over_the_maxima() -> None:
    shares = HUNDRED_POINT.counting.of_points(Decimal(20))
    of_20 = Scale("20", (), Decimal(0), Decimal(20), Decimal("0.5"), None, shares)
    rule = R(
        method=GradingMethod.POINTS,
        thresholds=(Threshold("A", Decimal(90)), Threshold("B", Decimal(80))),
    )
    given = [mark("90", scale=HUNDRED_POINT), mark("18.5", scale=of_20)]
    found = result_of(given, setting(rule, LETTERS))
    assert (found.average, found.in_scale) == (Fraction("108.5") / 120 * 100, False)
    assert (found.shown(), found.proposal) == (Decimal("90.42"), LETTERS.mark("A"))
    assert sum(each.exact for each in found.contributions) == found.average
    extra = result_of([*given, mark("10", scale=of_20, bonus=True)], setting(rule, LETTERS))
    assert extra.average == Fraction("118.5") / 120 * 100


def test_the_worst_and_the_best_marks_of_a_kind_are_dropped_but_never_all() -> None:
    rule = R(drops=(Drop(W.QUIZ, worst=1, best=1),))
    found = result_of([*marks("2 4 5 3", kind=W.QUIZ), mark("3")], setting(rule))
    assert found.average == Fraction(10, 3)
    assert [each.why_not for each in found.contributions] == [
        WhyNot.DROPPED, None, WhyNot.DROPPED, None, None,
    ]  # fmt: skip
    assert result_of(marks("2", kind=W.QUIZ), setting(rule)).average == 2
    of_german = setting(R(drops=(Drop(W.QUIZ, 1),)), ONE_TO_SIX)
    one_best = result_of(marks("1 3 6", kind=W.QUIZ, scale=ONE_TO_SIX), of_german)
    assert one_best.average == 2


def test_why_marks_do_not_count_is_told() -> None:
    given = [
        mark("5", excused=True), mark("4", weight="0"), mark("pass", scale=PASS_FAIL),
        mark("50", scale=HUNDRED_POINT), mark("3", bonus=True), mark("5", bonus=True), mark("4"),
    ]  # fmt: skip
    found = result_of(given, setting())
    assert [each.why_not for each in found.contributions] == [
        WhyNot.EXCUSED, WhyNot.NO_WEIGHT, WhyNot.NO_NUMBER, WhyNot.OTHER_SCALE, WhyNot.LOWERS,
        None, None,
    ]  # fmt: skip
    assert found.average == Fraction(9, 2)


YEAR = [Decided(Decimal(each), True) for each in (4, 4, 5, 5)]


def year(grades: Any = YEAR, rule: GradingRule = USUAL, exams: str = "", **more: Any) -> Any:
    of = setting(rule, exams_only=True)
    return year_result(grades, result_of(marks(exams, kind=W.EXAM), of), setting(rule, **more))


def test_a_year_is_made_of_the_decided_grades_and_exams_weigh_in() -> None:
    found = year()
    assert (found.average, found.proposal.token, found.provisional) == (Fraction(9, 2), "5", False)
    weighed = year(rule=R(exams=Exams.SHARE, exam_share=Decimal("0.2")), exams="3")
    assert weighed.average == Fraction(9, 2) * Fraction(4, 5) + Fraction(3, 5)
    assert [each.share for each in weighed.parts] == [Fraction(1, 5)] * 5
    assert year(rule=R(exams=Exams.DECIDE), exams="3").average == 3
    assert year(rule=R(exams=Exams.DECIDE)).average == Fraction(9, 2)  # nobody sat it
    in_part = year([YEAR[0], Decided(None, True), Decided(None, False), YEAR[3]])
    assert (in_part.average, in_part.provisional) == (Fraction(9, 2), True)
    assert year([Decided(None, False)] * 4).average is None
    doubled = R(period_weights=(Decimal(1), Decimal(1), Decimal(1), Decimal(2)))
    assert year(rule=doubled).average == Fraction(23, 5)


def test_exams_count_in_no_period_where_they_weigh_in_the_year() -> None:
    given = [*marks("4 4"), mark("2", kind=W.EXAM)]
    assert result_of(given, setting()).average == Fraction(10, 3)
    rule = R(exams=Exams.DECIDE)
    apart = result_of(given, setting(rule))
    assert (apart.average, apart.contributions[2].why_not) == (Fraction(4), WhyNot.EXAM)
    assert result_of(given, setting(rule, exams_only=True)).average == 2


class Term:
    def __init__(self, kind: PeriodKind, first: int, last: int) -> None:
        self.kind = kind.value
        self.starts_on, self.ends_on = DAY + timedelta(first), DAY + timedelta(last)


def test_upper_classes_have_half_years_beside_the_quarters_of_the_lower_ones() -> None:
    k = PeriodKind
    whole = Term(k.YEAR, 0, 99)
    halves = [Term(k.HALF_YEAR, 0, 49), Term(k.HALF_YEAR, 50, 99)]
    quarters = [Term(k.QUARTER, first, first + 24) for first in (0, 25, 50, 75)]
    everything = [whole, *halves, *quarters]
    assert parts_of_year(everything, None) == quarters
    assert parts_of_year(everything, k.HALF_YEAR) == halves
    assert parts_of_year([whole], None) == []


def test_the_grade_point_average_goes_by_points_and_credits() -> None:
    points = tuple(GpaPoints(each, Decimal(number)) for each, number in
                   (("A", "4"), ("A-", "3.7"), ("B", "3"), ("B+", "3.3")))  # fmt: skip
    half, whole = R(gpa=points, credit=Decimal("0.5")), R(gpa=points)
    of = [CourseGrade(LETTERS.mark(each), rule, "letters")
          for each, rule in (("A", whole), ("B+", whole), ("B", half))]  # fmt: skip
    assert grade_point_average(of) == Fraction("8.8") / Fraction("2.5")
    numbers = [CourseGrade(FIVE_POINT.mark(each), R(), "five") for each in ("5", "4", "4")]
    assert grade_point_average(numbers) == Fraction(13, 3)
    assert grade_point_average([numbers[0], CourseGrade(LETTERS.mark("A"), R(), "letters")]) is None
    assert grade_point_average([]) is None


RULES = (
    R(), R(signs=False, minimum_marks=3, rounding=THREE_STEPS), R(drops=(Drop(W.QUIZ, 1, 1),)),
    R(method=GradingMethod.CATEGORIES,
      categories=(Category(W.TEST, Decimal("0.7")), Category(W.QUIZ, Decimal("0.3")))),
    R(overdue=OverdueMarks.AS_MARK, overdue_mark="2", exams=Exams.SHARE, exam_share=Decimal(1)),
    R(method=GradingMethod.POINTS, thresholds=(Threshold("5", Decimal("90.5")),)),
    R(period_kind=PeriodKind.TRIMESTER, period_weights=(Decimal(2),), year=YearGrades.MARKS,
      absence_share=Decimal("0.5"), required=(W.TEST,), gpa=(GpaPoints("5", Decimal(4)),)),
    R(late_percent=Decimal("2.5"), late_most=Decimal(30), must_pass=(W.EXAM,)),
)  # fmt: skip
values = st.sampled_from([each.token for each in FIVE_POINT.marks])
given_marks = st.lists(
    st.builds(
        lambda value, weight, kind, bonus, id_, late: mark(
            value, str(weight), kind, bonus=bonus, id=UUID(int=id_), late_days=late
        ),
        values, st.integers(1, 5), st.sampled_from([W.TEST, W.QUIZ, W.ORAL, W.EXAM]),
        st.booleans(), st.integers(1, 10**9), st.integers(0, 20),
    ),
    max_size=12,
)  # fmt: skip


@given(given_marks, st.sampled_from(RULES))
def test_an_average_lies_between_its_marks_and_is_the_sum_of_what_they_contribute(
    given: list[Given], rule: GradingRule
) -> None:
    found = result_of(given, setting(rule))
    numbers = [each.number for each in found.counted if each.number is not None]
    if found.average is None:
        assert numbers == []
        return
    assert min(numbers) <= found.average <= max(numbers)
    assert sum(each.exact for each in found.contributions) == found.average
    assert sum(each.share for each in found.counted if each.share is not None) == 1
    assert all((each.exact == 0) for each in found.contributions if not each.counts)


@given(given_marks, st.sampled_from(RULES), st.integers(0, 11))
def test_withdrawing_and_restoring_changes_nothing(
    given: list[Given], rule: GradingRule, place: int
) -> None:
    before = result_of(given, setting(rule))
    result_of(given[:place] + given[place + 1 :], setting(rule))
    assert result_of(given, setting(rule)) == before


@given(given_marks, values)
def test_a_better_mark_never_makes_it_worse(given: list[Given], value: str) -> None:
    found = result_of(given, setting())
    best = result_of([*given, mark("5")], setting())
    if found.average is not None and best.average is not None:
        assert best.average >= found.average


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_reads_back_as_it_was_written(rule: GradingRule) -> None:
    assert GradingRule.from_data(rule.to_data()) == rule
    assert R().to_data() == {}


@pytest.mark.parametrize(
    "terms",
    [
        {"minimum_marks": -1}, {"absence_share": Decimal(0)}, {"absence_share": Decimal("1.1")},
        {"method": GradingMethod.CATEGORIES}, {"exams": Exams.SHARE}, {"credit": Decimal(-1)},
        {"overdue": OverdueMarks.AS_MARK}, {"drops": (Drop(W.QUIZ, -1),)},
        {"drops": (Drop(W.QUIZ, 1), Drop(W.QUIZ, 2))}, {"period_weights": (Decimal(0),)},
        {"thresholds": (Threshold("5", Decimal(90)),) * 2}, {"exam_share": Decimal("0.1")},
        {"categories": (Category(W.TEST, Decimal(1)),)}, {"credit": Decimal("0.0001")},
        {"late_percent": Decimal(101)}, {"late_most": Decimal(-1)},
    ],
)  # fmt: skip
def test_a_rule_that_contradicts_itself_is_none(terms: dict[str, Any]) -> None:
    with pytest.raises(BadRule):
        GradingRule(**terms)
    with pytest.raises(BadRule):
        GradingRule.from_data({"no such": 1})


def test_of_a_scale_whose_lowest_number_is_best_nothing_is_the_other_way() -> None:
    assert ONE_TO_SIX.counting.best is Best.LOWEST
    assert proposal(marks("1 2 2", scale=ONE_TO_SIX), scale=ONE_TO_SIX) == "2"
    assert proposal(marks("1 2", scale=ONE_TO_SIX), scale=ONE_TO_SIX) == "1"
    found = result_of(
        [*marks("2 2", scale=ONE_TO_SIX), mark("1", bonus=True, scale=ONE_TO_SIX)],
        setting(scale=ONE_TO_SIX),
    )
    assert found.average == Fraction(5, 3)


def test_work_that_comes_late_loses_its_percent_a_day_on_the_way_to_the_worst_mark() -> None:
    rule = R(late_percent=Decimal(10), late_most=Decimal(50))
    for scale, value, days, number in (
        (FIVE_POINT, "5", 0, "5"), (FIVE_POINT, "5", 2, "4.2"), (FIVE_POINT, "5", 9, "3"),
        (ONE_TO_SIX, "1", 2, "2"), (HUNDRED_POINT, "80", 1, "72"),
    ):  # fmt: skip
        late = mark(value, scale=scale, late_days=days)
        found = result_of([late], setting(rule, scale))
        assert found.average == Fraction(number), (scale.name, value, days)
        (one,) = found.contributions
        assert one.exact == found.average
        assert one.late == min(10 * days, 50)
    forty = mark("40", scale=HUNDRED_POINT, late_days=3)
    points = R(method=GradingMethod.POINTS, late_percent=Decimal(10))
    assert result_of([forty], setting(points, HUNDRED_POINT)).average == 28
    usual = result_of([forty], setting(scale=HUNDRED_POINT))
    assert usual.average == 40
    assert usual.contributions[0].late == 0


def test_work_that_must_be_passed_keeps_from_a_grade_until_it_is() -> None:
    rule = R(must_pass=(W.EXAM,))

    def missing(value: str, kind: W = W.EXAM, **more: Any) -> list[NotAttested]:
        own = mark(value, kind=kind, **more)
        found = result_of([*marks("5 5 5 5 5 5 5 5 5"), own], setting(rule))
        assert (found.proposal is None) == bool(found.not_attested)
        return list(found.not_attested)

    assert missing("2") == [N.NOT_PASSED]
    assert missing("3") == []
    assert missing("2", W.QUIZ) == []
    assert missing("2", excused=True) == []
