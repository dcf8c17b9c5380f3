from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.periods import (
    BackwardsLesson,
    BackwardsSpan,
    Span,
    SpanTooLong,
    UnknownZone,
    holding,
    instant_of,
    is_locked,
    lesson_times,
    school_day,
)

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia")


@dataclass(frozen=True)
class Period:
    name: str
    starts_on: date
    ends_on: date
    locked: bool = False


YEAR = Period("Year", date(2025, 9, 1), date(2026, 5, 31))
FIRST = Period("1st half", date(2025, 9, 1), date(2025, 12, 31))
SECOND = Period("2nd half", date(2026, 1, 1), date(2026, 5, 31))
QUARTER = Period("1st quarter", date(2025, 9, 1), date(2025, 10, 26), locked=True)


def test_a_span_holds_both_its_ends() -> None:
    week = Span(date(2026, 3, 2), date(2026, 3, 8))
    assert week.days == 7
    assert week.contains(date(2026, 3, 2))
    assert week.contains(date(2026, 3, 8))
    assert not week.contains(date(2026, 3, 1))
    assert not week.contains(date(2026, 3, 9))


def test_a_span_is_a_single_day_at_least() -> None:
    assert Span(date(2026, 3, 2), date(2026, 3, 2), limit=1).days == 1
    with pytest.raises(BackwardsSpan, match=r"^2026-03-01 is before 2026-03-02$"):
        Span(date(2026, 3, 2), date(2026, 3, 1))


def test_a_span_is_no_longer_than_its_limit() -> None:
    assert Span(date(2026, 3, 2), date(2026, 3, 8), limit=7).days == 7
    with pytest.raises(SpanTooLong, match=r"^8 days is more than the 7 that may be asked for$"):
        Span(date(2026, 3, 2), date(2026, 3, 9), limit=7)


def test_the_limit_is_no_part_of_the_span() -> None:
    day = date(2026, 3, 2)
    assert Span(day, day, limit=7) == Span(day, day)


@given(some.dates(), some.dates(), some.dates())
def test_a_span_contains_as_many_days_as_it_counts(one: date, other: date, day: date) -> None:
    span = Span(min(one, other), max(one, other))
    assert span.contains(day) == (0 <= (day - span.first).days < span.days)


def test_the_periods_around_a_day_come_innermost_first() -> None:
    periods = [YEAR, SECOND, FIRST, QUARTER]
    assert holding(periods, date(2025, 10, 26)) == [QUARTER, FIRST, YEAR]
    assert holding(periods, date(2025, 10, 27)) == [FIRST, YEAR]
    assert holding(periods, date(2026, 1, 1)) == [SECOND, YEAR]
    assert holding(periods, date(2026, 6, 1)) == []


def test_a_locked_period_locks_its_days_and_no_others() -> None:
    periods = [YEAR, FIRST, SECOND, QUARTER]
    assert is_locked(periods, date(2025, 9, 1))
    assert is_locked(periods, date(2025, 10, 26))
    assert not is_locked(periods, date(2025, 10, 27))
    assert not is_locked(periods, date(2026, 8, 1))


def test_a_locked_year_locks_its_open_quarters() -> None:
    year = Period("Year", YEAR.starts_on, YEAR.ends_on, locked=True)
    assert is_locked([FIRST, year], date(2025, 12, 1))


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("UTC", date(2026, 3, 2)),
        ("Asia/Tokyo", date(2026, 3, 3)),
        ("America/New_York", date(2026, 3, 2)),
        ("Pacific/Kiritimati", date(2026, 3, 3)),
    ],
)
def test_a_school_day_is_the_day_in_the_schools_zone(zone: str, day: date) -> None:
    assert school_day(datetime(2026, 3, 2, 22, 30, tzinfo=UTC), zone) == day


def test_a_school_day_is_the_same_from_any_offset() -> None:
    elsewhere = datetime(2026, 3, 3, 3, 30, tzinfo=timezone(timedelta(hours=5)))
    assert school_day(elsewhere, "Europe/Berlin") == date(2026, 3, 2)


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^An instant needs its offset from UTC$"):
        school_day(datetime(2026, 3, 2), "UTC")  # noqa: DTZ001


@pytest.mark.parametrize("zone", ["Mars/Base", "", "../etc/passwd", "/etc", "Europe", "a\0b", "Ω"])
def test_an_unknown_zone_is_named(zone: str) -> None:
    with pytest.raises(UnknownZone, match="is not a time zone such as Europe/Riga"):
        instant_of(date(2026, 3, 2), time(8), zone)


@pytest.mark.parametrize(
    ("day", "hour"),
    [
        (date(2026, 3, 27), 7),
        (date(2026, 3, 30), 6),
        (date(2026, 10, 23), 6),
        (date(2026, 10, 26), 7),
    ],
)
def test_eight_o_clock_stays_eight_o_clock_when_the_clocks_change(day: date, hour: int) -> None:
    starts, ends = lesson_times(day, time(8), time(8, 45), "Europe/Berlin")
    assert starts == datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    assert ends - starts == timedelta(minutes=45)


def test_an_hour_that_comes_twice_is_the_first_unless_told() -> None:
    day = date(2026, 10, 25)
    assert instant_of(day, time(2, 30), "Europe/Berlin") == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )
    assert instant_of(day, time(2, 30, fold=1), "Europe/Berlin") == datetime(
        2026, 10, 25, 1, 30, tzinfo=UTC
    )


def test_an_hour_that_the_clocks_skip_is_counted_on() -> None:
    skipped = instant_of(date(2026, 3, 29), time(2, 30), "Europe/Berlin")
    assert skipped == instant_of(date(2026, 3, 29), time(3, 30), "Europe/Berlin")


def test_a_lesson_lasts_as_long_as_the_hours_that_pass() -> None:
    starts, ends = lesson_times(date(2026, 10, 25), time(1, 30), time(3, 30), "Europe/Berlin")
    assert ends - starts == timedelta(hours=3)


@pytest.mark.parametrize("ends", [time(8), time(7, 59)])
def test_a_lesson_ends_after_it_starts(ends: time) -> None:
    with pytest.raises(BackwardsLesson, match=r"^A lesson ends after it starts, not 08:00 to 0"):
        lesson_times(date(2026, 3, 2), time(8), ends, "Europe/Berlin")


def test_a_lesson_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(BackwardsLesson):
        lesson_times(date(2026, 3, 29), time(2, 30), time(3), "Europe/Berlin")


@given(some.dates(date(1990, 1, 1), date(2037, 1, 1)), some.sampled_from(ZONES))
def test_noon_is_on_its_own_day(day: date, zone: str) -> None:
    if day != date(2011, 12, 30):  # the day that Samoa skipped
        assert school_day(instant_of(day, time(12), zone), zone) == day
