"""Parts of answers that are the same for many, rendered once and spliced into each answer.

A part is what one field answers of one record: the homework of a lesson is the same in the diaries
of a class. The plan says which fields can have parts (`resolvers/execution/sharing.py`): those
whose answer is made of the record's own rows alone. Rows that not everybody may know of are kept
with the part, and the operation's own tests are asked of them again: a part is for whoever may know
of the same ones.

Whoever asks first only leaves the lists behind that were made for them; they are rendered for who
comes second.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import orjson

from db.dependencies import Dependency
from resolvers.answers.changes import Basis, Changes
from resolvers.answers.figures import Figures
from resolvers.answers.sizes import bytes_of
from resolvers.global_id import Key

SHARE = 8
"""Parts take no more than this part of all that may be kept."""
BYTES_OF_PART = 300
MADE_OF = 2
"""How much more than its rows a part takes, with what was made of them."""
Visible = Callable[[Any], bool]


class Field(Hashable, Protocol):
    """A field of a plan: `key` is its name in the answer."""

    key: str


class Part:
    """A list of an answer, the rows that it was made of, and how many of these are shown in it."""

    __slots__ = ("_list", "_rows", "_shown")

    def __init__(self, made: list[Any], rows: Sequence[Any], visible: Visible | None) -> None:
        self._list: list[Any] | orjson.Fragment = made
        self._rows = rows
        self._shown: Sequence[bool] | None = None
        """Of each row, whether it is; None where all are."""
        if len(made) != len(rows):
            assert visible is not None
            self._shown = [bool(visible(row)) for row in rows]

    def is_for(self, visible: Visible | None) -> bool:
        """Whether the same rows are visible to somebody else."""
        if visible is None or not self._rows:
            return True
        try:
            if self._shown is None:
                return all(map(visible, self._rows))
            return [bool(visible(row)) for row in self._rows] == self._shown
        except Exception:  # the operation notes it, where it reads the rows itself
            return False

    def rendered(self, figures: Figures) -> orjson.Fragment:
        if isinstance(self._list, list):
            figures.rendered += 1
            self._list = orjson.Fragment(orjson.dumps(self._list))
        return self._list


NOTHING = Part([], (), None)
NOTHING.rendered(Figures())


class Bundle:
    """The parts of one field that one run has made, as a rule of one class; they hold together."""

    __slots__ = ("basis", "document", "field", "parts", "size")

    def __init__(
        self, field: Field, document: str, basis: Basis, parts: dict[Key, Part], size: int
    ) -> None:
        self.field = field
        self.document = document
        self.basis = basis
        self.parts = parts
        self.size = size


Found = Mapping[Key, Bundle]


class KeptParts:
    """The parts of all answers, those that were used last, within a share of `most_bytes`."""

    def __init__(self, changes: Changes, figures: Figures, most_bytes: int) -> None:
        self.changes = changes
        self.figures = figures
        self._most_bytes = most_bytes // SHARE
        self._bytes = 0
        self._bundles: OrderedDict[Bundle, None] = OrderedDict()
        self._found: dict[Field, dict[Key, Bundle]] = {}
        self._documents: Counter[str] = Counter()

    def are_of(self, document: str) -> bool:
        """Whether any are kept that an operation of the document may use."""
        return document in self._documents

    def of(self, field: Field) -> Found:
        return self._found.get(field, {})

    def holds(self, bundle: Bundle) -> bool:
        """Whether nothing has changed for it; otherwise it is dropped."""
        if bundle not in self._bundles:
            return False
        if not self.changes.still_holds(bundle.basis):
            self._drop(bundle)
            return False
        self._bundles.move_to_end(bundle)
        return True

    def keep(self, bundle: Bundle) -> None:
        self._bundles[bundle] = None
        self._documents[bundle.document] += 1
        self._found.setdefault(bundle.field, {}).update(dict.fromkeys(bundle.parts, bundle))
        self._count(bundle.size)
        while self._bytes > self._most_bytes:
            self._drop(next(iter(self._bundles)))

    def forget(self) -> None:
        self._count(-self._bytes)
        self._bundles.clear()
        self._found.clear()
        self._documents.clear()

    def _drop(self, bundle: Bundle) -> None:
        del self._bundles[bundle]
        found = self._found[bundle.field]
        for key in bundle.parts:
            if found.get(key) is bundle:
                del found[key]
        if not found:
            del self._found[bundle.field]
        self._documents[bundle.document] -= 1
        if not self._documents[bundle.document]:
            del self._documents[bundle.document]
        self._count(-bundle.size)

    def _count(self, size: int) -> None:
        self._bytes += size
        self.figures.bytes += size


Made = tuple[Key, list[Any], Sequence[Any]]
"""Of the record with the key, the list that was made, and the rows that it was made of."""


class PartsOfRun:
    """The parts that one run uses, if a look has begun after its request came, and those that it
    makes."""

    __slots__ = ("_document", "_kept", "_looked", "_made", "figures")

    def __init__(self, kept: KeptParts, document: str, *, looked: bool) -> None:
        self.figures = kept.figures
        self._kept = kept
        self._document = document
        self._looked = looked
        self._made: list[tuple[Field, Dependency, Visible | None, list[Made]]] = []

    def of(self, field: Field) -> Found:
        """By a record's key, where a part of the field is."""
        return self._kept.of(field) if self._looked else {}

    def holds(self, bundle: Bundle) -> bool:
        return self._kept.holds(bundle)

    def made(
        self, field: Field, dependency: Dependency, visible: Visible | None, lists: list[Made]
    ) -> None:
        self._made.append((field, dependency, visible, lists))

    def keep(self, number: int) -> None:
        """Keep what was made of records of one school, as of the look with the number."""
        made, self._made = self._made, []
        for each in made:
            if each[-1]:
                self._kept.keep(self._bundle(*each, number))

    def _bundle(
        self,
        field: Field,
        dependency: Dependency,
        visible: Visible | None,
        lists: list[Made],
        number: int,
    ) -> Bundle:
        parts = {key: Part(made, rows, visible) if rows else NOTHING for key, made, rows in lists}
        basis = _basis(dependency, parts, number)
        rows = [row for _, _, some in lists for row in some]
        size = BYTES_OF_PART * len(parts) + MADE_OF * bytes_of(rows)
        return Bundle(field, self._document, basis, parts, size)


def _basis(dependency: Dependency, keys: Iterable[Key], number: int) -> Basis:
    schools, ids = zip(*keys, strict=True)
    keyed = dict.fromkeys(dependency.keyed - dependency.whole, frozenset(ids))
    return Basis(schools[0], number, keyed, dependency.whole)
