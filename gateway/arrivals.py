"""Connections whose client owes the rest of something: they have no timer each, but are looked at
together a few times a second."""

from typing import Protocol


class Arriving(Protocol):
    """A connection whose client owes the rest of something."""

    def look(self, now: float) -> None:
        """End it where the rest is late."""


class Arrivals:
    """All of them in one process."""

    def __init__(self) -> None:
        self._owing: set[Arriving] = set()

    def add(self, one: Arriving) -> None:
        self._owing.add(one)

    def drop(self, one: Arriving) -> None:
        self._owing.discard(one)

    def look(self, now: float) -> None:
        for one in list(self._owing):
            one.look(now)

    def __len__(self) -> int:
        return len(self._owing)
