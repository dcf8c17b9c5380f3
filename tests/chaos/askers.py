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
PACE = 1.5
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
        """By record, the newest version that was acknowledged."""
        found: dict[UUID, int] = {}
        for operation in self._ledger.by_writer[self._writer]:
            if operation.acknowledged_at is not None:
                for made in operation.made:
                    found[made.ref] = max(made.version, found.get(made.ref, 0))
        return found

    def _withdrawn(self) -> set[UUID]:
        """Marks that somebody has tried to withdraw by now: they may be shown or not."""
        return {
            made.ref
            for operation in self._ledger.by_writer[self._writer]
            if operation.what.startswith("withdraw")
            for made in operation.made
        }

    def _compare(self, person: Person, owed: dict[UUID, int], lesson: Any) -> None:
        self.compared += 1
        shown, withdrawn = dict(_versions(lesson)), self._withdrawn()
        for ref, version in owed.items():
            if ref not in withdrawn and shown.get(ref, 0) < version:
                self.complaints.append(
                    f"{person.login} was shown {ref} of {self._writer} as of {shown.get(ref)},"
                    f" after {version} was acknowledged"
                )


def _versions(lesson: Any) -> Iterator[tuple[UUID, int]]:
    for record in (lesson, *lesson["grades"], *lesson["homework"]):
        yield global_id.read(record["id"])[2], record["version"]
