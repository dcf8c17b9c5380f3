"""A store that reads once what many subscribers are shown of one change."""

import asyncio
from collections import deque
from collections.abc import Coroutine, Hashable, Iterable, Mapping
from contextvars import Context
from dataclasses import dataclass
from typing import Any, TypeVar

from db.statement import Statement
from db.store import Lease, Reader, Store

T = TypeVar("T")
SLOW = 0.25
"""Seconds after which those behind a slow statement are read over another connection."""


@dataclass(frozen=True, slots=True)
class PendingRead:
    """A statement with its parameters, waiting to run. `by` is the index of the column with a row's
    id, if the statement answers one row for each of its `ids`."""

    statement: Statement[Any]
    parameters: dict[str, Any]
    by: int | None
    rows: asyncio.Future[list[Any]]

    @property
    def batch_key(self) -> Hashable:
        """Equal for reads that one run of the statement can answer."""
        if self.by is None:
            return self.rows
        return (self.statement.text, *_hashable({**self.parameters, "ids": None}))


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """Reads with the same batch key, answered by one run of their statement."""

    reads: list[PendingRead]

    async def read(self, reader: Reader) -> None:
        first = self.reads[0]
        parameters = dict(first.parameters)
        if len(self.reads) > 1:
            parameters["ids"] = list({id_ for read in self.reads for id_ in read.parameters["ids"]})
        try:
            rows = await reader.fetch(first.statement, **parameters)
        except Exception as error:
            self.fail(error)
        else:
            self._resolve(rows)

    def _resolve(self, rows: list[Any]) -> None:
        if len(self.reads) == 1:
            self.reads[0].rows.set_result(rows)
            return
        found = {row[self.reads[0].by]: row for row in rows}
        for read in self.reads:
            ids = read.parameters["ids"]
            read.rows.set_result([found[id_] for id_ in ids if id_ in found])

    def fail(self, error: Exception) -> None:
        for read in self.reads:
            if not read.rows.done():
                read.rows.set_exception(error)


class SharedReads(Store):
    """A store that keeps what it has read, for as long as the change itself is kept.

    Queries use it in place of the store while the change is shown to its subscribers, to each under
    their own rights.
    """

    def __init__(self, store: Store) -> None:
        super().__init__(store.pool)
        self.watchers = store.watchers
        self._known: dict[Hashable, asyncio.Future[list[Any]]] = {}
        self._pending: list[PendingRead] = []
        self._reading: asyncio.Task[None] | None = None

    async def fetch_over(
        self, lease: Lease, statement: Statement[T], by: int | None = None, **parameters: object
    ) -> list[T]:
        """Does not use the lease: it is the connection of one among those who share the rows."""
        return await self._shared(statement, parameters, by)

    async def fetch(self, statement: Statement[T], **parameters: object) -> list[T]:
        return await self._shared(statement, parameters)

    async def _shared(
        self, statement: Statement[T], parameters: dict[str, object], by: int | None = None
    ) -> list[T]:
        key = (statement.text, *_hashable(parameters))
        reading = self._known.get(key)
        if reading is not None and reading.done():
            if not reading.cancelled() and reading.exception() is None:
                return reading.result()
            reading = None
        if reading is None:
            reading = self._known[key] = asyncio.get_running_loop().create_future()
            reading.add_done_callback(_retrieve_exception)
            self._pending.append(PendingRead(statement, parameters, by, reading))
            if len(self._pending) == 1:
                self._reading = shared_task(self._read())
        return await asyncio.shield(reading)

    async def _read(self) -> None:
        """Read everything pending over one connection: to acquire one for each read would cost more
        than most of them take to run."""
        batches: dict[Hashable, ReadBatch] = {}
        for read in self._pending:
            batches.setdefault(read.batch_key, ReadBatch([])).reads.append(read)
        self._pending = []
        await self._read_in_turn(deque(batches.values()))

    async def _read_in_turn(self, waiting: deque[ReadBatch]) -> None:
        """Run the batches in order; those behind a slow one move to another connection."""
        loop = asyncio.get_running_loop()
        try:
            async with self.pool.acquire() as connection:
                reader = Reader(connection, self._watch, self.meter)
                while waiting:
                    batch = waiting.popleft()
                    slow = (
                        loop.call_later(SLOW, self._use_another_connection, waiting)
                        if waiting
                        else None
                    )
                    await batch.read(reader)
                    if slow is not None:
                        slow.cancel()
        except Exception as error:
            for batch in waiting:
                batch.fail(error)

    def _use_another_connection(self, waiting: deque[ReadBatch]) -> None:
        """Unless half of the connections are in use: if all is slow, more of them do not help."""
        pool = self.pool
        free = pool.get_max_size() - pool.get_size() + pool.get_idle_size()
        if 2 * free > pool.get_max_size():
            self._reading = shared_task(self._read_in_turn(waiting))


def shared_task(
    coroutine: Coroutine[Any, Any, T], context: Context | None = None
) -> asyncio.Task[T]:
    """A task that several await, each behind a shield, so that any of them may be cancelled. It
    runs in the context, or else in a copy of that of whoever came first."""
    task = asyncio.create_task(coroutine, context=context)
    task.add_done_callback(_retrieve_exception)
    return task


def _hashable(parameters: Mapping[str, object]) -> Iterable[Hashable]:
    for name, value in parameters.items():
        yield name, tuple(value) if isinstance(value, list) else value


def _retrieve_exception(future: asyncio.Future[Any]) -> None:
    """Whoever awaits it gets its exception; if nobody does, asyncio should not log it."""
    if not future.cancelled():
        future.exception()
