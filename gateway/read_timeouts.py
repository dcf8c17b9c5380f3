"""Connections whose client may owe the rest of something: they have no timer each, but are looked
at together a few times a second."""

from typing import Protocol


class TimedConnection(Protocol):
    """A connection whose client may owe the rest of something."""

    is_incomplete: bool

    def check_timeout(self, now: float) -> None:
        """End it where the rest is late."""


class ReadTimeouts:
    """All of them in one process."""

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
