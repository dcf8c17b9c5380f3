"""Timeouts for incomplete requests and messages.

Connections have no timers of their own: all of them are checked a few times a second.
"""

from typing import Protocol


class TimedConnection(Protocol):
    """A connection whose client may have sent a part of a request or message."""

    is_incomplete: bool

    def check_timeout(self, now: float) -> None:
        """Close the connection if the rest is late."""


class ReadTimeouts:
    """The connections of a process that are checked."""

    def __init__(self) -> None:
        self._connections: set[TimedConnection] = set()

    def add(self, one: TimedConnection) -> None:
        self._connections.add(one)

    def drop(self, one: TimedConnection) -> None:
        self._connections.discard(one)

    def check(self, now: float) -> None:
        for one in list(self._connections):
            one.check_timeout(now)

    def count_incomplete(self) -> int:
        return sum(one.is_incomplete for one in self._connections)

    def __len__(self) -> int:
        return len(self._connections)
