"""The log: a line where the database is away, a traceback where we have failed."""

import logging
import sys
from pathlib import Path

import asyncpg
import pytest

from gateway import logs
from gateway.logs import OneLineFormatter


def logged(error: BaseException) -> list[str]:
    """The lines of an error that was raised and logged."""
    try:
        raise error
    except BaseException:
        record = logging.LogRecord(
            "a", logging.ERROR, __file__, 1, "Failed at %s", ("home",), sys.exc_info()
        )
    return OneLineFormatter("%(levelname)s %(message)s").format(record).splitlines()


AWAY = [
    ConnectionRefusedError(111, "Connection refused"),
    asyncpg.CannotConnectNowError("the database system is starting up"),
    asyncpg.AdminShutdownError("terminating\nconnection"),
    asyncpg.TooManyConnectionsError("sorry"),
    asyncpg.InterfaceError("cannot call Connection.fetch(): connection has been released"),
    TimeoutError(),
    ExceptionGroup("two", [ConnectionResetError(), asyncpg.CannotConnectNowError("starting")]),
]
OURS = [
    ValueError("connection closed"),
    asyncpg.InterfaceError("the server expects 1 argument for this query, 2 were passed"),
    asyncpg.UniqueViolationError("duplicate key"),
    asyncpg.UndefinedColumnError("no such column"),
    FileNotFoundError(2, "No such file"),
    ExceptionGroup("two", [ConnectionResetError(), KeyError("a")]),
]


@pytest.mark.parametrize("error", AWAY, ids=repr)
def test_a_database_that_is_away_is_one_line(error: BaseException) -> None:
    (line,) = logged(error)
    assert line.startswith("ERROR Failed at home: the database is away: ")


@pytest.mark.parametrize("error", OURS, ids=repr)
def test_what_fails_otherwise_is_told_whole(error: BaseException) -> None:
    lines = logged(error)
    assert lines[0] == "ERROR Failed at home"
    assert any("Traceback (most recent call last):" in line for line in lines)


async def test_a_socket_that_is_not_there_is_the_databases(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file") as caught:
        await asyncpg.connect(f"postgresql://a@/a?host={tmp_path}")
    assert len(logged(caught.value)) == 1


def test_an_outage_of_a_minute_is_a_few_lines_that_tell_how_many_there_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    monkeypatch.setattr(logs, "monotonic", lambda: now)
    outage, passed = logs.OutageFilter(), []
    away = ConnectionRefusedError(111, "Connection refused")
    for number in range(6_000):
        now = 1_000 + number / 100
        record = logging.LogRecord("a", 40, "", 1, "Failed", (), (type(away), away, None))
        passed += [record.getMessage()] if outage.filter(record) else []
    assert passed == ["Failed"] * 5 + ["Failed (2995 lines about the database were left out)"]
    other = logging.LogRecord("a", 30, "", 1, "PostgreSQL is back", (), None)
    assert outage.filter(other)
    assert other.getMessage() == "PostgreSQL is back (2999 lines about the database were left out)"
