"""What is read for one change, read once for all who are told of it."""

import asyncio
from collections.abc import Coroutine, Hashable
from typing import Any, TypeVar

from db.statement import Statement
from db.store import Lease, Store

T = TypeVar("T")


class SharedReads(Store):
    """A store that remembers what was read; rows are light, and never changed.

    It stands for the store while a change is shown to its followers, each under their own rights,
    and is forgotten with the change.
    """

    def __init__(self, store: Store) -> None:
        super().__init__(store.pool)
        self.watchers = store.watchers
        self._known: dict[Hashable, asyncio.Task[list[Any]]] = {}

    async def fetch_over(
        self, lease: Lease, statement: Statement[T], **parameters: object
    ) -> list[T]:
        """What all share is not read over anybody's own connection."""
        return await self.fetch(statement, **parameters)

    async def fetch(self, statement: Statement[T], **parameters: object) -> list[T]:
        key = (statement.text, *map(_hashable, parameters.items()))
        reading = self._known.get(key)
        if reading is not None and reading.done():
            if not reading.cancelled() and reading.exception() is None:
                return reading.result()
            reading = None
        if reading is None:
            reading = self._known[key] = for_all(super().fetch(statement, **parameters))
        return await asyncio.shield(reading)


def for_all(coming: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """A reading that several wait for, each behind a shield: whoever began it may leave."""
    reading = asyncio.create_task(coming)
    reading.add_done_callback(_heard)
    return reading


def _hashable(parameter: tuple[str, object]) -> Hashable:
    name, value = parameter
    return (name, tuple(value)) if isinstance(value, list) else parameter


def _heard(reading: asyncio.Task[Any]) -> None:
    """Its failure is told to those who wait; where nobody does, it is no matter."""
    if not reading.cancelled():
        reading.exception()
