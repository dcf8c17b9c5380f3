"""How tokens are found, absences excused, and attendance counted."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.attendance import (
    USUAL,
    AbsenceReason,
    AttendanceKind,
    BadAttendance,
    Tokens,
    check_days,
    check_minutes,
    check_timed,
    count,
    excused,
    usual,
)

K, R = AttendanceKind, AbsenceReason


@dataclass(frozen=True)
class Row:
    kind: str | None
    number: int = 1
    minutes: int = 0
    absence: bool = False
    lateness: bool = False
    in_rate: bool = True


def test_a_token_is_found_in_any_case_and_what_there_is_is_told() -> None:
    own = Tokens([usual(K.ABSENT, "Н", "Не был"), usual(K.ILL, "Б", "Болел")])
    assert own.of_token(" н ").kind is K.ABSENT
    with pytest.raises(BadAttendance, match="no token A: it has Н, Б"):
        own.of_token("A")
    assert (own.of_kind(K.ILL).token, own.of_kind(K.LATE).token) == ("Б", "L")
    assert Tokens([]).all == USUAL


def test_kinds_count_as_they_usually_do() -> None:
    assert {each.kind for each in USUAL if each.absence} == {K.ABSENT, K.EXCUSED, K.ILL}
    assert {each.kind for each in USUAL if each.lateness} == {K.LATE}
    assert {each.kind for each in USUAL if not each.in_rate} == {K.ELSEWHERE}


@given(st.sampled_from(K), st.none() | st.sampled_from(R))
def test_a_notice_excuses_nothing_but_an_absence_without_excuse(
    kind: AttendanceKind, reason: AbsenceReason | None
) -> None:
    found = excused(kind, reason)
    assert (found is kind) == (kind is not K.ABSENT or reason is None)
    assert excused(found, reason) is found


@pytest.mark.parametrize(
    ("rows", "rate"),
    [
        ([], None),
        ([Row(None, 2)], "1.0000"),
        ([Row(None, 2), Row("ILL", 1, absence=True)], "0.6667"),
        ([Row("ABSENT", 3, absence=True)], "0.0000"),
        ([Row("LATE", 1, 5, lateness=True), Row("ELSEWHERE", in_rate=False)], "1.0000"),
        ([Row("EXCUSED", absence=True, in_rate=False)], None),
        ([Row(None, 1), Row("ILL", 19_999, absence=True)], "0.0001"),
    ],
)
def test_the_rate_is_the_share_of_lessons_without_an_absence(
    rows: list[Row], rate: str | None
) -> None:
    assert count(rows).rate == (None if rate is None else Decimal(rate))


def test_counts_are_of_kinds_and_of_what_counts() -> None:
    found = count(
        [
            Row(None, 5),
            Row("PRESENT", 1),
            Row("LATE", 2, 15, lateness=True),
            Row("LATE", 1, 4),
            Row("LEFT_EARLY", 1, 9),
            Row("ABSENT", 3, absence=True),
        ]
    )
    assert (found.lessons, found.of_kind[K.PRESENT], found.of_kind[K.LATE]) == (13, 6, 3)
    assert (found.late_minutes, found.latenesses, found.absences) == (19, 2, 3)
    assert (found.in_rate, found.attended) == (13, 10)


@pytest.mark.parametrize("minutes", [0, -1, 601])
def test_minutes_are_some_and_few(minutes: int) -> None:
    with pytest.raises(BadAttendance, match="1 to 600"):
        check_minutes(minutes)
    assert (check_minutes(1), check_minutes(600)) == (1, 600)


@pytest.mark.parametrize("kind", K)
def test_minutes_are_told_of_who_came_late_or_left_early(kind: AttendanceKind) -> None:
    check_timed(kind, None)
    if kind in (K.LATE, K.LEFT_EARLY):
        check_timed(kind, 5)
    else:
        with pytest.raises(BadAttendance, match="late or left early"):
            check_timed(kind, 5)


def test_an_absence_has_its_days_in_order_and_not_too_many() -> None:
    day = date(2026, 9, 1)
    check_days(day, day)
    check_days(day, day + timedelta(189))
    with pytest.raises(BadAttendance, match="before it begins"):
        check_days(day, day - timedelta(1))
    with pytest.raises(BadAttendance, match="at most 190"):
        check_days(day, day + timedelta(190))
