"""What actions are given: the world as it is to be, the gateway, the day, and chance."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from tests.year.client import Clients, Step
from tests.year.model.world import Account, School, World
from tests.year.served import Served


@dataclass(frozen=True)
class Size:
    """How much is played. Every `step`th school day of a year is one."""

    a_class: int = 20
    step: int = 1
    checks: int = 20
    """Screens that are looked at each day."""
    sweeps: int = 120
    """And on the days that matter most."""


@dataclass
class Stage:
    world: World
    gateway: Served
    clients: Clients
    chance: Random
    size: Size
    today: date = date.min
    heads: dict[School, Account] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    """Family names that nobody has yet."""

    def head(self, school: School) -> Account:
        return self.heads[school]

    async def office(self, school: School, *steps: Step, refused: str | None = None) -> list[Any]:
        """Mutations of the school's head, many requests' worth if there are so many."""
        found: list[Any] = []
        for place in range(0, len(steps), MOST):
            part = steps[place : place + MOST]
            found += await self.clients.do(self.head(school), *part, refused=refused)
        return found

    def tell(self, text: str, *about: Any, turns: bool = False) -> None:
        self.world.tell(self.today, text, *about, turns=turns)

    def some(self, among: Sequence[Any], count: int) -> list[Any]:
        return self.chance.sample(list(among), min(count, len(among)))


MOST = 40
"""Mutations of one request."""
