"""One loader at one level, run once for all the fields that read through it."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from db.dependencies import Dependency
from db.statement import Statement
from resolvers.answers.loads import LoadKey
from resolvers.execution.batches import Batch, Batches, Lookup
from resolvers.execution.plan import PlannedLoad
from resolvers.execution.readers import (
    FieldReader,
    SharedReader,
    dependency_of_load,
    reader_of,
)
from resolvers.execution.records import Parents
from resolvers.execution.run import Run
from resolvers.execution.tracing import TRACING
from resolvers.loaders import DAYS

T = TypeVar("T")
AT_ONCE = 20
"""For how many records a field is read before the time slice is checked."""


class Load:
    """A planned load, ready to be run with the records whose fields read through it."""

    def __init__(
        self,
        statement: Statement[Any],
        readers: Sequence[FieldReader],
        by: int | None = None,
        dependency: Dependency | None = None,
    ) -> None:
        """`by` is the place of a row's key, where there is one row for each key."""
        self.level = 0
        self.name = statement.name
        self.statement = statement
        self.dependency = dependency
        self.readers = readers
        self.by = by
        self.days = [each for each in DAYS if each in statement.parameters]
        self.has_parts = any(isinstance(each, SharedReader) for each in readers)
        """Whether its rows are kept with parts of answers."""

    @classmethod
    def of(cls, planned: PlannedLoad) -> "Load":
        readers = [reader_of(planned, *consumer) for consumer in planned.consumers]
        loader, projection = planned.loader, planned.projection
        by = None if loader.many else projection.places[loader.by]
        made = cls(projection.narrowed_statement(), readers, by, dependency_of_load(planned))
        made.level, made.name = planned.level, loader.name
        return made

    @property
    def entry(self) -> Callable[..., Coroutine[Any, Any, None]]:
        """What the compiled function calls: `run`, in a span where traces are exported."""
        return self.run if TRACING.spans is None else self._traced

    async def _traced(self, run: Run, *parents: Parents) -> None:
        spans = TRACING.spans
        assert spans is not None
        if run.level is None or run.level[0] != self.level:
            run.end_level()
            run.level = self.level, spans.level(self.level)
        with spans.loader(self.name, run.level[1]):
            await self.run(run, *parents)

    async def run(self, run: Run, *parents: Parents) -> None:
        """Collect the keys, fetch the rows and write the fields; `parents` has the records of each
        reader."""
        if not any(parents):
            return
        batches = Batches()
        lookups: list[list[Lookup]] = []
        for reader, records in zip(self.readers, parents, strict=True):
            lookups.append([])
            for some in slices(records):
                lookups[-1] += reader.lookups(run, some, batches)
                await run.time_slice.give_way()
        if run.recorder is not None:
            for batch in batches.all():
                run.recorder.add(self.dependency, batch.keys)
        await together(*(self._fetch(run, batch) for batch in batches.all()))
        for reader, found in zip(self.readers, lookups, strict=True):
            for part in slices(found):
                reader.write(run, part)
                await run.time_slice.give_way()

    async def _rows(
        self, run: Run, school: int, ids: list[UUID], parameters: dict[str, object]
    ) -> Sequence[Any]:
        """The rows that are kept, or else those that are fetched."""
        kept = None if run.recorder is None or self.has_parts else run.recorder.rows
        key: LoadKey = ()
        if kept is not None:
            key = (self.statement.text, school, tuple(ids), tuple(sorted(parameters.items())))
            if (found := kept.find(key)) is not None:
                return found
        rows = await run.store.fetch_over(
            run.lease, self.statement, self.by, school=school, ids=ids, **parameters
        )
        if kept is not None and self.dependency is not None:
            kept.loaded(key, rows, self.dependency, [(school, id_) for id_ in ids])
        return rows

    async def _fetch(self, run: Run, batch: Batch) -> None:
        """Fetch the rows of every school; where a statement fails, all lookups of the batch do."""
        by_school: dict[int, list[Any]] = {}
        for school, id_ in batch.keys:
            by_school.setdefault(school, []).append(id_)
        try:
            for school, ids in by_school.items():
                parameters = batch.parameters
                if self.days:
                    rights = run.schools().get(school)
                    if rights is None:
                        continue
                    parameters = dict.fromkeys(self.days, rights.today) | parameters
                rows = await self._rows(run, school, ids, parameters)
                run.records.add(len(rows))
                batch.rows += rows
        except Exception as error:
            batch.failed = error


def slices(items: list[T]) -> Iterable[list[T]]:
    """The items in lists of at most `AT_ONCE`."""
    if len(items) <= AT_ONCE:
        return (items,)
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))


async def together(*coming: Coroutine[Any, Any, None]) -> None:
    """Run coroutines at the same time; none of them raises an Exception."""
    if len(coming) == 1:
        await coming[0]
    elif coming:
        await asyncio.gather(*coming)
