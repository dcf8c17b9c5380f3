"""Teachers who give grades at a pace, and readers who ask meanwhile, each over plain HTTP."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from time import perf_counter
from typing import Any
from uuid import UUID

import orjson

from tests.bench.live.people import Chance
from tests.bench.load import Request
from tests.bench.operations import DIARY

GIVE = """mutation ($input: GiveGradeInput!) { giveGrade(input: $input) {
  grade { id version } errors { code message } } }"""
GIVE_MANY = """mutation ($input: GiveGradesInput!) { giveGrades(input: $input) {
  grades { id version } errors { code message } } }"""
CONNECTIONS = 24
"""Over which grades are given; so many may be under way at once."""
WAITS = 30.0


@dataclass(slots=True)
class Written:
    """`of` names, by a grade's global id, whose it is; `took` is in seconds, from when each was
    due, so that waiting for a connection counts."""

    of: dict[str, UUID] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(slots=True)
class Asked:
    """Queries, each over a connection of its own; `took` holds the seconds of those answered."""

    took: list[float] = field(default_factory=list)
    refused: int = 0
    """No connection, or one that was cut before the answer."""


class Caller:
    """One connection that is kept."""

    def __init__(self, host: str) -> None:
        self.host = host
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, token: str, query: str, variables: dict[str, Any]) -> Any:
        """The answer's data; ends the bench with an answer of errors, raises `OSError` where
        there is none."""
        if self._streams is None:
            address, _, port = self.host.partition(":")
            self._streams = await asyncio.open_connection(address, int(port))
        reader, writer = self._streams
        body = orjson.dumps({"query": query, "variables": variables})
        writer.write(Request("/graphql", token, body).encoded(self.host))
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            answer = orjson.loads(await reader.readexactly(length))
        except asyncio.IncompleteReadError:
            raise ConnectionResetError("The server hung up.") from None
        if not answer.get("data") or "errors" in answer:
            raise SystemExit(f"{head.splitlines()[0]!r}: {answer}")
        return answer["data"]

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def give_paced(
    host: str, chances: Sequence[Chance], a_second: float, seconds: float
) -> Written:
    """One mutation a grade, begun when it is due however long those before it take."""
    written, begun = Written(), perf_counter()
    due = iter(enumerate(islice(cycle(chances), int(a_second * seconds))))

    async def give() -> None:
        caller = Caller(host)
        for number, chance in due:
            at = begun + number / a_second
            await asyncio.sleep(max(0.0, at - perf_counter()))
            data = await caller.post(chance.token, GIVE, {"input": chance.given})
            payload = data["giveGrade"]
            if payload["errors"]:
                raise SystemExit(f"A grade was refused: {payload['errors']}")
            written.took.append(perf_counter() - at)
            written.of[payload["grade"]["id"]] = chance.student
        caller.close()

    await asyncio.gather(*(give() for _ in range(CONNECTIONS)))
    written.seconds = perf_counter() - begun
    return written


async def give_to_all(host: str, chances: Sequence[Chance]) -> Written:
    """A grade for each, those of one teacher's lesson at once."""
    written, begun = Written(), perf_counter()
    by_lesson: dict[tuple[str, str], list[Chance]] = {}
    for chance in chances:
        by_lesson.setdefault((chance.token, chance.given["lesson"]), []).append(chance)
    caller = Caller(host)
    for (token, _), many in by_lesson.items():
        given = {"input": {"grades": [chance.given for chance in many]}}
        payload = (await caller.post(token, GIVE_MANY, given))["giveGrades"]
        if payload["errors"]:
            raise SystemExit(f"Grades were refused: {payload['errors']}")
        for grade, chance in zip(payload["grades"], many, strict=True):
            written.of[grade["id"]] = chance.student
    caller.close()
    written.seconds = perf_counter() - begun
    return written


@asynccontextmanager
async def asking(host: str, token: str, student: str, a_second: float) -> AsyncIterator[Asked]:
    """Ask for a week of the diary at a pace while the block runs, and wait for what was asked."""
    asked, waiting = Asked(), set[asyncio.Task[None]]()
    today = datetime.now(UTC).date()
    week = {"id": student, "from": str(today - timedelta(days=6)), "to": str(today)}

    async def ask() -> None:
        caller, begun = Caller(host), perf_counter()
        try:
            async with asyncio.timeout(WAITS):
                await caller.post(token, DIARY, week)
            asked.took.append(perf_counter() - begun)
        except OSError:  # and a timeout is one of them
            asked.refused += 1
        finally:
            caller.close()

    async def go_on() -> None:
        while True:
            task = asyncio.create_task(ask())
            waiting.add(task)
            await asyncio.sleep(1 / a_second)

    going = asyncio.create_task(go_on())
    try:
        yield asked
    finally:
        going.cancel()
        with suppress(asyncio.CancelledError):
            await going
        await asyncio.gather(*waiting)
