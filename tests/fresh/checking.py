"""After every change, questions are asked at once of a gateway that keeps answers, and of another
one, which reads: the answers have to be the same."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.applications import Starlette

from db.reading.changes import changes_since
from db.statement import Statement
from db.store import Store
from db.telling import tell_of
from gateway.operations import Operation
from resolvers.viewers import viewers_of
from tests.fresh.kinds import KINDS
from tests.fresh.questions import VIEWERS, Question, questions
from tests.gateway.front_door import FrontDoor, front_door
from tests.gateway.small_school import HERE, SmallSchool
from tests.store.staff_room import begin_versions

ASKED_EACH = 12
"""Questions asked after each change, besides those that concern it most."""
HELD_FOR = 3
"""Changes during which a long transaction stays open."""
LOADS = 3
LATE = 0.01


@dataclass
class Check:
    """`keeps` keeps answers; `other` is another gateway of the same database, which does not: what
    is changed is changed there, and what is read there is true."""

    keeps: FrontDoor
    other: FrontDoor
    chance: random.Random
    complaints: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    breaks: bool = True
    """Whether connections are killed meanwhile."""

    async def run(self, changes: int, kinds: Sequence[str] = tuple(KINDS)) -> None:
        """Make so many changes, of the kinds in turn."""
        asked = list(questions(self.keeps.small))
        await self._sign_in()
        loads = [asyncio.create_task(self._load(asked)) for _ in range(LOADS)]
        try:
            async with AsyncExitStack() as held:
                for number in range(changes):
                    kind = kinds[number % len(kinds)]
                    if number % HELD_FOR == 0:
                        await self._sign_in()
                        await held.aclose()
                        await self._compare(
                            self._some(asked), "a long transaction", dict(self.other.tokens)
                        )
                        await held.enter_async_context(self._long_transaction())
                    await self._change(kind, self._some(asked))
        finally:
            for load in loads:
                load.cancel()
            await asyncio.gather(*loads, return_exceptions=True)

    async def _sign_in(self) -> None:
        """Whoever is not, or was signed out."""
        for who in VIEWERS:
            if who not in self.other.tokens:
                self.other.tokens[who] = await self.other.token(who)

    async def _change(self, kind: str, asked: list[Question]) -> None:
        await self._sign_in()
        tokens = dict(self.other.tokens)
        await asyncio.gather(*(self._kept(each, tokens) for each in asked))
        if self.breaks and self.chance.random() < 0.1:
            await self._kill_connections()
        await KINDS[kind](self.other, self.chance)
        self.counts[kind] += 1
        await self._compare(asked, kind, tokens)

    async def _compare(
        self, asked: Sequence[Question], kind: str, tokens: Mapping[str, str]
    ) -> None:
        """The kept answers first, so that they are asked for right after the change."""
        kept = await asyncio.gather(*(self._kept(each, tokens) for each in asked))
        viewers_of(self.other.store).forget_all()
        for question, answer in zip(asked, kept, strict=True):
            read = await ask(self.other.app, tokens[question.viewer], question)
            self.counts["compared"] += 1
            if answer != read:
                what = f"{kind}: {question.viewer}, {' '.join(question.query.split())[:60]}"
                self.complaints.append(f"{what}: {answer[:2000]!r} and not {read[:2000]!r}")

    async def _kept(self, question: Question, tokens: Mapping[str, str]) -> bytes:
        return await ask(self.keeps.app, tokens[question.viewer], question)

    async def _load(self, asked: Sequence[Question]) -> None:
        """Ask on and on, so that there is always a look under way."""
        while True:
            with suppress(Exception):
                await self._kept(self.chance.choice(asked), self.other.tokens)
            await asyncio.sleep(0)

    def _some(self, asked: list[Question]) -> list[Question]:
        return self.chance.sample(asked, ASKED_EACH)

    @asynccontextmanager
    async def _long_transaction(self) -> AsyncIterator[None]:
        """It has written, and commits when it is left; it holds the feed back meanwhile."""
        async with self.keeps.pool.acquire() as connection, connection.transaction():
            await connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            await connection.execute(
                "UPDATE diary_signature SET week = week WHERE school_id = $1", HERE
            )
            await connection.execute(
                "UPDATE attendance_code SET name = $1 WHERE school_id = $2",
                f"Held {self.chance.random()}",
                HERE,
            )
            await tell_of(connection, HERE, "attendance_code")
            yield

    async def _kill_connections(self) -> None:
        """Those of the gateway that keeps answers, idle or not."""
        self.counts["connections killed"] += 1
        for holder in list(self.keeps.store.pool._holders):
            connection = holder._con
            if connection is not None and not connection.is_closed():
                await self.other.pool.execute(
                    "SELECT pg_terminate_backend($1)", connection.get_server_pid()
                )


async def ask(app: Starlette, token: str, question: Question) -> bytes:
    """The answer as JSON, by the way that a request over HTTP takes."""
    gateway: Any = app.state.gateway
    engine = gateway.engine
    operation = Operation(question.query, question.variables)
    prepared = engine.prepare(operation)
    for _ in range(5):
        asked = await engine.ask(prepared)
        context = await gateway.make_context(token, "")
        if context.viewer is None:
            return b"signed out"
        answer = await engine.run(prepared, context, asked)
        codes = {each["extensions"]["code"] for each in answer.get("errors", ())}
        if "INTERNAL" not in codes:
            break
    return orjson.dumps(answer)


def delay_looks(store: Store) -> None:
    """Have what each look finds come late, as over a slow network: much is committed meanwhile."""
    fetch = store.fetch

    async def late(statement: Statement[Any], **parameters: object) -> list[Any]:
        rows = await fetch(statement, **parameters)
        if statement.name == changes_since.name:
            await asyncio.sleep(LATE)
        return rows

    store.fetch = late  # type: ignore[method-assign]


@asynccontextmanager
async def checking(url: str, small: SmallSchool, seed: str) -> AsyncIterator[Check]:
    async with (
        front_door(url, small) as keeps,
        front_door(url, small, kept_answer_bytes=0) as other,
    ):
        async with keeps.pool.acquire() as connection:
            await begin_versions(connection)
            await connection.execute("RESET gradebook.audit_removal")
            await tell_of(connection)
        delay_looks(keeps.store)
        yield Check(keeps, other, random.Random(seed))
