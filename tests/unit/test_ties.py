from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from domain.ties import Role, holds, is_open, is_there

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
