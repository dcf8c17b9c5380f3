"""One loader at one level, run once for all the fields that read through it."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from db.statement import Statement
from resolvers.loaders import Arguments, Key

if TYPE_CHECKING:
    from resolvers.execution.readers import Reader
    from resolvers.execution.run import Run

T = TypeVar("T")
Waiting = list[tuple[Any, dict[str, Any]]]
"""Records with the objects of the answer that were made of them."""
Asking = list[tuple[Any, dict[str, Any], "Batch", Any]]
"""Each record with its object, the batch that answers it, and what else was asked."""
AT_ONCE = 20
"""For how many records a field is read before it is seen whether others wait too long."""
GroupKey = tuple[Any, ...]
"""A school, an id in it, and what else a row shares with its parent."""


@dataclass(slots=True)
class Batch:
    """What is asked of the statement with the same parameters."""

    parameters: dict[str, object]
    keys: dict[Key, None] = field(default_factory=dict)
    rows: list[Any] = field(default_factory=list)
    failed: Exception | None = None
    groups: dict[tuple[str, ...], dict[GroupKey, list[Any]]] = field(default_factory=dict)

    def grouped(
        self, columns: tuple[str, ...], group_of: Callable[[Any], GroupKey]
    ) -> dict[GroupKey, list[Any]]:
        """The rows by what they share with their parents, which is in these columns."""
        found = self.groups.get(columns)
        if found is None:
            found = self.groups[columns] = {}
            for row in self.rows:
                key = group_of(row)
                there = found.get(key)
                if there is None:
                    found[key] = [row]
                else:
                    there.append(row)
        return found


class Batches:
    """The batches of one loader, by their parameters."""

    def __init__(self) -> None:
        self._made: dict[Arguments, Batch] = {}

    def of(self, parameters: Mapping[str, object]) -> Batch:
        key = tuple(sorted(parameters.items()))
        batch = self._made.get(key)
        if batch is None:
            batch = self._made[key] = Batch(dict(parameters))
        return batch

    def all(self) -> list[Batch]:
        return list(self._made.values())


class Load:
    """Compiled from a plan's step, and run with the records that wait for it."""

    def __init__(
        self, statement: Statement[Any], readers: list["Reader"], by: int | None = None
    ) -> None:
        """`by` is the place of a row's key, where there is one row for each."""
        self.statement = statement
        self.readers = readers
        self.by = by
        self.asks_for_day = "day" in statement.parameters

    async def run(self, run: "Run", waiting: tuple[Waiting, ...]) -> None:
        batches = Batches()
        asked: list[Asking] = []
        for reader, records in zip(self.readers, waiting, strict=True):
            asked.append([])
            for some in turns(records):
                asked[-1] += reader.ask(run, some, batches)
                await run.give_way()
        await together([self._fetch(run, batch) for batch in batches.all()])
        for reader, asking in zip(self.readers, asked, strict=True):
            for part in turns(asking):
                reader.answer(run, part)
                await run.give_way()

    async def _fetch(self, run: "Run", batch: Batch) -> None:
        """Every school's rows; a failure is told to whoever asked for any of them."""
        by_school: dict[int, list[Any]] = {}
        for school, id_ in batch.keys:
            by_school.setdefault(school, []).append(id_)
        try:
            for school, ids in by_school.items():
                parameters = batch.parameters
                if self.asks_for_day and "day" not in parameters:
                    rights = run.schools().get(school)
                    if rights is None:
                        continue
                    parameters = {**parameters, "day": rights.today}
                rows = await run.store.fetch_over(
                    run.lease, self.statement, self.by, school=school, ids=ids, **parameters
                )
                run.count(len(rows))
                batch.rows += rows
        except Exception as error:
            batch.failed = error


def turns(items: list[T]) -> Iterable[list[T]]:
    """The items in slices."""
    if len(items) <= AT_ONCE:
        return (items,)
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))


async def together(coming: list[Coroutine[Any, Any, None]]) -> None:
    """Run them at the same time; none of them raises."""
    if len(coming) == 1:
        await coming[0]
    elif coming:
        await asyncio.gather(*coming)
