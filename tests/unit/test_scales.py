from dataclasses import replace
from decimal import Decimal, localcontext
from fractions import Fraction
from json import dumps, loads
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.counting import Above, Best, Counting
from domain.presets import (
    FIVE_POINT,
    HUNDRED_POINT,
    LETTERS,
    ONE_TO_SIX,
    PASS_FAIL,
    PRESETS,
    TEN_POINT,
)
from domain.scales import (
    BadScale,
    Mark,
    OutsideScale,
    Scale,
    ScaleKind,
    canonical,
    fits,
)

HALVES = Scale("Halves", (), Decimal(0), Decimal(10), Decimal("0.5"))
DANISH = Scale(
    "Danish",
    tuple(Mark(token, Decimal(token), token != "-3") for token in ("12", "10", "7", "02", "-3")),
)


@pytest.mark.parametrize(
    ("scale", "written", "mark"),
    [
        (FIVE_POINT, "5", Mark("5", Decimal(5), True)),
        (FIVE_POINT, " 5 ", Mark("5", Decimal(5), True)),
        (FIVE_POINT, "4-", Mark("4-", Decimal("3.7"), True)),
        (FIVE_POINT, "2+", Mark("2+", Decimal("2.3"), False)),
        (FIVE_POINT, "5+", Mark("5+", Decimal(5), True)),
        (FIVE_POINT, "1-", Mark("1-", Decimal(1), False)),
        (TEN_POINT, "07", Mark("7", Decimal(7), True)),
        (TEN_POINT, "3", Mark("3", Decimal(3), False)),
        (HALVES, "7.50", Mark("7.5", Decimal("7.5"), True)),
        (HALVES, "-0.0", Mark("0", Decimal(0), True)),
        (HUNDRED_POINT, "100.", None),
        (HUNDRED_POINT, "100", Mark("100", Decimal(100), True)),
        (LETTERS, "a+", Mark("A+", Decimal(4), True)),
        (LETTERS, "F", Mark("F", Decimal(0), False)),
        (PASS_FAIL, "PASS", Mark("pass", None, True)),
        (DANISH, "02", Mark("02", Decimal(2), True)),
        (DANISH, "2", None),
    ],
)
def test_a_mark_is_read_in_its_canonical_form(
    scale: Scale, written: str, mark: Mark | None
) -> None:
    if mark is None:
        with pytest.raises(OutsideScale):
            scale.mark(written)
    else:
        assert scale.mark(written) == mark
        assert scale.mark(written).token == mark.token
        assert str(scale.mark(written).number) == str(mark.number)


@pytest.mark.parametrize(
    ("scale", "written", "message"),
    [
        (FIVE_POINT, "7", "7 is not a mark of the scale Five-point: 1 to 5, with + or -"),
        (FIVE_POINT, "", "Nothing is not a mark of the scale Five-point: 1 to 5, with + or -"),
        (TEN_POINT, "11", "11 is not a mark of the scale Ten-point: 1 to 10"),
        (HALVES, "7.3", "7.3 is not a mark of the scale Halves: 0 to 10 in steps of 0.5"),
        (PASS_FAIL, "ok", "ok is not a mark of the scale Pass/fail: pass, fail"),
        (
            LETTERS,
            "F+",
            "F+ is not a mark of the scale Letters: A+, A, A-, B+, B, B-, C+, C, C-, D+, D, D-, F",
        ),
        (
            HUNDRED_POINT,
            "9" * 1_000_000,
            "9999999999999999… is not a mark of the scale Hundred-point: 0 to 100",
        ),
        (TEN_POINT, "1\x000", r"'1\x000' is not a mark of the scale Ten-point: 1 to 10"),
    ],
)
def test_a_mark_outside_the_scale_is_told_what_is_allowed(
    scale: Scale, written: str, message: str
) -> None:
    with pytest.raises(OutsideScale) as raised:
        scale.mark(written)
    assert str(raised.value) == message


@pytest.mark.parametrize("scale", [*PRESETS, HALVES, DANISH])
@pytest.mark.parametrize(
    "written",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e1",
        "1E0",
        "5 -",
        "٥",
        "５",
        "²",
        "+5",
        "5,0",
        "1_0",
        "0x1",
    ],
)
def test_no_scale_takes_what_only_a_parser_would_call_a_number(scale: Scale, written: str) -> None:
    with pytest.raises(OutsideScale):
        scale.mark(written)


@given(some.sampled_from([*PRESETS, HALVES, DANISH]), some.text())
def test_any_text_is_a_mark_of_the_scale_or_outside_it(scale: Scale, written: str) -> None:
    try:
        mark = scale.mark(written)
    except OutsideScale:
        return
    assert scale.mark(mark.token) == mark


def test_marks_do_not_depend_on_the_callers_decimal_context() -> None:
    fine = Scale("Fine", (), Decimal(0), Decimal(1000), Decimal("0.001"))
    with localcontext(prec=1):
        assert fine.mark("987.654") == Mark("987.654", Decimal("987.654"), True)
        with pytest.raises(OutsideScale):
            fine.mark("987.6543")


def test_composed_and_decomposed_letters_are_one_mark() -> None:
    scale = Scale("Зачёт", (Mark("зачёт", None, True), Mark("незачёт", None, False)))
    assert scale.mark("ЗАЧЕ\u0308Т").token == "зачёт"


@pytest.mark.parametrize("scale", [*PRESETS, HALVES, DANISH])
def test_a_scale_survives_json(scale: Scale) -> None:
    assert Scale.from_data(loads(dumps(scale.to_data()))) == scale


def test_points_as_data() -> None:
    assert HALVES.kind is ScaleKind.POINTS
    assert HALVES.to_data() == {
        "kind": "POINTS",
        "name": "Halves",
        "minimum": "0",
        "maximum": "10",
        "step": "0.5",
        "passing_from": None,
    }


def test_marks_as_data() -> None:
    assert PASS_FAIL.kind is ScaleKind.MARKS
    assert PASS_FAIL.to_data() == {
        "kind": "MARKS",
        "name": "Pass/fail",
        "marks": [
            {"token": "pass", "number": None, "passing": True},
            {"token": "fail", "number": None, "passing": False},
        ],
    }


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"kind": "STARS", "name": "Stars"},
        {"kind": "MARKS", "name": "Empty", "marks": []},
        {"kind": "MARKS", "name": "Bare", "marks": ["5"]},
        {"kind": "MARKS", "name": "A", "marks": [{"token": 5, "number": "5", "passing": True}]},
        {"kind": "MARKS", "name": "A", "marks": [{"token": "5", "number": 5, "passing": True}]},
        {"kind": "MARKS", "name": "A", "marks": [{"token": "5", "number": "x", "passing": True}]},
        {"kind": "POINTS", "name": 5, "minimum": "1", "maximum": "5", "step": "1"},
        {"kind": "POINTS", "name": "A", "minimum": None, "maximum": "5", "step": "1"},
        [],
    ],
)
def test_a_broken_definition_is_refused(data: Any) -> None:
    with pytest.raises(BadScale):
        Scale.from_data(data)


@pytest.mark.parametrize(
    "tokens",
    [
        ("5", "5"),
        ("a", "A"),
        ("",),
        (" 5",),
        ("5\u200b",),
        ("x" * 17,),
        tuple(map(str, range(101))),
    ],
)
def test_marks_that_cannot_be_told_apart_or_seen_are_refused(tokens: tuple[str, ...]) -> None:
    with pytest.raises(BadScale):
        Scale("Bad", tuple(Mark(token, None, True) for token in tokens))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "0.0001", "100000", "1e999999", "1e-999999"])
def test_a_number_that_no_grade_could_keep_is_refused(number: str) -> None:
    with pytest.raises(BadScale):
        Scale("Bad", (Mark("x", Decimal(number), True),))
    with pytest.raises(BadScale):
        Scale("Bad", (), Decimal(0), Decimal(number), Decimal(1))


@pytest.mark.parametrize(
    ("minimum", "maximum", "step", "passing_from"),
    [
        ("5", "5", "1", None),
        ("5", "1", "1", None),
        ("1", "5", "0", None),
        ("1", "5", "-1", None),
        ("1", "5", "3", None),
        ("1", "5", "1", "6"),
        ("1", "5", "1", "NaN"),
    ],
)
def test_points_that_lead_nowhere_are_refused(
    minimum: str, maximum: str, step: str, passing_from: str | None
) -> None:
    passing = None if passing_from is None else Decimal(passing_from)
    with pytest.raises(BadScale):
        Scale("Bad", (), Decimal(minimum), Decimal(maximum), Decimal(step), passing)


def test_a_scale_has_a_name_and_either_marks_or_points() -> None:
    with pytest.raises(BadScale):
        Scale(" ", PASS_FAIL.marks)
    with pytest.raises(BadScale):
        Scale("Nothing")
    with pytest.raises(BadScale):
        Scale("Both", PASS_FAIL.marks, Decimal(1), Decimal(5), Decimal(1))


@pytest.mark.parametrize(
    ("scale", "number", "below", "above"),
    [
        (FIVE_POINT, "4.6", "4", "5"),
        (FIVE_POINT, "4", "4", "4"),
        (FIVE_POINT, "9", "5", "5"),
        (FIVE_POINT, "0", "1", "1"),
        (LETTERS, "3.5", "B", "A"),
        (HALVES, "7.6", "7.5", "8"),
        (HUNDRED_POINT, "100.1", "100", "100"),
        (HUNDRED_POINT, "-1", "0", "0"),
        (DANISH, "8", "7", "10"),
    ],
)
def test_the_plain_marks_around_a_number(scale: Scale, number: str, below: str, above: str) -> None:
    around = scale.around(Fraction(number))
    assert around is not None
    assert [mark.token for mark in around] == [below, above]


def test_nothing_is_around_a_number_where_marks_have_none() -> None:
    assert PASS_FAIL.around(Fraction(1)) is None


def test_a_number_is_written_in_the_shortest_way() -> None:
    written = [canonical(Decimal(text)) for text in ("7.50", "-0", "0.00", "1E+2", "100", "-3.0")]
    assert written == ["7.5", "0", "0", "100", "100", "-3"]


def test_decimals_are_counted_by_value() -> None:
    assert fits(Decimal("1.500"), 1)
    assert fits(Decimal("1E+3"), 0)
    assert not fits(Decimal("1.55"), 1)
    assert not fits(Decimal("NaN"), 9)


def points(maximum: int, above: Above) -> Scale:
    counting = Counting.of_points(Decimal(maximum))
    return Scale("P", (), Decimal(0), Decimal(maximum), Decimal(1), None, counting, above)


def test_extra_credit_is_kept_as_written_and_worth_what_the_school_says() -> None:
    assert points(50, Above.COUNTED).mark("51") == Mark("51", Decimal(51), True)
    assert points(50, Above.CAPPED).mark("51") == Mark("51", Decimal(50), True)
    for above in (Above.COUNTED, Above.CAPPED):
        assert points(50, above).mark("50") == Mark("50", Decimal(50), True)
        assert points(50, above).allowed == "0 to 50 or above"
        assert Scale.from_data(loads(dumps(points(50, above).to_data()))) == points(50, above)
        for outside in ("-1", "100000", "50.5"):
            with pytest.raises(OutsideScale):
                points(50, above).mark(outside)
    with pytest.raises(OutsideScale, match=r"^51 is not a mark of the scale P: 0 to 50$"):
        points(50, Above.REFUSED).mark("51")


def test_points_of_work_that_is_nothing_but_extra_credit_have_no_number() -> None:
    for above in (Above.COUNTED, Above.CAPPED):
        assert points(0, above).mark("3") == Mark("3", None, True)
        assert not points(0, above).counting.converts
    said = Counting(anchors=((Decimal(0), Decimal(1)), (Decimal(1), Decimal("1.01"))))
    assert replace(points(0, Above.COUNTED), counting=said).mark("3").number == 3
    with pytest.raises(BadScale):
        points(0, Above.REFUSED)


def test_marks_are_told_from_worst_to_best_however_they_are_written_down() -> None:
    five = [mark.token for mark in FIVE_POINT.worst_to_best]
    assert " ".join(five) == "1- 1 1+ 2- 2 2+ 3- 3 3+ 4- 4 4+ 5- 5 5+"
    backwards = Scale("Backwards", FIVE_POINT.marks[::-1])
    assert [mark.token for mark in backwards.worst_to_best] == five
    letters = [mark.token for mark in LETTERS.worst_to_best]
    assert " ".join(letters) == "F D- D D+ C- C C+ B- B B+ A- A A+"
    six = [mark.token for mark in ONE_TO_SIX.worst_to_best]
    assert (six[0], six[-3:]) == ("6-", ["1-", "1", "1+"])
    assert [mark.token for mark in PASS_FAIL.worst_to_best] == ["fail", "pass"]
    assert HUNDRED_POINT.worst_to_best == ()


def test_where_the_lowest_number_is_best_points_pass_below() -> None:
    scale = Scale(
        "Halves", (), Decimal(1), Decimal(6), Decimal("0.5"), Decimal(4), Counting(Best.LOWEST)
    )
    assert [scale.mark(token).passing for token in ("1", "4", "4.5", "6")] == [
        True,
        True,
        False,
        False,
    ]
    assert ONE_TO_SIX.mark("4-") == Mark("4-", Decimal("4.3"), True)
    assert ONE_TO_SIX.mark("1+") == Mark("1+", Decimal(1), True)
