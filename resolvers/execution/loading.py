"""One loader at one level, run once for all the fields that read through it."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from db.statement import Statement
from resolvers.loaders import Arguments, Key

if TYPE_CHECKING:
    from resolvers.execution.readers import Reader
    from resolvers.execution.run import Run

Waiting = list[tuple[Any, dict[str, Any]]]
"""Records with the objects of the answer that were made of them."""
AT_ONCE = 200
"""For how many records a field is answered before others get their turn on the event loop."""
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

    def __init__(self, statement: Statement[Any], readers: list["Reader"]) -> None:
        self.statement = statement
        self.readers = readers
        self.asks_for_day = "day" in statement.parameters

    async def run(self, run: "Run", waiting: tuple[Waiting, ...]) -> None:
        batches = Batches()
        asked = [
            reader.ask(run, records, batches)
            for reader, records in zip(self.readers, waiting, strict=True)
        ]
        await together([self._fetch(run, batch) for batch in batches.all()])
        for reader, asking in zip(self.readers, asked, strict=True):
            reader.answer(run, asking[:AT_ONCE])
            for start in range(AT_ONCE, len(asking), AT_ONCE):
                await asyncio.sleep(0)
                reader.answer(run, asking[start : start + AT_ONCE])

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
                    run.lease, self.statement, school=school, ids=ids, **parameters
                )
                run.count(len(rows))
                batch.rows += rows
        except Exception as error:
            batch.failed = error


async def together(coming: list[Coroutine[Any, Any, None]]) -> None:
    """Run them at the same time; none of them raises."""
    if len(coming) == 1:
        await coming[0]
    elif coming:
        await asyncio.gather(*coming)
