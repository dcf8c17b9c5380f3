"""After every change, questions are asked at once of a gateway that keeps answers, and of another
one, which reads: the answers have to be the same."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    Set,
)
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from sys import getsizeof
from time import monotonic
from typing import Any, NamedTuple
from unittest.mock import patch
from uuid import uuid4

import asyncpg
import httpx
import orjson

from db.statement import Statement
from db.store import Reader
from db.telling import tell_of
from gateway.requests import REQUEST
from gateway.watch import Watch
from resolvers import viewers
from resolvers.answers import keeping, scopes
from resolvers.answers.keeping import Asked, KeptAnswer, KeptAnswers
from resolvers.answers.looks import Looks
from resolvers.declarations.mutation import MUTATIONS
from resolvers.viewers import viewers_of
from tests.fresh.declared import concerned, do, prepare
from tests.fresh.fields import fields_asked, questions_of, who_may_know
from tests.fresh.kinds import KINDS
from tests.fresh.people import Ids, joined
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
EVERYBODY = (
    *VIEWERS, "a classmate", "guardian of another", "a secretary", "a head of another school",
)  # fmt: skip
FIELDS_AT_ONCE = 10
LATEST = 1.0
"""Seconds for which a look is waited for that has to begin before a change."""
PACE = 0.05
"""Seconds between two questions of a load."""
TIMES = 3
"""How often each question is asked after a change, each time anew: first while a look is under way
that has begun before it."""
PUBLIC = "query ($id: ID!) { publicPages(school: $id) { slug } }"
READ_AT_ONCE = 6
"""True answers that are read at the same time."""
OF_RIGHTS = 5
"""Questions besides, that are asked after each declared mutation: it may change rights, or what a
client starts with."""
WIRES = 30
"""Requests over HTTP at the same time."""
JSON = b"application/json"
LENGTH, TRACE = re.compile(rb"\r\ncontent-length: (\d+)"), re.compile(rb"\r\ntraceparent: (\S+)")
Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]
KEPT: set[bytes] = set()
"""The ids of requests that were answered by what is kept."""


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
    others: Ids
    wires: "Wires"
    late: "LateLooks"
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
        """Make so many changes, of the kinds in turn; fewer, if it is enough that something is
        found."""
        asked = list(questions(self.keeps.small, self.others))
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
        self.complaints += miscounted(self.keeps)

    async def run_declared(self, names: Iterable[str]) -> None:
        """Have each mutation of these names done with a made-up input, and ask for fields of what
        it concerns."""
        everything = list(questions(self.keeps.small, self.others))
        for name in names:
            await self._sign_in()
            await prepare(self.other, name)
            tokens = dict(self.other.tokens)
            asked = await self._fields_of(concerned(MUTATIONS[name]), tokens)
            more = self.chance.sample(everything, min(OF_RIGHTS, self.asked_each))
            await self._asked(more, tokens)
            asked += more
            if await do(self.other, self.chance, name):
                self.counts[name] += 1
                await self._compare(asked, name, tokens)

    async def run_everybody(self, fields: int | None = None) -> None:
        """Have everybody ask for each field, or for so many, at once and again: nobody is given
        what was kept for somebody else."""
        left = list(fields_asked())
        left = self.chance.sample(left, len(left) if fields is None else fields)
        while left:
            await self._sign_in(EVERYBODY)
            some, left = left[:FIELDS_AT_ONCE], left[FIELDS_AT_ONCE:]
            asked = [each for of in some for each in questions_of(of, self.keeps.small, EVERYBODY)]
            self.chance.shuffle(asked)
            tokens = dict(self.other.tokens)
            await self._asked(asked, tokens)
            await self._compare(asked, "everybody", tokens)
            self.counts["fields asked by everybody"] += len(some)

    async def _fields_of(self, nouns: Set[str], tokens: Mapping[str, str]) -> list[Question]:
        """Questions of fields whose path leads through one of the nouns, and whose answers are kept
        now: what is not kept is read anew whatever happens."""
        wanted = [each for each in fields_asked() if each.types & nouns]
        wanted = [each for each in wanted if each.query not in self.unkept]
        some = self.chance.sample(wanted, min(len(wanted), self.asked_each))
        small = self.keeps.small
        left = [
            each for asked in some for each in questions_of(asked, small, who_may_know(asked.root))
        ]
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
        asked = list(questions(self.keeps.small, self.others))
        for _ in range(2):  # what takes one load is kept from the second time on
            await self._asked(asked, self.other.tokens)

    async def begin_anew(self) -> None:
        """Have nothing hold that was kept, in any school, and no document be known."""
        async with self.keeps.pool.acquire() as connection:
            await tell_of(connection)
        self.keeps.app.state.process.kept.forget()
        documents = self.keeps.app.state.gateway.engine.documents
        for cache in (documents.old, documents.new):
            for text in list(cache.keys()):
                documents._dropped([cache.take(text)])

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
        asked = list(questions(self.keeps.small, self.others))
        await self._compare(asked, after, dict(self.other.tokens))

    async def _sign_in(self, people: Iterable[str] = VIEWERS) -> None:
        """Whoever is not, or was signed out."""
        for who in people:
            if who not in self.other.tokens:
                self.other.tokens[who] = await self.other.token(who)

    async def _change(self, kind: str, asked: list[Question]) -> None:
        await self._sign_in()
        tokens = dict(self.other.tokens)
        await self._asked(asked, tokens)
        if self.breaks and self.chance.random() < 0.1:
            await self._kill_connections()
        async with self.late.one_over(self.keeps.app.state.process.kept._looks):
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
        return await self.wires.ask(tokens[question.viewer], question)

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


async def ask(app: Any, token: str, question: Question) -> Answer:
    """The answer as JSON, by the way that a request takes which comes over HTTP anew."""
    return await answered(lambda: posted(app.requests, token, question))


async def answered(send: Callable[[], Awaitable[tuple[bytes, bytes]]]) -> Answer:
    """What was answered, tried again where the database was away."""
    for _ in range(5):
        request, body = await send()
        if b'"code":"INTERNAL"' not in body:
            break
    if b'"code":"UNAUTHENTICATED"' in body:
        return Answer(b"signed out", kept=False)
    return Answer(body, kept=request in KEPT)


async def posted(endpoint: Any, token: str, question: Question) -> tuple[bytes, bytes]:
    """The request's own id, and the body of what an ASGI application answers."""
    parts: list[bytes] = []
    request = uuid4().hex

    async def receive() -> Mapping[str, Any]:
        return {"type": "http.request", "body": body_of(question)}

    async def send(message: Mapping[str, Any]) -> None:
        parts.append(message.get("body", b""))

    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": "/graphql",
        "raw_path": b"/graphql", "root_path": "", "scheme": "http", "query_string": b"",
        "headers": headers_of(token), "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    given = REQUEST.set(request)
    try:
        await endpoint(scope, receive, send)
    finally:
        REQUEST.reset(given)
    return request.encode(), b"".join(parts)


def body_of(question: Question) -> bytes:
    return orjson.dumps({"query": question.query, "variables": question.variables})


def headers_of(token: str) -> list[tuple[bytes, bytes]]:
    authorization = f"Bearer {token}".encode()
    return [(b"accept", JSON), (b"content-type", JSON), (b"authorization", authorization)]


class Wires:
    """Connections to one gateway, over which the same requests are the same bytes."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._idle: list[Wire] = []
        self._turns = asyncio.Semaphore(WIRES)

    async def ask(self, token: str, question: Question) -> Answer:
        async with self._turns:
            return await answered(lambda: self._send(token, body_of(question)))

    async def _send(self, token: str, body: bytes) -> tuple[bytes, bytes]:
        lines = [(b"host", self._host.encode()), *headers_of(token)]
        lines.append((b"content-length", b"%d" % len(body)))
        head = b"POST /graphql HTTP/1.1\r\n" + b"".join([b"%b: %b\r\n" % each for each in lines])
        while self._idle:
            with suppress(asyncio.IncompleteReadError, OSError):  # it was idle for too long
                return await self._over(self._idle.pop(), head + b"\r\n" + body)
        host, _, port = self._host.partition(":")
        fresh = await asyncio.open_connection(host, int(port))
        return await self._over(fresh, head + b"\r\n" + body)

    async def _over(self, wire: Wire, sent: bytes) -> tuple[bytes, bytes]:
        reader, writer = wire
        try:
            writer.write(sent)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            answer = await reader.readexactly(int(LENGTH.findall(head)[0]))
        except BaseException:
            writer.close()
            raise
        self._idle.append(wire)
        return TRACE.findall(head)[0], answer

    def close(self) -> None:
        for _, writer in self._idle:
            writer.close()


@contextmanager
def noted_answers() -> Iterator[None]:
    """Note in `KEPT` which requests were answered by what is kept."""
    find, ended, found = KeptAnswers.find, Watch.ended, set[int]()

    def finding(self: KeptAnswers, asked: Asked, viewer: object) -> KeptAnswer | None:
        if (kept := find(self, asked, viewer)) is not None:
            found.add(id(kept))
        return kept

    def ending(self: Watch, *given: Any, **more: Any) -> bool:
        answer = given[2]
        if id(answer) in found:
            found.discard(id(answer))
            KEPT.add(str(REQUEST.get()).encode())
        return ended(self, *given, **more)

    with patch.object(KeptAnswers, "find", finding), patch.object(Watch, "ended", ending):
        yield


def miscounted(door: FrontDoor) -> Iterator[str]:
    """What takes other room than it is taken to, or more than it may."""
    known, kept = door.app.state.known, door.app.state.process.kept
    documents = door.app.state.gateway.engine.documents
    caches = {
        "senders": known._senders, "operations": known._operations, "heads": known.heads._heads,
        "public rows": kept.rows._kept,
        "documents": documents.old, "new documents": documents.new,
    }  # fmt: skip
    for name, cache in caches.items():
        taken = sum(size for _, size in cache._kept.values())
        if not taken == cache.bytes <= cache.most_bytes:
            yield f"{name} take {taken} bytes, and not {cache.bytes}, of {cache.most_bytes}"
    taken = (
        kept._parts._bytes
        + kept._loads._loads.bytes
        + sum(each.size for alike in kept._kept.values() for each in alike)
    )
    taken += sum(getsizeof(query) for query in {query for query, *_ in kept._kept})
    if not taken == kept.figures.bytes <= kept.most_bytes:
        yield f"answers take {taken} bytes, and not {kept.figures.bytes}, of {kept.most_bytes}"


class LateLooks:
    """What each look finds comes late, as over a slow network: much is committed meanwhile."""

    def __init__(self) -> None:
        self._hold: asyncio.Event | None = None
        self._reached = asyncio.Event()
        self._look: asyncio.Task[bool] | None = None

    async def came(self) -> None:
        """Called with what a look has found, before it is told."""
        hold, self._hold = self._hold, None
        if hold is None:
            await asyncio.sleep(LATE)
        else:
            self._reached.set()
            await hold.wait()

    @asynccontextmanager
    async def one_over(self, looks: Looks | None) -> AsyncIterator[None]:
        """One look begins before the block, and tells what it has found after it."""
        hold = asyncio.Event()
        self._hold, self._reached = hold, asyncio.Event()
        look = None if looks is None else asyncio.create_task(looks.fresh())
        with suppress(TimeoutError):
            async with asyncio.timeout(LATEST):
                await self._reached.wait()
        try:
            yield
        finally:
            self._hold = None
            asyncio.get_running_loop().call_later(LATE, hold.set)
            self._look = look  # asyncio keeps no task by itself

    @contextmanager
    def put(self) -> Iterator[None]:
        session = Looks._session
        came = self.came

        class Late(Reader):
            async def fetch(self, statement: Statement[Any], **parameters: object) -> list[Any]:
                rows = await super().fetch(statement, **parameters)
                await came()
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
    connection = await asyncpg.connect(url)
    try:
        others = await joined(connection, small)
        rows = await connection.fetch("SELECT login, id FROM account")
    finally:
        await connection.close()
    accounts = {row["login"]: row["id"] for row in rows}
    small = replace(small, accounts={**accounts, **small.accounts})
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
        soon = patch.multiple(viewers, FRESH_FOR=SOON, FRESH_WITH_FEED=SOON)
        gathered = patch.object(scopes, "GATHER", LATE)
        all_kept = patch.object(keeping, "MOST_ALIKE", len(EVERYBODY))
        wires, late = Wires(keeps.host), LateLooks()
        try:
            with late.put(), noted_answers(), soon, gathered, all_kept:
                yield Check(keeps, other, random.Random(seed), others, wires, late)
        finally:
            wires.close()
