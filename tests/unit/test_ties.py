from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.ties import (
    ALWAYS,
    Role,
    days_learnt,
    has_left,
    held_to_end,
    holds,
    is_among,
    is_open,
    is_there,
    joined,
    kept_since,
    lasted,
)

DAY = date(2026, 3, 2)
BEFORE, AFTER = DAY - timedelta(1), DAY + timedelta(1)


@dataclass(frozen=True)
class Place:
    active: bool = True
    year_ends_on: date | None = None


THERE, GOES_ON = Role(True), Place()
AWAY = (Role(False), Role(True, ends_on=BEFORE), Role(True, begins_on=AFTER))
OVER = (Place(active=False), Place(year_ends_on=BEFORE))
days = some.none() | some.dates(DAY - timedelta(3), DAY + timedelta(3))
roles = some.builds(Role, some.booleans(), days, days)
places = some.builds(Place, some.booleans(), days)


def test_the_first_and_the_last_day_count() -> None:
    assert is_there(Role(True, DAY, DAY), DAY)
    assert is_open(Place(year_ends_on=DAY), DAY)
    assert [is_there(role, DAY) for role in AWAY] == [False, False, False]
    assert [is_open(place, DAY) for place in OVER] == [False, False]


def test_a_tie_ends_with_any_of_what_it_hangs_on() -> None:
    tie = Role(True, DAY, DAY)
    assert holds(DAY, tie, [THERE, THERE], GOES_ON)
    assert holds(DAY, None, [], None)
    assert not any(holds(day, tie, [THERE, THERE], GOES_ON) for day in (BEFORE, AFTER))
    assert not holds(DAY, tie, [THERE, THERE], GOES_ON, listed=False)
    for away in AWAY:
        assert not holds(DAY, tie, [THERE, away], GOES_ON)
        assert not holds(DAY, tie, [away, THERE], GOES_ON)
    for over in OVER:
        assert not holds(DAY, tie, [THERE, THERE], over)


@given(roles, some.lists(roles, max_size=3), places | some.none(), some.booleans())
def test_whatever_ends_more_lets_no_tie_hold_that_did_not(
    tie: Role, people: list[Role], place: Place | None, listed: bool
) -> None:
    now = holds(DAY, tie, people, place, listed=listed)
    assert now <= all(is_there(person, DAY) for person in people)
    for number, person in enumerate(people):
        gone = [*people[:number], replace(person, active=False), *people[number + 1 :]]
        assert not holds(DAY, tie, gone, place, listed=listed)
    if place is not None:
        assert not holds(DAY, tie, people, replace(place, active=False), listed=listed)


def day(number: int) -> date:
    return DAY + timedelta(number)


def span(first: int, last: int) -> Role:
    return Role(True, day(first), day(last))


def test_a_student_has_learnt_on_the_days_of_any_enrolment_while_they_were_there() -> None:
    assert days_learnt(Role(True), []) == ()
    assert days_learnt(Role(True), [Role(True)]) == ALWAYS
    twice = [span(0, 2), span(5, 6)]
    assert days_learnt(Role(True), twice) == ((day(0), day(2)), (day(5), day(6)))
    assert days_learnt(Role(True, ends_on=day(1)), twice) == ((day(0), day(1)),)
    assert days_learnt(Role(True, begins_on=day(6)), twice) == ((day(6), day(6)),)
    assert days_learnt(Role(True, begins_on=day(7)), twice) == ()
    assert days_learnt(Role(True), [span(2, 0)]) == ()


@given(some.lists(some.tuples(some.dates(DAY, day(9)), some.dates(DAY, day(9)))))
def test_joined_spans_are_the_same_days_in_order_and_apart(of: list[tuple[date, date]]) -> None:
    forwards = [(min(each), max(each)) for each in of]
    found = joined(forwards)
    for number in range(-1, 11):
        among = any(first <= day(number) <= last for first, last in forwards)
        assert is_among(day(number), found) == among
    for (_, last), (first, _) in pairwise(found):
        assert last + timedelta(1) < first


@pytest.mark.parametrize(
    ("today", "years", "since"),
    [
        (date(2026, 3, 2), 5, date(2021, 3, 2)),
        (date(2028, 2, 29), 1, date(2027, 3, 1)),
        (date(2028, 2, 29), 4, date(2024, 2, 29)),
        (date(2026, 3, 2), 0, date(2026, 3, 2)),
    ],
)
def test_what_is_kept_today_ended_no_more_than_the_years_ago(
    today: date, years: int, since: date
) -> None:
    assert kept_since(today, years) == since


def test_what_was_held_to_its_end_is_read_for_the_term() -> None:
    since = day(-10)
    over, kept, forgotten = (Place(year_ends_on=day(n)) for n in (-1, -10, -11))
    assert held_to_end(Role(True), over, DAY, since)
    assert held_to_end(Role(True), kept, DAY, since)
    assert not held_to_end(Role(True), forgotten, DAY, since)
    assert held_to_end(Role(True, ends_on=day(-1)), over, DAY, since)
    assert not held_to_end(Role(True, ends_on=day(-2)), over, DAY, since)
    assert not held_to_end(Role(True, begins_on=DAY), over, DAY, since)
    for place in (GOES_ON, Place(year_ends_on=DAY), Place(active=False)):
        assert held_to_end(Role(True, ends_on=DAY), place, DAY, since)
        assert not held_to_end(Role(True, ends_on=BEFORE), place, DAY, since)
        assert not held_to_end(Role(True, begins_on=AFTER), place, DAY, since)


def test_who_has_left_reads_on_with_those_who_were_tied_to_them_then() -> None:
    since = day(-10)
    assert [has_left(Role(True, ends_on=day(n)), DAY, since) for n in (-11, -10, -1, 0, 1)] == [
        False, True, True, False, False,
    ]  # fmt: skip
    assert not has_left(Role(True), DAY, since)
    assert not has_left(Role(False, ends_on=BEFORE), DAY, since)
    last = day(-3)
    ends = {None: True, -4: False, -3: True, -2: False, -1: False, 0: True, 1: True}
    for number, holds_on in ends.items():
        end = None if number is None else day(number)
        assert lasted(Role(True, ends_on=end), last, DAY) == holds_on, number
    assert lasted(Role(True, begins_on=last), last, DAY)
    assert not lasted(Role(True, begins_on=day(-2)), last, DAY)
