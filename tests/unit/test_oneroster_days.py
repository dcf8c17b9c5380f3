"""Instants as days of a zone, and what the days of sessions say of how ends are written."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.oneroster.ends import SessionDays, shared_days
from domain.oneroster.instants import Moment, first_day, last_day, mark_days
from domain.oneroster.values import day
from domain.periods import instant_of, school_day, whole_day

NEW_YORK, RIGA = "America/New_York", "Europe/Riga"


def read(value: str) -> date:
    return day(value, lambda _: None)


def test_an_instant_is_a_day_of_the_zone_and_midnights_are_days_by_themselves() -> None:
    assert first_day(read("2026-11-10T04:59:59Z"), NEW_YORK) == date(2026, 11, 9)
    assert first_day(read("2026-11-10T05:00:00Z"), NEW_YORK) == date(2026, 11, 10)
    assert first_day(read("2026-11-09T22:30:00Z"), RIGA) == date(2026, 11, 10)
    assert first_day(read("2026-11-10T04:59:59"), NEW_YORK) == date(2026, 11, 10)
    assert first_day(read("2026-11-10"), NEW_YORK) == date(2026, 11, 10)
    midnight, evening = read("2026-11-10T00:00:00Z"), read("2026-11-10T23:59:59.999Z")
    other = read("2026-11-10T12:00:00Z")
    assert isinstance(midnight, Moment)
    assert isinstance(evening, Moment)
    assert isinstance(other, Moment)
    assert first_day(midnight, NEW_YORK) == date(2026, 11, 9)
    assert not mark_days([midnight, evening, other])
    assert mark_days([midnight, evening])
    assert first_day(midnight, NEW_YORK) == date(2026, 11, 10)
    assert first_day(evening, RIGA) == date(2026, 11, 10)


@pytest.mark.parametrize(
    ("value", "inclusive", "exclusive"),
    [
        ("2026-06-30", "2026-06-30", "2026-06-29"),
        ("2026-06-30T04:00:00Z", "2026-06-30", "2026-06-29"),
        ("2026-07-01T03:59:59Z", "2026-06-30", "2026-06-30"),
        ("2026-06-30T23:59:59", "2026-06-30", "2026-06-30"),
        ("0001-01-01T00:00:00Z", "0001-01-01", "0001-01-01"),
        ("9999-12-31T23:59:59Z", "9999-12-31", "9999-12-31"),
    ],
)
def test_an_end_is_the_last_day_that_is_included(
    value: str, inclusive: str, exclusive: str
) -> None:
    found = [last_day(read(value), NEW_YORK, exclusive=each) for each in (False, True)]
    assert found == [date.fromisoformat(inclusive), date.fromisoformat(exclusive)]


@given(st.integers(-2_000_000_000, 4_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC)))
def test_whatever_the_instant_its_day_is_the_schools_day(at: datetime) -> None:
    found = first_day(read(at.isoformat().replace("+00:00", "Z")), RIGA)
    assert found == school_day(at, RIGA)
    starts, ends = whole_day(found, RIGA)
    assert starts <= at < ends
    assert starts == instant_of(found, time(), RIGA)


def sessions(*spans: str, kind: str = "term", parent: str | None = "y1") -> list[SessionDays]:
    days = [span.split("/") for span in spans]
    return [SessionDays(kind, parent, *map(date.fromisoformat, pair)) for pair in days]


AUTUMN, WINTER, SPRING = "2025-09-01/2025-10-27", "2025-10-27/2026-01-12", "2026-01-12/2026-06-30"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (sessions(AUTUMN, WINTER, SPRING), (2, True)),
        (sessions(AUTUMN, "2025-10-28/2026-01-12", SPRING), (1, False)),
        (sessions(AUTUMN, "2025-10-27/2026-01-09", SPRING), (1, False)),
        (sessions(AUTUMN, "2025-10-28/2026-01-11", SPRING), (0, False)),
        (sessions(AUTUMN), (0, False)),
        ([*sessions(AUTUMN), *sessions(WINTER, parent="y2")], (0, False)),
        ([*sessions(AUTUMN), *sessions(WINTER, kind="semester")], (0, False)),
        (
            [*sessions("2024-09-02/2025-06-27", "2025-09-01/2026-06-30", kind="schoolYear"),
             *sessions(AUTUMN, WINTER)],
            (1, True),
        ),
        (
            sessions(AUTUMN, "2025-09-08/2025-11-03", WINTER, "2025-11-03/2026-01-19"),
            (2, True),
        ),
    ],
)  # fmt: skip
def test_ends_are_exclusive_where_every_next_session_begins_on_them(
    written: list[SessionDays], found: tuple[int, bool]
) -> None:
    assert shared_days(written) == found
    assert shared_days(reversed(written)) == found


def test_a_session_after_another_is_found_whatever_lies_between() -> None:
    first, last = date(2025, 9, 1), date(2025, 9, 1) + timedelta(days=30)
    assert shared_days(
        [SessionDays("term", "y", first, last), SessionDays("term", "y", last, last)]
    ) == (
        1,
        True,
    )
