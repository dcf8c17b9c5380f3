"""A case answered by an executor, as bytes in which nothing is left that chance has made."""

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from inspect import isawaitable
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import asyncpg
import orjson
from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    execute,
    parse,
    validate,
)
from graphql.execution import map_source_to_response_event

from db.statement import Statement
from db.store import SETTINGS, Lease, Store, set_codecs
from gateway.execution import answer
from resolvers import global_id
from resolvers.context import Context
from resolvers.declarations.naming import camel, snake
from resolvers.feed import Change, change_type
from resolvers.feed.cursor import Position
from resolvers.feed.shared_reads import SharedReads
from schema.build import schema
from tests.store.differential.knowledge import LISTS, Knowledge, knowledge_of
from tests.store.differential.knowledge import Change as KnownChange
from tests.store.differential.operations import Case

FOLLOWED = re.compile(r"\b([A-Za-z]+Changed)\b")
ANSWERED_WITHIN = 60.0
"""Seconds; most cases take some milliseconds."""
LONG_AGO = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)
REFERENCE = re.compile(rb'(?<="reference":")[0-9a-f]{12}(?=")')
MADE_ID = re.compile(rb'(?<=")[A-Za-z0-9_-]{30}(?=")')
OWN_ID = re.compile(rb'(?<=")[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=")')
"""Of what is an account's own, which has no global id."""
SECRET = re.compile(rb'(?<="whsec_)[A-Za-z0-9+/=]+(?=")')
TOKEN = re.compile(rb'(?<=")[A-Za-z0-9_-]{43}(?=\\?")')
CALENDAR = re.compile(rb"(?<=/calendar/)[A-Za-z0-9_-]{43}(?=\.ics)")
APPS_SECRET = re.compile(rb'(?<=["=])[A-Z2-7]{32}(?=["&])')
QR_CODE = re.compile(rb'(?<=")data:image/svg[^"]*segno[^"]*(?=")')
"""Of that secret."""
ACCESS_CODE = re.compile(rb'(?<=")[2-9A-Z]{4}(-[2-9A-Z]{4}){2}-[2-9A-Z]{5}(?=")')
PASSWORD = re.compile(rb'(?<=")[2-9a-z]{4}(-[2-9a-z]{4}){2}(?=")')
"""Of those that the office hands out."""
INSTANT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")


class CannotRead(Exception):
    pass


class FailingStore(Store):
    """Fails to read lists of some nouns, always with the same error, as a database that is down
    for a moment fails all that wait for it."""

    def __init__(self, pool: Any, failing: Sequence[str]) -> None:
        super().__init__(pool)
        self._errors: dict[str, Exception] = {
            noun: TimeoutError() if noun == "Lesson" else CannotRead(noun) for noun in failing
        }

    def _fail(self, statement: Statement[Any]) -> None:
        error = self._errors.get(LISTS.get(statement.name, ""))
        if error is not None:
            raise error

    async def fetch_over(
        self, lease: Lease, statement: Statement[Any], by: int | None = None, **parameters: object
    ) -> list[Any]:
        self._fail(statement)
        return await super().fetch_over(lease, statement, by, **parameters)

    async def fetch(self, statement: Statement[Any], **parameters: object) -> list[Any]:
        self._fail(statement)
        return await super().fetch(statement, **parameters)


class PoolOfOne:
    """Gives one connection, whose transaction is rolled back in the end, to one at a time."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._free = asyncio.Lock()

    def get_idle_size(self) -> int:
        return 0

    def get_max_size(self) -> int:
        return 1

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Any]:
        async with self._free:
            yield self._connection


@dataclass
class School:
    """A sound and a broken database, and what is known of the records in both."""

    sound: Any
    broken: Any
    knowledge: Knowledge

    @classmethod
    async def open(cls, sound_url: str, broken_url: str, today: Any) -> "School":
        sound, broken = await _pool(sound_url), await _pool(broken_url)
        return cls(sound, broken, await knowledge_of(Store(sound), today))

    async def close(self) -> None:
        await self.sound.close()
        await self.broken.close()

    async def answered(self, case: Case, executor_class: type[Executor[Any]]) -> bytes:
        try:
            async with asyncio.timeout(ANSWERED_WITHIN) as within:
                return await self._answered(case, executor_class)
        except TimeoutError:
            assert not within.expired(), f"{executor_class.__name__} never answers {case!r}"
            raise

    async def _answered(self, case: Case, executor_class: type[Executor[Any]]) -> bytes:
        document = read(case.text)
        pool = self.broken if case.is_broken else self.sound
        if case.kind != "mutation":
            store = FailingStore(pool, case.failing)
            return without_chance(await self._answer(case, document, executor_class, store))
        async with pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                store = FailingStore(PoolOfOne(connection), case.failing)
                found = await self._answer(case, document, executor_class, store)
            finally:
                await transaction.rollback()
        return without_chance(found, is_of_mutation=True)

    async def _answer(
        self, case: Case, document: Any, executor_class: type[Executor[Any]], store: Store
    ) -> bytes:
        context = Context(store, self.knowledge.viewers[case.viewer], "127.0.0.1")
        if case.kind == "subscription":
            result = await self._event(case, document, executor_class, context)
        else:
            coming = execute(
                schema._schema,
                document,
                context_value=context,
                variable_values=case.variables,
                executor_class=executor_class,
            )
            result = await coming if isawaitable(coming) else coming
        return orjson.dumps(answer(result))

    async def _event(
        self, case: Case, document: Any, executor_class: type[Executor[Any]], context: Context
    ) -> ExecutionResult:
        """As the gateway executes an event of a subscription."""
        executor = executor_class.build(
            schema._schema, document, context_value=context, raw_variable_values=case.variables
        )
        if isinstance(executor, list):
            return ExecutionResult(None, executor)
        event = await self._change(case, context.store)

        async def source() -> AsyncIterator[Change]:
            yield event

        async def answered(executor: Any) -> Any:
            executor.context_value = context
            result = executor.execute_operation(False)
            return await result if isawaitable(result) else result

        stream: Any = map_source_to_response_event(executor, source(), answered)
        (answered_event,) = [result async for result in stream]
        return cast(ExecutionResult, answered_event)

    def changes_for(self, text: str) -> list[KnownChange]:
        """Those that the field of a subscription may tell of."""
        told = FOLLOWED.search(text)
        assert told is not None
        return self._changes[told[1]]

    @cached_property
    def _changes(self) -> dict[str, list[KnownChange]]:
        """By the field that tells of them; looked for in thousands of cases."""
        told = defaultdict(list, diaryChanged=list(self.knowledge.changes))
        for each in self.knowledge.changes:
            told[f"{camel(snake(each.topic.noun))}Changed"].append(each)
        return told

    async def _change(self, case: Case, store: Store) -> Change:
        """A change that the subscription's own field may tell of."""
        known = self.changes_for(case.text)
        drawn = known[case.change % len(known)]
        record = (await drawn.topic.loader.load(store, None, [drawn.key]))[drawn.key]
        row = SimpleNamespace(change=drawn.change, version=drawn.version, at=LONG_AGO)
        reads = SharedReads(store)
        return change_type(drawn.topic)(
            drawn.topic, Position(1, 1), "cursor", row, record, frozenset(), reads
        )


read = lru_cache(maxsize=2)(parse)


def faults(case: Case) -> list[GraphQLError]:
    """Why the operation is not valid; asked only where it matters, for it takes longest of all."""
    return validate(schema._schema, read(case.text))


async def _pool(url: str) -> Any:
    return await asyncpg.create_pool(
        url, min_size=2, max_size=3, server_settings=SETTINGS, init=set_codecs
    )


def without_chance(found: bytes, is_of_mutation: bool = False) -> bytes:
    """What a mutation made is numbered as it first appears. References are left out: an executor
    may meet one fault once for all who share the record, and log it once."""
    found = REFERENCE.sub(b"reference", found)
    if is_of_mutation:
        found = INSTANT.sub(b"now", found)
        found = SECRET.sub(b"secret", found)
        found = TOKEN.sub(b"token", found)
        found = CALENDAR.sub(b"calendar", found)
        found = APPS_SECRET.sub(b"app", found)
        found = QR_CODE.sub(b"code", found)
        found = ACCESS_CODE.sub(b"code", found)
        found = PASSWORD.sub(b"password", found)
        found = _numbered(found, MADE_ID, b"made", is_made)
        found = _numbered(found, OWN_ID, b"own", lambda text: made_now(UUID(text)))
    return found


def _numbered(found: bytes, pattern: re.Pattern[bytes], word: bytes, of: Any = None) -> bytes:
    seen: dict[bytes, bytes] = {}

    def number(match: re.Match[bytes]) -> bytes:
        text = match[0]
        if of is not None and not of(text.decode()):
            return text
        return seen.setdefault(text, b"%s %d" % (word, len(seen) + 1))

    return pattern.sub(number, found)


def is_made(text: str) -> bool:
    """Whether it is a global id of a record that was made just now: the demo's are of 2023."""
    try:
        _, _, id_ = global_id.read(text)
    except Exception:
        return False
    return made_now(id_)


def made_now(id_: UUID) -> bool:
    return id_.version == 7 and (id_.int >> 80) > 1_790_000_000_000
