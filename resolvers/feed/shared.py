"""What is read for one change, read once for all who are told of it."""

import asyncio
from collections import deque
from collections.abc import Coroutine, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from db.statement import Statement
from db.store import Lease, Reader, Store

T = TypeVar("T")
SLOW = 0.25
"""Seconds after which a reading no longer holds up others, for which somebody else may wait."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for; `by` is the place of a row's id, where there is one row for each."""

    statement: Statement[Any]
    parameters: dict[str, Any]
    by: int | None
    rows: asyncio.Future[list[Any]]

    @property
    def like(self) -> Hashable:
        """The same for all that one statement may answer."""
        if self.by is None:
            return self.rows
        return (self.statement.text, *_hashable({**self.parameters, "ids": None}))


@dataclass(frozen=True, slots=True)
class Together:
    """What is asked alike, and read at once."""

    asked: list[Asked]

    async def read(self, reader: Reader) -> None:
        first = self.asked[0]
        parameters = dict(first.parameters)
        if len(self.asked) > 1:
            parameters["ids"] = list({id_ for one in self.asked for id_ in one.parameters["ids"]})
        try:
            rows = await reader.fetch(first.statement, **parameters)
        except Exception as error:
            self.fail(error)
        else:
            self._answer(rows)

    def _answer(self, rows: list[Any]) -> None:
        if len(self.asked) == 1:
            self.asked[0].rows.set_result(rows)
            return
        found = {row[self.asked[0].by]: row for row in rows}
        for one in self.asked:
            ids = one.parameters["ids"]
            one.rows.set_result([found[id_] for id_ in ids if id_ in found])

    def fail(self, error: Exception) -> None:
        for one in self.asked:
            if not one.rows.done():
                one.rows.set_exception(error)


class SharedReads(Store):
    """A store that remembers what was read; rows are light, and never changed.

    It stands for the store while a change is shown to its followers, each under their own rights,
    and is forgotten with the change.
    """

    def __init__(self, store: Store) -> None:
        super().__init__(store.pool)
        self.watchers = store.watchers
        self._known: dict[Hashable, asyncio.Future[list[Any]]] = {}
        self._waiting: list[Asked] = []
        self._reading: asyncio.Task[None] | None = None

    async def fetch_over(
        self, lease: Lease, statement: Statement[T], by: int | None = None, **parameters: object
    ) -> list[T]:
        """What all share is not read over anybody's own connection."""
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
            reading.add_done_callback(_heard)
            self._waiting.append(Asked(statement, parameters, by, reading))
            if len(self._waiting) == 1:
                self._reading = for_all(self._read())
        return await asyncio.shield(reading)

    async def _read(self) -> None:
        """Read all that was asked for at once over one connection, as there is one client: to take
        one for each costs more than most of them take to run."""
        alike: dict[Hashable, Together] = {}
        for one in self._waiting:
            alike.setdefault(one.like, Together([])).asked.append(one)
        self._waiting = []
        await self._read_over_one(deque(alike.values()))

    async def _read_over_one(self, waiting: deque[Together]) -> None:
        """One after the other; what waits behind one that takes long goes over another."""
        loop = asyncio.get_running_loop()
        try:
            async with self.pool.acquire() as connection:
                reader = Reader(connection, self._watch)
                while waiting:
                    one = waiting.popleft()
                    slow = loop.call_later(SLOW, self._go_round, waiting) if waiting else None
                    await one.read(reader)
                    if slow is not None:
                        slow.cancel()
        except Exception as error:
            for one in waiting:
                one.fail(error)

    def _go_round(self, waiting: deque[Together]) -> None:
        """Unless half of the connections are taken: where everything is slow, more do not help."""
        pool = self.pool
        free = pool.get_max_size() - pool.get_size() + pool.get_idle_size()
        if 2 * free > pool.get_max_size():
            self._reading = for_all(self._read_over_one(waiting))


def for_all(coming: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """A reading that several wait for, each behind a shield: whoever began it may leave."""
    reading = asyncio.create_task(coming)
    reading.add_done_callback(_heard)
    return reading


def _hashable(parameters: Mapping[str, object]) -> Iterable[Hashable]:
    for name, value in parameters.items():
        yield name, tuple(value) if isinstance(value, list) else value


def _heard(reading: asyncio.Future[Any]) -> None:
    """Its failure is told to those who wait; where nobody does, it is no matter."""
    if not reading.cancelled():
        reading.exception()
