"""The one clock: everything that asks for the time or for today asks here.

It is the system's clock, moved by a fixed distance in tests and rehearsals. Durations are measured
with `time.monotonic`, which nothing moves.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

NOT_AHEAD = timedelta()
_ahead = NOT_AHEAD
_ahead_in_microseconds = 0


ASKED: ContextVar[list[datetime | None] | None] = ContextVar("asked", default=None)
"""Where it is noted that the time was asked for, by whoever keeps what was made meanwhile; by the
instant at which the answer changes, where that is known."""


def now() -> datetime:
    """The current instant, in UTC."""
    if (asked := ASKED.get()) is not None:
        asked.append(None)
    return datetime.now(UTC) + _ahead


def now_or_until(instant: datetime) -> datetime:
    """As `now`, for whoever asks nothing but whether the instant has come."""
    time = datetime.now(UTC) + _ahead
    if time < instant and (asked := ASKED.get()) is not None:
        asked.append(instant)
    return time


def today(time_zone: str) -> date:
    """The current day in the time zone."""
    return now().astimezone(ZoneInfo(time_zone)).date()


def milliseconds() -> int:
    """The current instant in milliseconds since 1970."""
    if (asked := ASKED.get()) is not None:
        asked.append(None)
    return (time.time_ns() // 1_000 + _ahead_in_microseconds) // 1_000


def seconds_told(seconds: float) -> str:
    """A duration as messages tell it: 1 second, 0.2 seconds."""
    return f"{seconds:g} {'second' if seconds == 1 else 'seconds'}"


def ahead() -> timedelta:
    """How far the clock is ahead of the system's; negative if it is behind."""
    return _ahead


def set_ahead(distance: timedelta) -> None:
    global _ahead, _ahead_in_microseconds
    _ahead, _ahead_in_microseconds = distance, distance // timedelta(microseconds=1)


def set_to(instant: datetime) -> None:
    """Set the clock, which runs on from the instant."""
    if instant.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    set_ahead(instant - datetime.now(UTC))


def reset() -> None:
    """Set the clock to the system's time."""
    set_ahead(NOT_AHEAD)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Set the clock for the length of the block."""
    before = _ahead
    set_to(instant)
    try:
        yield
    finally:
        set_ahead(before)
