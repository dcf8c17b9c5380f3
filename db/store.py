"""The pool of connections to PostgreSQL, and the transactions on it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from decimal import Decimal
from functools import cached_property, lru_cache, partial
from time import perf_counter
from typing import Any, Self, TypeVar

import asyncpg
import orjson

from db.address import asyncpg_parameters
from db.cluster import is_distributed
from db.statement import Statement
from db.write_limiter import WriteLimiter

T = TypeVar("T")
Meter = Callable[[str, float], None]
NOTED: ContextVar[Callable[[Statement[Any], Mapping[str, object]], None] | None] = ContextVar(
    "noted", default=None
)
"""Is given each statement that reads, with its parameters: set by whoever keeps what is made of
them."""
CLOSE_TIMEOUT = 5.0
WRITERS = 2
"""Write transactions that run at once while the process is busy: one runs while another waits for
the database. More would not raise throughput; each would stay open longer and hold the feed
back."""
RESERVED_FOR_READERS = 3
"""Connections that writers leave to readers, even if all writers wait for a lock."""
SETTINGS = {
    "application_name": "gradebook",
    "timezone": "UTC",
    "jit": "off",
    # Each of our statements uses the same index whatever its parameters. With arrays of ids
    # PostgreSQL would plan it anew each time, which takes longer than running it.
    "plan_cache_mode": "force_generic_plan",
    # An open write transaction holds the feed back, so none may stay open for long.
    "idle_in_transaction_session_timeout": "10s",
}
ON_A_CLUSTER = {
    # A cluster finds the worker of a school by the parameters, so only the simplest statements can
    # have a plan without them.
    "plan_cache_mode": "auto",
    # Every node has a copy of the accounts. After a statement that has asked several shards at once
    # Citus lets no account be changed in the same transaction.
    "citus.multi_shard_modify_mode": "sequential",
}
"""What is set instead if the tables are distributed."""
UNANSWERED = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server has announced the end of the connection
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
"""Errors that any statement may fail with: the database is unavailable, shuts down, is full, or
chose it as the victim of a deadlock. A TimeoutError is an OSError too, and says that it ran too
long."""


class Reader:
    """Runs statements on one connection."""

    def __init__(
        self,
        connection: Any,
        watch: Callable[[str], None] = lambda _: None,
        meter: Meter | None = None,
        distributed: bool = False,
    ) -> None:
        self._connection = connection  # a proxy of asyncpg's pool, which has no type
        self._distributed = distributed
        self._watch = watch
        self._meter = meter
        self.after_commit: list[Callable[[Store], object]] = []
        """Called once its transaction, if it has one, has been committed."""

    @property
    def connection(self) -> Any:
        """What it reads on, for what is no statement, such as `renew_keys`."""
        return self._connection

    async def fetch(self, statement: Statement[T], **parameters: object) -> list[T]:
        self._watch(statement.name)
        if self._distributed:
            statement = statement.silent
        began = perf_counter()
        rows: list[T] = await self._connection.fetch(
            statement.text, *statement.arguments(parameters), record_class=statement.row
        )
        if self._meter is not None:
            self._meter(statement.name, perf_counter() - began)
        return rows

    async def first(self, statement: Statement[T], **parameters: object) -> T | None:
        rows = await self.fetch(statement, **parameters)
        return rows[0] if rows else None

    async def run(self, statement: Statement[Any], **parameters: object) -> None:
        await self.fetch(statement, **parameters)


class Lease:
    """One connection that a request keeps while it reads, instead of acquiring one per statement.

    Concurrent statements use another connection if one is idle. Otherwise they wait for this one: a
    request that holds a connection and waits for another could deadlock with its neighbours.
    """

    __slots__ = ("_acquired", "_free", "_pool", "connection")

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._acquired: Any = None
        self.connection: Any = None
        """None while none is kept, and there is nothing to end."""
        self._free = asyncio.Lock()

    def mine(self) -> Self | None:
        """A context manager for one statement; None if an idle connection of the pool is the better
        choice."""
        return None if self._free.locked() and self._pool.get_idle_size() else self

    async def __aenter__(self) -> Any:
        await self._free.acquire()
        try:
            if self.connection is None:
                self._acquired = self._pool.acquire()
                self.connection = await self._acquired.__aenter__()
        except BaseException:
            self._free.release()
            raise
        return self.connection

    async def __aexit__(self, *_: object) -> None:
        self._free.release()

    async def end(self) -> None:
        if self.connection is not None:
            acquired, self._acquired, self.connection = self._acquired, None, None
            await acquired.__aexit__(None, None, None)


class Store:
    """Runs all that the gateway reads and writes. A process has one."""

    meter: Meter | None = None
    """Told of each statement and the seconds that it took."""

    def __init__(
        self, pool: Any, nats_url: str | None = None, *, distributed: bool = False
    ) -> None:
        self.pool = pool
        self.distributed = distributed
        """Whether the tables are distributed over a cluster (Citus), of which this is the
        coordinator."""
        self.nats_url = nats_url
        """The NATS server that carries calls between processes; PostgreSQL carries them if None."""
        self.watchers: list[Callable[[str], None]] = []

    @classmethod
    async def connect(cls, url: str, *, connections: int = 10, nats_url: str | None = None) -> Self:
        pool = await _pool(url, connections, SETTINGS)
        try:
            distributed = await is_distributed(pool)
        except BaseException:
            pool.terminate()
            raise
        if distributed:
            await pool.close()
            pool = await _pool(url, connections, SETTINGS | ON_A_CLUSTER)
        return cls(pool, nats_url, distributed=distributed)

    async def close(self) -> None:
        """Close the pool; statements that still run have `CLOSE_TIMEOUT` seconds to end."""
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT):
                await self.pool.close()
        except TimeoutError:
            self.pool.terminate()

    async def fetch(self, statement: Statement[T], **parameters: object) -> list[T]:
        if (noted := NOTED.get()) is not None:
            noted(statement, parameters)
        async with self.pool.acquire() as connection:
            return await self._reader(connection).fetch(statement, **parameters)

    async def fetch_over(
        self, lease: Lease, statement: Statement[T], by: int | None = None, **parameters: object
    ) -> list[T]:
        """As `fetch`, over the request's own connection if that is the better choice. If the
        statement reads one row for each of the `ids`, `by` is the position of the id's column."""
        if (mine := lease.mine()) is None:
            return await self.fetch(statement, **parameters)
        async with mine as connection:
            return await self._reader(connection).fetch(statement, **parameters)

    async def first(self, statement: Statement[T], **parameters: object) -> T | None:
        rows = await self.fetch(statement, **parameters)
        return rows[0] if rows else None

    @cached_property
    def _write_limiter(self) -> WriteLimiter:
        """Made at the first write: there are many stores that only read, such as one for each
        change shown."""
        connections = self.pool.get_max_size()
        most = max(connections - RESERVED_FOR_READERS, connections // 2, 1)
        return WriteLimiter(min(WRITERS, most), most)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Reader]:
        """A transaction: commits at the end of the block, rolls back if the block raises."""
        async with (
            self._write_limiter.slot(),
            self.pool.acquire() as connection,
            connection.transaction(),
        ):
            reader = self._reader(connection)
            yield reader
        for each in reader.after_commit:
            each(self)

    def _reader(self, connection: Any) -> Reader:
        return Reader(connection, self._watch, self.meter, self.distributed)

    async def finish_prepared(self) -> bool:
        """Commit on the workers what the coordinator has committed; whether the user of the
        database may. Otherwise the coordinator does it at intervals of
        `citus.recover_2pc_interval`."""
        try:
            await self.pool.execute("SELECT recover_prepared_transactions()")
        except asyncpg.InsufficientPrivilegeError:
            return False
        return True

    def _watch(self, name: str) -> None:
        for watcher in self.watchers:
            watcher(name)


async def _pool(url: str, connections: int, settings: dict[str, str]) -> Any:
    create = partial(
        asyncpg.create_pool,
        **asyncpg_parameters(url),
        min_size=min(2, connections),
        max_size=connections,
        command_timeout=30,
        statement_cache_size=400,
        max_cacheable_statement_size=0,  # of which ours are some that are longer than its limit
        max_inactive_connection_lifetime=0,
        reset=_keep_state,
    )
    try:
        return await create(server_settings=settings, init=set_codecs)
    except asyncpg.ProtocolViolationError:  # a pool of sessions takes no such settings
        return await create(init=partial(_set_up, settings=settings))


async def _keep_state(connection: Any) -> None:
    """Nothing that the gateway sets on a connection outlives its transaction, so that a connection
    returns to the pool without a round trip. asyncpg itself ends transactions and drops
    listeners."""


async def _set_up(connection: Any, *, settings: dict[str, str]) -> None:
    """As `set_codecs`, and set what could not be sent with the connection's start."""
    await set_codecs(connection)
    for name, value in settings.items():
        await connection.execute("SELECT set_config($1, $2, false)", name, value)


async def set_codecs(connection: Any) -> None:
    """Set the codecs for JSON and numeric. A school uses few different numbers, so decoded ones are
    cached, which is several times faster than asyncpg's own decoder."""
    await connection.set_type_codec(
        "jsonb", encoder=json.dumps, decoder=orjson.loads, schema="pg_catalog"
    )
    await connection.set_type_codec(
        "numeric", encoder=str, decoder=_decimal, schema="pg_catalog", format="text"
    )


_decimal = lru_cache(maxsize=16_384)(Decimal)
