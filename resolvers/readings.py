"""How a field is read, as data that every executor reads alike."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import UUID

from domain.audience import Audience
from resolvers.loaders import Arguments, Key, Loader

IDENTITY = ("school_id", "id")
"""What every record of a noun has, and a function of it may read unless it names more."""
Columns = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the parent's record; named as the field unless told."""

    name: str


@dataclass(frozen=True, slots=True)
class Computed:
    """A pure function of the values of the columns `of`.

    Without `of` it gets the record itself, of which it reads the columns `needs`, and then the
    field's arguments where it has any.
    """

    function: Callable[..., Any]
    of: Columns | None = None
    needs: Columns | None = IDENTITY

    def read(self, record: Any, arguments: Mapping[str, Any]) -> Any:
        if self.of is None:
            return self.function(record, **arguments)
        return self.function(*(getattr(record, name) for name in self.of))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a field's arguments make of a load: the statement's parameters, then a pure step."""

    parameters: Mapping[str, object] = field(default_factory=dict)
    then: Callable[[Any], Any] | None = None

    @property
    def arguments(self) -> Arguments:
        return tuple(sorted(self.parameters.items()))


@dataclass(frozen=True, slots=True)
class Loaded:
    """One or many records through a loader, keyed by a column of the parent.

    The parameters of the statement are what `ask` makes of the record and the field's arguments,
    or else the parent's attribute `given`. Of the rows with the key, those are the parent's which
    are also equal to it in the columns `matching`. A pure step `then` may follow, on the parent
    and what was found; it reads the columns `reads` of that. `carries` names columns of the one
    record that the parent's row has too, so that they need no look-up.
    """

    loader: Loader
    key: str
    ask: Callable[..., Asked] | None = None
    needs: Columns | None = IDENTITY
    given: str | None = None
    matching: Columns = ()
    then: Callable[[Any, Any], Any] | None = None
    reads: Columns | None = ()
    carries: Mapping[str, str] = field(default_factory=dict)

    def key_of(self, record: Any) -> Key | None:
        id_: UUID | None = getattr(record, self.key)
        return None if id_ is None else (record.school_id, id_)

    def asked(self, record: Any, arguments: Mapping[str, Any]) -> Asked:
        if self.ask is not None:
            return self.ask(record, **arguments)
        return NOTHING_ASKED if self.given is None else Asked(getattr(record, self.given))

    def found(self, record: Any, asked: Asked, rows: Any) -> Any:
        """What the field answers of the rows that have the record's key."""
        if self.matching:
            own = [getattr(record, name) for name in self.matching]
            rows = [row for row in rows if [row[name] for name in self.matching] == own]
        if self.then is not None:
            rows = self.then(record, rows)
        return rows if asked.then is None else asked.then(rows)


NOTHING_ASKED = Asked()


@dataclass(frozen=True, slots=True)
class Keyed:
    """One record by id, or many: `keys` makes of the parent and the field's arguments a key, a
    list of keys, or None. A pure step `then` may follow, on the records that there are."""

    loader: Loader
    keys: Callable[..., Key | Sequence[Key] | None]
    then: Callable[[Any], Any] | None = None
    reads: Columns | None = ()


@dataclass(frozen=True, slots=True)
class Resolved:
    """An ordinary resolver: the last resort."""

    function: Callable[..., Any | Awaitable[Any]]


Reading = Column | Computed | Loaded | Keyed | Resolved


class Per(Enum):
    """Of what a list has so many items: of each parent; of each day of the span that the field's
    own arguments name, or those of the object around it; or of each id that it is asked for."""

    PARENT = "PARENT"
    DAY = "DAY"
    ID = "ID"


@dataclass(frozen=True, slots=True)
class Items:
    """How long a list is taken to be when an operation is weighed before it runs."""

    number: float
    per: Per = Per.PARENT


def daily(number: float) -> Items:
    return Items(number, Per.DAY)


@dataclass(frozen=True, slots=True)
class Declaration:
    """A field's audience and how it is read.

    `known_as` names the relation by which each record that it leads to is shown or left out, where
    that of the record's own noun shows too much.
    """

    audience: Audience
    reading: Reading | None
    """None where the reading follows from the field's name: its column."""
    items: Items | None = None
    known_as: str | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """A declaration with the place where it stands."""

    noun: str
    audience: Audience
    reading: Reading
    items: Items | None = None
    known_as: str | None = None


BOUND = "gradebook-bound"
"""Where a GraphQL field keeps what it is bound to, in its extensions."""
