"""Loaders: what is read for a whole level at once, as data, named for what they load."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aiodataloader import DataLoader

from db.projection import Derived, Source
from db.statement import Statement
from db.store import Store
from resolvers.global_id import Key
from resolvers.viewer import Viewer

Parameters = tuple[tuple[str, object], ...]
"""Further parameters of a loader's statement, by name and in a fixed order."""
DAYS = ("day", "today")
"""Parameters that are the school's day unless they are given."""


@dataclass(frozen=True, slots=True)
class Loader:
    """One statement for all keys of a level; `by` is the column that holds a row's key.

    A loader of single records may have a `source`, from which one of them can be joined to the
    row that holds its id.
    """

    name: str
    statement: Statement[Any]
    by: str = "id"
    many: bool = False
    source: Source | None = None
    of_courses: bool = False
    """Whether it finds a student's lessons by the courses that the student has had."""
    derived: Derived | None = None
    """Of a loader that works one column out of records: that column, which can be read with the
    records themselves. A field that reads through the loader has its value."""

    @property
    def noun(self) -> str:
        return self.statement.of_table.__name__

    async def load(
        self, store: Store, viewer: Viewer | None, keys: Iterable[Key], parameters: Parameters = ()
    ) -> dict[Key, Any]:
        """Records by key: one or None for each, or a list where the loader is of many."""
        found: dict[Key, Any] = {}
        for school_id, ids in _by_school(keys).items():
            rows = await self._rows(store, viewer, school_id, ids, dict(parameters))
            if self.many:
                grouped: dict[UUID, list[Any]] = defaultdict(list)
                for row in rows:
                    grouped[row[self.by]].append(row)
                found |= {(school_id, id_): grouped.get(id_, []) for id_ in ids}
            else:
                one = {row[self.by]: row for row in rows}
                found |= {(school_id, id_): one.get(id_) for id_ in ids}
        return found

    async def _rows(
        self,
        store: Store,
        viewer: Viewer | None,
        school_id: int,
        ids: list[UUID],
        parameters: dict[str, object],
    ) -> list[Any]:
        days = [each for each in DAYS if each in self.statement.parameters]
        if any(each not in parameters for each in days):
            if viewer is None or school_id not in viewer.schools:
                return []
            parameters = dict.fromkeys(days, viewer.schools[school_id].today) | parameters
        return await store.fetch(self.statement, school=school_id, ids=ids, **parameters)


def _by_school(keys: Iterable[Key]) -> Mapping[int, list[UUID]]:
    ids: dict[int, dict[UUID, None]] = defaultdict(dict)
    for school_id, id_ in keys:
        ids[school_id][id_] = None
    return {school_id: list(found) for school_id, found in ids.items()}


class Loaders:
    """The dataloaders of one request; or of whatever else loads at once what is asked for at once,
    and then does not remember it."""

    def __init__(self, store: Store, viewer: Viewer | None, *, remember: bool = True) -> None:
        self._store = store
        self._viewer = viewer
        self._remember = remember
        self._made: dict[tuple[str, Parameters], DataLoader[Key, Any]] = {}

    def of(self, loader: Loader, parameters: Parameters = ()) -> DataLoader[Key, Any]:
        made = self._made.get((loader.name, parameters))
        if made is None:

            async def batch(keys: list[Key]) -> list[Any]:
                found = await loader.load(self._store, self._viewer, keys, parameters)
                return [found[key] for key in keys]

            made = self._made[loader.name, parameters] = DataLoader(batch, cache=self._remember)
        return made
