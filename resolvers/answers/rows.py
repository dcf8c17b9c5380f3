"""Rows that whoever asks may read, kept until something changes that they depend on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from db.dependencies import dependency_of
from db.statement import Statement
from db.store import Store
from domain import clock
from resolvers.answers.changes import Basis, Changes
from resolvers.answers.figures import Figures
from resolvers.answers.looks import Looks
from resolvers.answers.sizes import bytes_of
from resolvers.recently_used import RecentlyUsed

SHARE = 16
"""Rows take no more than this part of all that may be kept."""
BYTES_OF_QUESTION = 1_000
ALWAYS = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Timed:
    """What a statement is told of the time: the parameters that say when it is. `until` says how
    long the rows that it answers are right at any later time."""

    given: Mapping[str, object] = field(default_factory=dict)
    until: Callable[[Sequence[Any]], datetime] = lambda _: ALWAYS


TIMELESS = Timed()


@dataclass(slots=True, eq=False)
class Kept:
    rows: Sequence[Any]
    basis: Basis
    generation: int
    until: datetime


class KeptRows:
    """Answers kept rows once a look, begun after they were asked for, has found no change of what
    they depend on. Requests that come together share that look, and nothing else."""

    def __init__(
        self, store: Store, looks: Looks, changes: Changes, figures: Figures, most_bytes: int
    ) -> None:
        self._store = store
        self._figures = figures
        self._looks = looks
        self._changes = changes
        self._kept: RecentlyUsed[object, Kept] = RecentlyUsed(most_bytes // SHARE)

    async def read(
        self, statement: Statement[Any], school: int, timed: Timed, **given: object
    ) -> Sequence[Any]:
        looked = self._looks.possible and await self._looks.fresh()
        number, generation = self._changes.number, self._changes.generation
        key = (statement.name, school, *sorted(given.items()))
        if looked and (kept := self._kept.get(key)) is not None:
            if self._holds(kept):
                self._figures.hits += 1
                return kept.rows
            self._kept.take(key)
            self._figures.drops += 1
        rows = await self._store.fetch(statement, school=school, **timed.given, **given)
        dependency = dependency_of(statement)
        if looked and dependency is not None:
            self._figures.misses += 1
            basis = Basis(school, number, {}, dependency.tables)
            kept = Kept(rows, basis, generation, timed.until(rows))
            self._kept.add(key, kept, BYTES_OF_QUESTION + bytes_of(rows))
        return rows

    def _holds(self, kept: Kept) -> bool:
        return (
            kept.generation == self._changes.generation
            and clock.now() < kept.until
            and self._changes.still_holds(kept.basis)
        )
