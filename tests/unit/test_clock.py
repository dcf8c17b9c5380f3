"""The one clock: set, it runs on; and nothing asks another one."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import bindparam, select

from db.reading.parts import NOW
from db.rows import row_of
from db.statement import Statement
from db.tables.schools import School
from domain import clock
from domain.ids import uuid7
from tests.checks import clocks

FIRST_BELL = datetime(2031, 9, 1, 5, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_clock_that_is_set_runs_on_and_comes_back() -> None:
    with clock.at(FIRST_BELL):
        first = clock.now()
        assert FIRST_BELL <= first < FIRST_BELL + MINUTE
        assert clock.now() > first
        assert clock.milliseconds() // 60_000 == int(FIRST_BELL.timestamp()) // 60
        assert uuid7().int >> 80 >= int(FIRST_BELL.timestamp() * 1000)
        with clock.at(FIRST_BELL - timedelta(days=365)):
            assert clock.now() < FIRST_BELL
        assert clock.now() >= FIRST_BELL
    assert clock.ahead() == timedelta()
    clock.set_to(FIRST_BELL)
    clock.reset()
    assert clock.now() < FIRST_BELL


def test_a_duration_is_told_in_seconds_or_in_one_second() -> None:
    told = [clock.seconds_told(seconds) for seconds in (0.2, 1, 1.0, 30)]
    assert told == ["0.2 seconds", "1 second", "1 second", "30 seconds"]


def test_today_is_a_day_of_the_zone() -> None:
    with clock.at(datetime(2031, 8, 31, 22, tzinfo=UTC)):
        days = [clock.today(zone) for zone in ("UTC", "Europe/Moscow", "America/New_York")]
    assert days == [date(2031, 8, 31), date(2031, 9, 1), date(2031, 8, 31)]


def test_an_instant_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        clock.set_to(datetime(2031, 9, 1))  # noqa: DTZ001


def test_a_statement_takes_the_instant_from_the_clock_unless_it_is_given() -> None:
    row = row_of(School)
    asked = Statement[School]("asked", lambda: select(NOW.label("at"), bindparam("x", 7)), row)
    assert asked.needed == set()
    with clock.at(FIRST_BELL):
        at, seven = asked.arguments({})
    assert seven == 7
    assert isinstance(at, datetime)
    assert FIRST_BELL <= at < FIRST_BELL + MINUTE
    assert asked.arguments({"now": None}) == [None, 7]
    with pytest.raises(KeyError, match="school"):
        Statement[School]("other", lambda: select(NOW, bindparam("school")), row).arguments({})


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("datetime.now(UTC)", "asks datetime.now instead of the clock"),
        ("datetime.datetime.now(UTC)", "asks datetime.now instead of the clock"),
        ("date.today()", "asks date.today instead of the clock"),
        ("from time import monotonic, time", "asks time.time instead of the clock"),
        ("clock = time.time_ns", "asks time.time_ns instead of the clock"),
        ("at = func.now()", "now() in SQL: take the parameter `now`"),
        ("at = sa.func.clock_timestamp()", "clock_timestamp() in SQL: take the parameter `now`"),
        ("at = f'VALUES ({x}, Current_Date)'", "Current_Date in SQL: take the parameter `now`"),
        ("sa.text('now()')", "now() in SQL: take the parameter `now`"),
        ("'''Prose of now().'''\nfrom time import monotonic\nat = clock.now()", None),
    ],
)
def test_another_clock_fails_the_check(
    source: str, said: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clocks, "ROOT", tmp_path)
    (path := tmp_path / "module.py").write_text(source)
    assert clocks.other_clocks([path]) == ([f"module.py:1: {said}"] if said else [])


def test_nothing_asks_another_clock() -> None:
    assert clocks.other_clocks() == []
