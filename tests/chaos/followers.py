"""Those who follow the diary: they lose their connection, and go on after the last cursor."""

import asyncio
import json
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from random import Random
from time import monotonic
from typing import Any
from uuid import UUID

import httpx
from websockets import Subprotocol, connect
from websockets.exceptions import WebSocketException

from domain.errors import Code
from resolvers import global_id
from tests.chaos.ledger import Made
from tests.chaos.school import Person

SHOWN = """
  __typename cursor version
  ... on GradeChange { grade { id version text: comment of: student { id } } }
  ... on HomeworkChange { homework { id version text of: course { id } } }
  ... on LessonChange { lesson { id version text: topic of: course { id } } }
"""
FOLLOW = {
    "diaryChanged": f"""
      subscription ($after: String) {{ diaryChanged(after: $after) {{ {SHOWN} }} }}
    """,
    "gradeChanged": """
      subscription ($after: String) {
        gradeChanged(after: $after) {
          cursor version grade { id version text: comment of: student { id } }
        }
      }
    """,
}
CHANGES = f"""
  query ($after: String) {{ changes(after: $after) {{ cursor hasMore changes {{ {SHOWN} }} }} }}
"""
TOPICS = {
    "diaryChanged": frozenset({"GRADE", "HOMEWORK", "LESSON"}),
    "gradeChanged": frozenset({"GRADE"}),
}
REREADS = 0.2
"""How often a client resumes after an older cursor than its last, as one that crashed does."""
FORGETS = 6


@dataclass(frozen=True, slots=True)
class Told:
    """One event as a client got it; `shown` is the version of the record in it, `of` the student
    or course that was read for it, None where it was left out."""

    made: Made
    cursor: str
    shown: int
    text: str | None
    of: UUID | None
    connection: int
    at: float


class Broken(Exception):
    """The stream ended with this error: its code, and what it says where a client that resumes has
    to know."""

    def __init__(self, error: Any) -> None:
        code, message = error["extensions"]["code"], error["message"]
        super().__init__(f"{code}: {message}" if code == Code.RESYNC else code)


class Follower(ABC):
    protocol: str

    def __init__(self, person: Person, feed: str, doors: Sequence[str], seed: str) -> None:
        self.person, self.feed = person, feed
        self.told: list[Told] = []
        self.connections = 0
        self.ended_by: Counter[str] = Counter()
        self._doors = doors
        self._chance = Random(f"{seed} {self}")
        self.headers = {"Authorization": f"Bearer {person.token}"}
        self.after: str | None = None

    def __str__(self) -> str:
        return f"{self.person.login} ({self.protocol}, {self.feed})"

    @property
    def topics(self) -> frozenset[str]:
        return TOPICS[self.feed]

    async def begin(self) -> None:
        """From now on everything is to be told."""
        async with httpx.AsyncClient(headers=self.headers, timeout=20) as client:
            self.after = (await self.page(client, None))["cursor"]

    async def page(self, client: httpx.AsyncClient, after: str | None) -> Any:
        asked = {"query": CHANGES, "variables": {"after": after}}
        answer = (await client.post(f"http://{self.door()}/graphql", json=asked)).json()
        if "errors" in answer:
            raise Broken(answer["errors"][0])
        return answer["data"]["changes"]

    def door(self) -> str:
        return self._chance.choice(self._doors)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self.connections += 1
            try:
                async with aclosing(self.events(self._resumed())) as events:
                    async for event in events:
                        self._hear(event)
                self.ended_by["completed"] += 1
            except (OSError, httpx.TransportError, WebSocketException, ValueError):
                self.ended_by["cut"] += 1
            except Broken as broken:
                self.ended_by[str(broken)] += 1
            await asyncio.sleep(0.02 + self._chance.random() * 0.2)

    @abstractmethod
    def events(self, after: str | None) -> AsyncGenerator[Any, None]:
        """The events of one connection."""

    def _resumed(self) -> str | None:
        if self.told and self._chance.random() < REREADS:
            return self.told[-min(len(self.told), self._chance.randint(1, FORGETS))].cursor
        return self.after

    def _hear(self, event: Any) -> None:
        """As most clients do, take its cursor, whatever else is there."""
        self.after = event["cursor"]
        record = next((value for value in event.values() if isinstance(value, dict)), None)
        if record is None:
            return
        noun, _, ref = global_id.read(record["id"])
        of = record["of"] and global_id.read(record["of"]["id"])[2]
        made = Made(noun.upper(), ref, event["version"])
        self.told.append(
            Told(
                made, event["cursor"], record["version"], record["text"], of, self.connections,
                monotonic(),
            )
        )  # fmt: skip


def root(payload: Any) -> Any:
    """The event of an answer."""
    if payload.get("data") is None:
        raise Broken(payload["errors"][0])
    [event] = payload["data"].values()
    return event


class OverWebSocket(Follower):
    protocol = "WebSocket"

    async def events(self, after: str | None) -> AsyncGenerator[Any, None]:
        async with connect(
            f"ws://{self.door()}/graphql",
            subprotocols=[Subprotocol("graphql-transport-ws")],
            additional_headers=self.headers,
            close_timeout=1,
        ) as socket:
            await socket.send(json.dumps({"type": "connection_init"}))
            payload = {"query": FOLLOW[self.feed], "variables": {"after": after}}
            await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
            async for text in socket:
                message = json.loads(text)
                if message["type"] == "next":
                    yield root(message["payload"])
                elif message["type"] == "error":
                    raise Broken(message["payload"][0])


class OverEvents(Follower):
    protocol = "SSE"

    async def events(self, after: str | None) -> AsyncGenerator[Any, None]:
        headers = self.headers | {"Accept": "text/event-stream"}
        if after is not None:
            headers["Last-Event-ID"] = after
        asked = {"query": FOLLOW[self.feed]}
        async with (
            httpx.AsyncClient(timeout=30, headers=headers) as client,
            client.stream("POST", f"http://{self.door()}/graphql", json=asked) as response,
        ):
            async for line in response.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "data" and value:
                    yield root(json.loads(value))


class ByPages(Follower):
    """Asks now and then."""

    protocol = "pages"

    async def events(self, after: str | None) -> AsyncGenerator[Any, None]:
        async with httpx.AsyncClient(timeout=10, headers=self.headers) as client:
            while True:
                page = await self.page(client, after)
                for event in page["changes"]:
                    yield event
                after = self.after = page["cursor"]
                if not page["hasMore"]:
                    await asyncio.sleep(0.1 + self._chance.random() * 0.5)
