"""Those who ask for a lesson again and again: no answer, kept or read, is older than what was
acknowledged before they asked."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from random import Random
from typing import Any
from uuid import UUID

import httpx

from resolvers import global_id
from tests.chaos.ledger import Ledger
from tests.chaos.school import Person, Seat
from tests.gateway.small_school import HERE

LESSON = """
  query ($id: ID!) { lesson(id: $id) {
    id version course { title } grades { id version } homework { id version } } }
"""
TIMES = 3
"""How often each asks in a row, over one connection, so that an answer that is kept is used."""
PACE = 0.6
"""Seconds until the next row, at most."""


class Asker:
    """Asks for one lesson, where one writer alone writes."""

    def __init__(
        self,
        writer: str,
        seat: Seat,
        people: Sequence[Person],
        ledger: Ledger,
        doors: Sequence[str],
        seed: str,
    ) -> None:
        self._writer, self._lesson = writer, seat.lesson_id
        self._people, self._ledger, self._doors = people, ledger, doors
        self._chance = Random(f"{seed} asks of {writer}")
        self.complaints: list[str] = []
        self.compared = 0
        """Answers that came."""

    async def run(self) -> None:
        """Until cancelled."""
        async with httpx.AsyncClient(timeout=10) as client:
            while True:
                person, door = self._chance.choice(self._people), self._chance.choice(self._doors)
                with suppress(httpx.TransportError, ValueError):
                    for _ in range(TIMES):
                        await self._ask(client, door, person)
                await asyncio.sleep(self._chance.random() * PACE)

    async def _ask(self, client: httpx.AsyncClient, door: str, person: Person) -> None:
        asked = {"query": LESSON, "variables": {"id": global_id.make("Lesson", HERE, self._lesson)}}
        headers = {"Authorization": f"Bearer {person.token}"}
        owed = self._owed()
        response = await client.post(f"http://{door}/graphql", json=asked, headers=headers)
        answer = response.json()
        if "errors" not in answer:
            self._compare(person, owed, answer["data"]["lesson"])

    def _owed(self) -> dict[UUID, int]:
        """By record, the newest version that was acknowledged; no marks that may be withdrawn."""
        found: dict[UUID, int] = {}
        withdrawn: set[UUID] = set()
        for operation in self._ledger.by_writer[self._writer]:
            for made in operation.made:
                if operation.what.startswith("withdraw"):
                    withdrawn.add(made.ref)
                elif operation.acknowledged_at is not None:
                    found[made.ref] = max(made.version, found.get(made.ref, 0))
        return {ref: version for ref, version in found.items() if ref not in withdrawn}

    def _compare(self, person: Person, owed: dict[UUID, int], lesson: Any) -> None:
        self.compared += 1
        shown = dict(_versions(lesson))
        for ref, version in owed.items():
            if shown.get(ref, 0) < version:
                self.complaints.append(
                    f"{person.login} was shown {ref} of {self._writer} as of {shown.get(ref)},"
                    f" after {version} was acknowledged"
                )


def _versions(lesson: Any) -> Iterator[tuple[UUID, int]]:
    for record in (lesson, *lesson["grades"], *lesson["homework"]):
        yield global_id.read(record["id"])[2], record["version"]
