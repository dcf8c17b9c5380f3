"""How a field is read, as data that every executor reads alike."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Any
from uuid import UUID

from domain.audience import Audience
from domain.audit import Sensitive
from resolvers.global_id import Key
from resolvers.loaders import Loader, Parameters

IDENTITY = ("school_id", "id")
"""The columns that every record of a noun has; a function of a record reads these by default."""
Columns = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the parent's record."""

    name: str


@dataclass(frozen=True, slots=True)
class Computed:
    """A pure function of the values of the columns `of`.

    Without `of` it takes the record, of which it reads the columns `needs`, and the arguments of
    the field. If the record was made of loaded rows, it may read the columns `of_rows` of these.
    """

    function: Callable[..., Any]
    of: Columns | None = None
    needs: Columns | None = IDENTITY
    of_rows: Columns = ()

    def read(self, record: Any, arguments: Mapping[str, Any]) -> Any:
        if self.of is None:
            return self.function(record, **arguments)
        return self.function(*(getattr(record, name) for name in self.of))


@dataclass(frozen=True, slots=True)
class LoadArguments:
    """A field's arguments as its loader takes them: parameters of the statement, and a pure step
    `then` on what was loaded."""

    parameters: Mapping[str, object] = field(default_factory=dict)
    then: Callable[[Any], Any] | None = None

    @property
    def key(self) -> Parameters:
        return tuple(sorted(self.parameters.items()))


@dataclass(frozen=True, slots=True)
class Loaded:
    """One or many records through a loader, keyed by a column of the parent.

    The function `arguments` makes the statement's parameters of the record, of which it reads the
    columns `needs`, and the field's arguments; without it, the parent's attribute `given` holds
    them. Only rows that equal the parent in the columns `matching` are its own. A pure step `then`
    may follow, on the parent and its columns `needs`, and the rows and their columns `reads`.
    `carries` maps columns of a single record to columns of the parent's row with the same values,
    which saves the look-up. `in_context` has the function take the `Context` of the request too,
    which knows its seal then; `of_viewer` has it take the viewer alone.
    """

    loader: Loader
    key: str
    arguments: Callable[..., LoadArguments] | None = None
    needs: Columns | None = IDENTITY
    given: str | None = None
    matching: Columns = ()
    then: Callable[[Any, Any], Any] | None = None
    reads: Columns | None = ()
    carries: Mapping[str, str] = field(default_factory=dict)
    in_context: bool = False
    of_viewer: bool = False

    def key_of(self, record: Any) -> Key | None:
        id_: UUID | None = getattr(record, self.key)
        return None if id_ is None else (record.school_id, id_)

    def load_arguments(self, record: Any, given: Mapping[str, Any], context: Any) -> LoadArguments:
        """Of the record and the arguments that were given to the field."""
        if self.arguments is not None:
            return self.arguments_in(context)(record, **given)
        return NO_ARGUMENTS if self.given is None else LoadArguments(getattr(record, self.given))

    def arguments_in(self, context: Any) -> Callable[..., LoadArguments]:
        """The function `arguments`, in the context of a request."""
        assert self.arguments is not None
        if self.of_viewer:
            return partial(self.arguments, viewer=context.viewer)
        return partial(self.arguments, context=context) if self.in_context else self.arguments

    def value(self, record: Any, arguments: LoadArguments, rows: Any) -> Any:
        """The field's value, made of the rows that have the record's key."""
        if self.matching:
            own = [getattr(record, name) for name in self.matching]
            rows = [row for row in rows if [row[name] for name in self.matching] == own]
        if self.then is not None:
            rows = self.then(record, rows)
        return rows if arguments.then is None else arguments.then(rows)


NO_ARGUMENTS = LoadArguments()


@dataclass(frozen=True, slots=True)
class Keyed:
    """One record by id, or many: the function `keys` makes a key, a list of keys or None of the
    parent's columns `needs` and of the field's arguments. A pure step `then` may follow, on the
    records found."""

    loader: Loader
    keys: Callable[..., Key | Sequence[Key] | None]
    then: Callable[[Any], Any] | None = None
    reads: Columns | None = ()
    needs: Columns | None = IDENTITY


class Told(Enum):
    """What of the viewer an ordinary resolver answers by: the day at their school alone, all their
    rights there, or the viewer as such, with their account. Besides, it answers by its record, its
    arguments and what statements of the store read for it, and by nothing else, such as the time.
    """

    DAY = "DAY"
    RIGHTS = "RIGHTS"
    VIEWER = "VIEWER"


@dataclass(frozen=True, slots=True)
class Resolved:
    """An ordinary resolver, for what nothing else can express. It reads the columns `needs` of the
    record; all of them if that is None. `shows` names the column whose value it answers, where it
    decides to whom. Where it is `told` by what it answers, its answer may be kept."""

    function: Callable[..., Any | Awaitable[Any]]
    needs: Columns | None = IDENTITY
    shows: str | None = None
    told: Told | None = None


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
    sensitive: Sensitive | None = None
    """What the audit calls it, where it notes who reads the field."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A declaration with the place where it stands."""

    noun: str
    audience: Audience
    reading: Reading
    items: Items | None = None
    known_as: str | None = None
    sensitive: Sensitive | None = None


BOUND = "gradebook-bound"
"""Where a GraphQL field keeps what it is bound to, in its extensions."""
