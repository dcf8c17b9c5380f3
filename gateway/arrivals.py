"""Connections whose client may owe the rest of something: they have no timer each, but are looked
at together a few times a second."""

from typing import Protocol


class Arriving(Protocol):
    """A connection whose client may owe the rest of something."""

    owes: bool

    def look(self, now: float) -> None:
        """End it where the rest is late."""


class Arrivals:
    """All of them in one process."""

    def __init__(self) -> None:
        self._looked_at: set[Arriving] = set()

    def add(self, one: Arriving) -> None:
        self._looked_at.add(one)

    def drop(self, one: Arriving) -> None:
        self._looked_at.discard(one)

    def look(self, now: float) -> None:
        for one in list(self._looked_at):
            one.look(now)

    def owing(self) -> int:
        return sum(one.owes for one in self._looked_at)

    def __len__(self) -> int:
        return len(self._looked_at)
