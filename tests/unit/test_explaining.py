"""What grades contribute to averages: it adds up to the average that is shown, whatever scales."""

import json
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.averages import averages
from domain.counting import Best, Counting
from domain.explaining import explained
from domain.mark_classes import MarkClass, class_of
from domain.period_results import WhyNot
from domain.presets import FIVE_POINT, HUNDRED_POINT, ONE_TO_SIX, PASS_FAIL, PRESETS, TEN_POINT
from domain.scales import Scale

ANCHORS = ((2, "0"), (4, "0.7"), (5, "1"))
FIVE = Counting(anchors=tuple((Decimal(a), Decimal(b)) for a, b in ANCHORS))
SIX = Counting(Best.LOWEST, ((Decimal(1), Decimal(1)), (Decimal(6), Decimal(0))))
COUNTINGS = (
    (UUID(int=1), FIVE), (UUID(int=2), SIX), (UUID(int=3), Counting.of_points(Decimal(20))),
    (UUID(int=4), Counting()), (UUID(int=5), Counting(Best.LOWEST)),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Graded:
    number: Decimal | None
    weight: Decimal
    scale: tuple[UUID, Counting]
    course: tuple[UUID, Counting] | None
    state: str = "GIVEN"
    excused: bool = False
    bonus: bool = False

    @property
    def grade_scale_id(self) -> UUID:
        return self.scale[0]

    @property
    def scale_counting(self) -> str:
        return json.dumps(self.scale[1].to_data())

    @property
    def course_scale_id(self) -> UUID | None:
        return self.course and self.course[0]

    @property
    def course_counting(self) -> str | None:
        return self.course and json.dumps(self.course[1].to_data())


def graded(number: int | None, weight: int = 1, scale: int = 3, **more: Any) -> Graded:
    return Graded(
        None if number is None else Decimal(number), Decimal(weight), COUNTINGS[scale], None, **more
    )


@given(
    st.lists(
        st.builds(
            Graded,
            st.none() | st.integers(0, 6).map(Decimal),
            st.integers(0, 4).map(Decimal),
            st.sampled_from(COUNTINGS),
            st.just(COUNTINGS[0]) | st.none(),
            st.sampled_from(("GIVEN", "GIVEN", "DUE")),
            st.booleans(),
            st.booleans(),
        ),
        max_size=9,
    )
)
def test_what_grades_contribute_adds_up_to_the_average_exactly(grades: list[Graded]) -> None:
    found = averages(grades) if grades else []
    for average in found:
        parts = explained(grades, average)
        assert sum(each.exact for each in parts) == average.average.exact
        assert sum(each.why_not is None for each in parts) == average.average.count
        assert sum(each.share for each in parts if each.share is not None) == 1
        assert [each.grade for each in parts] == grades


def test_why_a_grade_does_not_count_is_told() -> None:
    grades = [
        graded(5), graded(4, excused=True), graded(3, 0), graded(None), graded(10, scale=2),
        graded(2, bonus=True), graded(6, bonus=True),
    ]  # fmt: skip
    points, five = averages(grades)
    assert (points.average.exact, five.average.exact) == (Fraction(10), Fraction(11, 2))
    assert [each.why_not for each in explained(grades, five)] == [
        None, WhyNot.EXCUSED, WhyNot.NO_WEIGHT, WhyNot.NO_NUMBER, WhyNot.OTHER_SCALE,
        WhyNot.LOWERS, None,
    ]  # fmt: skip
    assert [each.exact for each in explained(grades, five)][::6] == [Fraction(5, 2), 3]


def test_marks_are_coloured_by_what_they_are_worth_whichever_end_is_best() -> None:
    def classes(scale: Scale, tokens: str) -> list[str]:
        return [class_of(scale.mark(each), scale).value for each in tokens.split()]

    assert classes(FIVE_POINT, "5 4 3 2 1") == [
        "EXCELLENT", "GOOD", "FAIR", "FAILING", "FAILING",
    ]  # fmt: skip
    assert classes(ONE_TO_SIX, "1 2 4 5") == ["EXCELLENT", "GOOD", "FAIR", "FAILING"]
    assert classes(HUNDRED_POINT, "100 80 61 59") == ["EXCELLENT", "GOOD", "FAIR", "FAILING"]
    assert classes(TEN_POINT, "10 7 4 3") == ["EXCELLENT", "GOOD", "FAIR", "FAILING"]
    assert classes(PASS_FAIL, "pass fail") == ["PASSED", "FAILING"]
    for scale in PRESETS:
        order = [*MarkClass]
        ranks = [order.index(class_of(mark, scale)) for mark in reversed(scale.worst_to_best)]
        numbered = [r for r in ranks if r < 4]
        assert numbered == sorted(numbered), scale.name
