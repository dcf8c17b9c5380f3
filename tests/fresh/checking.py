"""After every change, questions are asked at once of a gateway that keeps answers, and of another
one, which reads: the answers have to be the same."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, NamedTuple
from unittest.mock import patch

import httpx
import orjson
from starlette.applications import Starlette

from db.statement import Statement
from db.store import Reader
from db.telling import tell_of
from gateway.operations import Operation
from resolvers import viewers
from resolvers.answers.looks import Looks
from resolvers.declarations.mutation import MUTATIONS
from resolvers.viewers import viewers_of
from tests.fresh.declared import concerned, do, prepare
from tests.fresh.fields import fields_asked, questions_of
from tests.fresh.kinds import KINDS
from tests.fresh.questions import VIEWERS, Question, questions
from tests.gateway.front_door import FrontDoor, front_door
from tests.gateway.small_school import HERE, SmallSchool
from tests.store.staff_room import begin_versions

ASKED_EACH = 10
"""Questions asked before and after each change."""
HELD_FOR = 3
"""Changes during which a long transaction stays open."""
LOADS = 1
LATE = 0.01
"""Seconds by which what a look finds comes late."""
SOON = 0.2
"""Seconds after which a viewer is used after a look alone."""
PACE = LATE / 2
"""Seconds between two questions of a load, so that there is always a look under way."""
TIMES = 3
"""How often each question is asked after a change, each time anew: first while looks are under way
that have begun before it."""
PUBLIC = "query ($id: ID!) { publicPages(school: $id) { slug } }"
READ_AT_ONCE = 6
"""True answers that are read at the same time."""


class Answer(NamedTuple):
    data: bytes
    kept: bool
    """Whether it is one that was kept."""


@dataclass
class Check:
    """`keeps` keeps answers; `other` is another gateway of the same database, which does not: what
    is changed is changed there, and what is read there is true."""

    keeps: FrontDoor
    other: FrontDoor
    chance: random.Random
    complaints: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    asked_each: int = ASKED_EACH
    breaks: bool = True
    """Whether connections are killed meanwhile."""
    unkept: set[str] = field(default_factory=set)
    """Queries of fields to which nobody's answer is kept."""

    async def run(
        self, changes: int, kinds: Sequence[str] = tuple(KINDS), *, until_found: bool = False
    ) -> None:
        """Make so many changes, of the kinds in turn, or fewer if there is a complaint before."""
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
                    if until_found and self.complaints:
                        break
        finally:
            for load in loads:
                load.cancel()
            await asyncio.gather(*loads, return_exceptions=True)

    async def run_declared(self, names: Iterable[str]) -> None:
        """Have each mutation of these names done with a made-up input, and ask for fields of what
        it concerns."""
        for name in names:
            await self._sign_in()
            await prepare(self.other, name)
            tokens = dict(self.other.tokens)
            asked = await self._fields_of(concerned(MUTATIONS[name]), tokens)
            if await do(self.other, self.chance, name):
                self.counts[name] += 1
                await self._compare(asked, name, tokens)

    async def _fields_of(self, nouns: Set[str], tokens: Mapping[str, str]) -> list[Question]:
        """Questions of fields whose path leads through one of the nouns, and whose answers are kept
        now: what is not kept is read anew whatever happens."""
        wanted = [each for each in fields_asked() if each.types & nouns]
        wanted = [each for each in wanted if each.query not in self.unkept]
        some = self.chance.sample(wanted, min(len(wanted), self.asked_each))
        left = [each for asked in some for each in questions_of(asked, self.keeps.small, VIEWERS)]
        found: list[Question] = []
        for _ in range(3):  # what takes one load is kept from the second time on
            answers = await self._asked(left, tokens)
            found += [each for each, answer in zip(left, answers, strict=True) if answer.kept]
            left = [each for each, answer in zip(left, answers, strict=True) if not answer.kept]
        self.unkept |= {each.query for each in some} - {each.query for each in found}
        return found

    async def fill(self) -> None:
        """Have every question's answer kept."""
        await self._sign_in()
        for question in questions(self.keeps.small):
            await self._kept(question, self.other.tokens)

    async def until_it_writes(self) -> None:
        """After what has happened to the database, until the other process is at work again."""
        school = self.keeps.small.id("School")
        while True:
            with suppress(httpx.TransportError):
                answer = await self.other.post(PUBLIC, id=school)
                if "errors" not in answer.json():
                    return
            await asyncio.sleep(0.05)

    async def compare_all(self, after: str) -> None:
        await self._sign_in()
        asked = list(questions(self.keeps.small))
        await self._compare(asked, after, dict(self.other.tokens))

    async def _sign_in(self) -> None:
        """Whoever is not, or was signed out."""
        for who in VIEWERS:
            if who not in self.other.tokens:
                self.other.tokens[who] = await self.other.token(who)

    async def _change(self, kind: str, asked: list[Question]) -> None:
        await self._sign_in()
        tokens = dict(self.other.tokens)
        await self._asked(asked, tokens)
        if self.breaks and self.chance.random() < 0.1:
            await self._kill_connections()
        await KINDS[kind](self.other, self.chance)
        self.counts[kind] += 1
        await self._compare(asked, kind, tokens)

    async def _compare(
        self, asked: Sequence[Question], kind: str, tokens: Mapping[str, str]
    ) -> None:
        """The kept answers first, so that they are asked for right after the change. What is read
        meanwhile is not compared: its rights may be old by a second, as everywhere."""
        kept = await asyncio.gather(*(self._kept_answers(each, tokens) for each in asked))
        viewers_of(self.other.store).forget_all()
        turns = asyncio.Semaphore(READ_AT_ONCE)
        await asyncio.gather(
            *(
                self._hold(question, found, kind, tokens, turns)
                for question, found in zip(asked, kept, strict=True)
                if found
            )
        )

    async def _hold(
        self,
        question: Question,
        kept: Sequence[bytes],
        kind: str,
        tokens: Mapping[str, str],
        turns: asyncio.Semaphore,
    ) -> None:
        """Compare the kept answers to the question with what is true."""
        async with turns:
            read = await ask(self.other.app, tokens[question.viewer], question)
        self.counts["compared"] += len(kept)
        self.counts["read"] += 1
        if wrong := [each for each in kept if each != read.data]:
            what = f"{kind}: {question.viewer}, {' '.join(question.query.split())[:60]}"
            shown = f"{wrong[0][:2000]!r} and not {read.data[:2000]!r}"
            self.complaints.append(f"{what}: {shown}")

    async def _asked(self, asked: Sequence[Question], tokens: Mapping[str, str]) -> list[Answer]:
        return await asyncio.gather(*(self._kept(each, tokens) for each in asked))

    async def _kept_answers(self, question: Question, tokens: Mapping[str, str]) -> list[bytes]:
        answers = [await self._kept(question, tokens) for _ in range(TIMES)]
        return [answer.data for answer in answers if answer.kept]

    async def _kept(self, question: Question, tokens: Mapping[str, str]) -> Answer:
        return await ask(self.keeps.app, tokens[question.viewer], question)

    async def _load(self, asked: Sequence[Question]) -> None:
        """Ask on and on, so that there is always a look under way."""
        while True:
            begun = monotonic()
            with suppress(Exception):
                await self._kept(self.chance.choice(asked), self.other.tokens)
            await asyncio.sleep(max(PACE, monotonic() - begun))

    def _some(self, asked: list[Question]) -> list[Question]:
        return self.chance.sample(asked, min(self.asked_each, len(asked)))

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


async def ask(app: Starlette, token: str, question: Question) -> Answer:
    """The answer as JSON, by the way that a request over HTTP takes."""
    gateway: Any = app.state.gateway
    engine = gateway.engine
    operation = Operation(question.query, question.variables)
    prepared = engine.prepare(operation)
    for _ in range(5):
        asked = await engine.ask(prepared)
        context = await gateway.make_context(token, "")
        if context.viewer is None:
            return Answer(b"signed out", kept=False)
        answer = await engine.run(prepared, context, asked)
        codes = {each["extensions"]["code"] for each in answer.get("errors", ())}
        if "INTERNAL" not in codes:
            break
    read = asked is None or not asked.looked or (asked.recorder and asked.recorder.loads)
    return Answer(orjson.dumps(answer), kept=not read)


@contextmanager
def late_looks() -> Iterator[None]:
    """Have what each look finds come late, as over a slow network: much is committed meanwhile."""
    session = Looks._session

    class Late(Reader):
        async def fetch(self, statement: Statement[Any], **parameters: object) -> list[Any]:
            rows = await super().fetch(statement, **parameters)
            await asyncio.sleep(LATE)
            return rows

    async def late(self: Looks) -> Reader:
        return Late((await session(self)).connection)

    with patch.object(Looks, "_session", late):
        yield


@asynccontextmanager
async def checking(
    url: str, small: SmallSchool, seed: str, host: str | None = None
) -> AsyncIterator[Check]:
    """`host` is of another process that keeps no answers, which makes the changes then; mutations
    with inputs that are made up are made by `other`, whose store is one of its own."""
    async with (
        front_door(url, small) as keeps,
        front_door(url, small, kept_answer_bytes=0) as other,
        httpx.AsyncClient(base_url=f"http://{host or other.host}", timeout=60) as http,
    ):
        other.http = http
        async with keeps.pool.acquire() as connection:
            await begin_versions(connection)
            await connection.execute("RESET gradebook.audit_removal")
            await tell_of(connection)
        # Viewers are soon so old that they are used after a look alone.
        with late_looks(), patch.multiple(viewers, FRESH_FOR=SOON, FRESH_WITH_FEED=SOON):
            yield Check(keeps, other, random.Random(seed))
