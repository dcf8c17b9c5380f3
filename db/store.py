"""The pool of connections to PostgreSQL, and the transactions on it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, Self, TypeVar

import asyncpg
import orjson

from db.statement import Statement
from db.turns import Turns

T = TypeVar("T")
CLOSES_WITHIN = 5.0
WRITERS = 2
"""How many transactions are at work at once in a process that has all it can do, so that one is
while the other waits for the database. More of them would not write more: each would be open for
longer, and hold the feed back."""
FOR_READERS = 3
"""How many connections writers leave, though all of them wait for a lock."""
SETTINGS = {
    "application_name": "gradebook",
    "timezone": "UTC",
    "jit": "off",
    # Our statements are few and each goes the way of its index whatever it is asked for; planned
    # anew, which PostgreSQL does with arrays of ids, they cost more than they take to run.
    "plan_cache_mode": "force_generic_plan",
    # An open write transaction holds the feed back, so none may stay open for long.
    "idle_in_transaction_session_timeout": "10s",
}
UNANSWERED = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that was told of its end, and is not closed yet
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ObjectNotInPrerequisiteStateError,
    asyncpg.TransactionRollbackError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.PostgresSystemError,
    asyncpg.InternalServerError,
)
"""What a statement fails with whatever it asks: the database is away, ends, has no room, or chose
it as the victim of a deadlock. A TimeoutError, which is an OSError, says that it took too long."""


class Reader:
    """Runs statements on one connection."""

    def __init__(self, connection: Any, watch: Callable[[str], None] = lambda _: None) -> None:
        self._connection = connection  # asyncpg's pool gives a proxy that it does not type
        self._watch = watch

    @property
    def connection(self) -> Any:
        """What it reads on, for what is no statement, such as `renew_keys`."""
        return self._connection

    async def fetch(self, statement: Statement[T], **parameters: object) -> list[T]:
        self._watch(statement.name)
        rows: list[T] = await self._connection.fetch(
            statement.text, *statement.arguments(parameters), record_class=statement.row
        )
        return rows

    async def first(self, statement: Statement[T], **parameters: object) -> T | None:
        rows = await self.fetch(statement, **parameters)
        return rows[0] if rows else None

    async def run(self, statement: Statement[Any], **parameters: object) -> None:
        await self.fetch(statement, **parameters)

    async def run_many(self, statement: Statement[Any], rows: list[dict[str, object]]) -> None:
        """Run the statement for every row, in one round trip."""
        self._watch(statement.name)
        await self._connection.executemany(
            statement.text, [statement.arguments(row) for row in rows]
        )


class Lease:
    """One connection that a request keeps while it reads, instead of taking one a statement.

    What is read at the same time goes over another that is idle. Where there is none it waits for
    this one: it would never do to wait for others while holding one that they wait for.
    """

    __slots__ = ("_connection", "_free", "_pool", "_taken")

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._taken: Any = None
        self._connection: Any = None
        self._free = asyncio.Lock()

    def mine(self) -> Self | None:
        """To be entered for each statement; None where an idle connection serves better."""
        return None if self._free.locked() and self._pool.get_idle_size() else self

    async def __aenter__(self) -> Any:
        await self._free.acquire()
        try:
            if self._connection is None:
                self._taken = self._pool.acquire()
                self._connection = await self._taken.__aenter__()
        except BaseException:
            self._free.release()
            raise
        return self._connection

    async def __aexit__(self, *_: object) -> None:
        self._free.release()

    async def end(self) -> None:
        if self._connection is not None:
            taken, self._taken, self._connection = self._taken, None, None
            await taken.__aexit__(None, None, None)


class Store:
    """All that the gateway reads and writes goes through here; one a process."""

    def __init__(self, pool: Any, nats_url: str | None = None) -> None:
        self.pool = pool
        self.nats_url = nats_url
        """What carries the calls between the processes of this store, unless PostgreSQL does."""
        self.watchers: list[Callable[[str], None]] = []

    @classmethod
    async def connect(cls, url: str, *, connections: int = 10, nats_url: str | None = None) -> Self:
        pool = await asyncpg.create_pool(
            url,
            min_size=min(2, connections),
            max_size=connections,
            command_timeout=30,
            statement_cache_size=400,
            max_inactive_connection_lifetime=0,
            server_settings=SETTINGS,
            init=speak,
            reset=_leave_as_it_is,
        )
        return cls(pool, nats_url)

    async def close(self) -> None:
        """Let what still runs end, but not for long."""
        try:
            async with asyncio.timeout(CLOSES_WITHIN):
                await self.pool.close()
        except TimeoutError:
            self.pool.terminate()

    async def fetch(self, statement: Statement[T], **parameters: object) -> list[T]:
        async with self.pool.acquire() as connection:
            return await Reader(connection, self._watch).fetch(statement, **parameters)

    async def fetch_over(
        self, lease: Lease, statement: Statement[T], by: int | None = None, **parameters: object
    ) -> list[T]:
        """As `fetch`, over the request's own connection where that serves best. Where it reads one
        row for each of the `ids`, `by` is the place of the column that holds them."""
        if (mine := lease.mine()) is None:
            return await self.fetch(statement, **parameters)
        async with mine as connection:
            return await Reader(connection, self._watch).fetch(statement, **parameters)

    async def first(self, statement: Statement[T], **parameters: object) -> T | None:
        rows = await self.fetch(statement, **parameters)
        return rows[0] if rows else None

    @cached_property
    def _writers(self) -> Turns:
        """Made for who writes: what a change shows is read through a store of its own, which never
        does, and there are many of those."""
        connections = self.pool.get_max_size()
        most = max(connections - FOR_READERS, connections // 2, 1)
        return Turns(min(WRITERS, most), most)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Reader]:
        """All or nothing: commits where the block ends, rolls back where it raises."""
        async with (
            self._writers.one(),
            self.pool.acquire() as connection,
            connection.transaction(),
        ):
            yield Reader(connection, self._watch)

    def _watch(self, name: str) -> None:
        for watcher in self.watchers:
            watcher(name)


async def _leave_as_it_is(connection: Any) -> None:
    """Nothing that the gateway does outlives its transaction, so that a connection goes back to
    the pool without a round trip; asyncpg itself ends transactions and drops listeners."""


async def speak(connection: Any) -> None:
    """How JSON and numbers come and go. A school's numbers are few, and each is made once: that is
    several times quicker than asyncpg's own reading of them."""
    await connection.set_type_codec(
        "jsonb", encoder=json.dumps, decoder=orjson.loads, schema="pg_catalog"
    )
    await connection.set_type_codec(
        "numeric", encoder=str, decoder=_decimal, schema="pg_catalog", format="text"
    )


_decimal = lru_cache(maxsize=16_384)(Decimal)
