"""Rows of loads, which another answer may be made of.

A class's journal is read by its teacher and by the class teacher, whose rights differ, and so may
their answers; a diary is read anew when a mark is given, though its lessons are as they were. Rows
are the same for everybody: what of them is shown is asked of whoever asks.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from db.dependencies import LESSON, Dependency
from resolvers.answers.changes import Basis, Changes
from resolvers.answers.figures import Figures
from resolvers.answers.sizes import bytes_of
from resolvers.global_id import Key
from resolvers.recently_used import RecentlyUsed

SHARE = 8
"""Rows take no more than this part of all that may be kept."""
LARGEST_SHARE = 32
"""Rows of one load that take more than this part of it are not kept."""
BYTES_OF_LOAD = 600
BYTES_OF_ID = 100
RECENT = 16
"""Of about how many answers to a document it is remembered whether they were made before."""
OFTEN = 0.25
"""The part of them from which on rows are kept of those that are made for the first time."""
MOST_DOCUMENTS = 1_000
LoadKey = tuple[Hashable, ...]
"""The text of a statement, and its parameters."""


@dataclass(slots=True, eq=False)
class Load:
    rows: Sequence[Any]
    basis: Basis


class KeptLoads:
    """The rows of all loads, those that were used last, within a share of `most_bytes`."""

    def __init__(self, changes: Changes, figures: Figures, most_bytes: int) -> None:
        self._changes = changes
        self._figures = figures
        self._loads: RecentlyUsed[LoadKey, Load] = RecentlyUsed(most_bytes // SHARE)
        self._made_again: dict[int, float] = {}
        """By a document, what part of its answers was made before, of late."""

    def of_run(self, document: str, *, looked: bool, again: bool) -> "LoadsOfRun | None":
        """The rows for an answer that is about to be made; None if it needs none that are kept, and
        none are to be kept of it."""
        pays = again or self._made_again.get(hash(document), 0.0) >= OFTEN
        return LoadsOfRun(self, looked=looked) if pays else None

    def made(self, document: str, *, again: bool) -> None:
        """Note that an answer was made, and whether there was one to the same question before."""
        number = hash(document)
        if len(self._made_again) >= MOST_DOCUMENTS and number not in self._made_again:
            self._made_again.clear()
        before = self._made_again.get(number, 0.0)
        self._made_again[number] = before + (again - before) / RECENT

    def find(self, key: LoadKey) -> Sequence[Any] | None:
        """The rows, if nothing has changed for them."""
        if (load := self._loads.get(key)) is None:
            return None
        if not self._changes.still_holds(load.basis):
            before = self._loads.bytes
            self._loads.take(key)
            self._figures.bytes += self._loads.bytes - before
            return None
        self._figures.loads += 1
        return load.rows

    def keep(self, key: LoadKey, rows: Sequence[Any], basis: Basis) -> None:
        ids = sum(map(len, basis.keyed.values()))
        size = BYTES_OF_LOAD + BYTES_OF_ID * ids + bytes_of(rows)
        if size * LARGEST_SHARE > self._loads.most_bytes:
            return
        before = self._loads.bytes
        self._loads.add(key, Load(rows, basis), size)
        self._figures.bytes += self._loads.bytes - before

    def forget(self) -> None:
        self._figures.bytes -= self._loads.bytes
        self._loads = RecentlyUsed(self._loads.most_bytes)


@dataclass(slots=True, eq=False)
class Loaded:
    """What one run has loaded."""

    key: LoadKey
    rows: Sequence[Any]
    dependency: Dependency
    keys: Sequence[Key]

    def basis(self, number: int) -> Basis:
        dependency, ids = self.dependency, frozenset(id_ for _, id_ in self.keys)
        whole = dependency.whole | ({LESSON} if dependency.of_courses else frozenset())
        keyed = dict.fromkeys(dependency.keyed - whole, ids)
        return Basis(self.keys[0][0], number, keyed, whole)


class LoadsOfRun:
    """The rows that one run uses, if a look has begun after its request came, and those that it
    loads."""

    __slots__ = ("_kept", "_loaded", "_looked")

    def __init__(self, kept: KeptLoads, *, looked: bool) -> None:
        self._kept = kept
        self._looked = looked
        self._loaded: list[Loaded] = []

    def find(self, key: LoadKey) -> Sequence[Any] | None:
        return self._kept.find(key) if self._looked else None

    def loaded(
        self, key: LoadKey, rows: Sequence[Any], dependency: Dependency, keys: Iterable[Key]
    ) -> None:
        self._loaded.append(Loaded(key, rows, dependency, list(keys)))

    def keep(self, number: int) -> list[tuple[Loaded, Basis]]:
        """Keep the rows as of the look with the number; returns what they depend on."""
        found = []
        for loaded in self._loaded:
            basis = loaded.basis(number)
            self._kept.keep(loaded.key, loaded.rows, basis)
            found.append((loaded, basis))
        self._loaded = []
        return found
