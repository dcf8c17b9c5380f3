"""The log: a line where the database is away, a traceback where we have failed."""

import logging
import sys
from pathlib import Path

import asyncpg
import pytest

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
