"""What a mutation takes: a dataclass whose fields say in `Annotated` what clients read of them.

A field is as the client sends it. What is left out stays as it is where the field's default is
`UNSET`; such a field may be taken away by null only where its type has None.

    text: Annotated[str | UnsetType, "What is to be done.", Text(4_000)] = UNSET
    lesson: Annotated[str, "The lesson it is set at.", GlobalId("Lesson")]
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from functools import cache, cached_property
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Generic,
    Protocol,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    runtime_checkable,
)
from uuid import UUID

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from domain.errors import Problem
from domain.ids import uuid7
from domain.refusals import Refused, UserError, UserErrorCode, refused
from resolvers import global_id
from resolvers.declarations import parsing
from resolvers.declarations.naming import camel
from resolvers.declarations.noun import words
from resolvers.global_id import Key

I = TypeVar("I")  # noqa: E741


@dataclass(frozen=True, slots=True)
class GlobalId:
    """The field names a record of the noun, by its global id."""

    noun: str


@dataclass(frozen=True, slots=True)
class GlobalIds:
    """The field is a list that names records of the noun, by their global ids."""

    noun: str


@dataclass(frozen=True, slots=True)
class FileIds:
    """The field is a list that names uploaded files, by their global ids. They hang on the record
    from then on, in this order, and no others do."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The field names a record that the mutation changes, by its global id. The rest of the input
    is about the first of several."""


@dataclass(frozen=True, slots=True)
class Text:
    """The field is text of at most so many characters; white space around it does not count."""

    longest: int


@dataclass(frozen=True, slots=True)
class OwnId:
    """The field is the id of the record to be made: a UUID version 7 that the client chose."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The field holds what the function answers of it; a ValueError's message is the refusal."""

    check: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Topics:
    """The field holds topics of the feed, of which webhooks are told."""


@dataclass(frozen=True, slots=True)
class Called:
    """Clients know the field by this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Filled:
    """Where the field is null, its column is filled from elsewhere."""


@dataclass(frozen=True, slots=True)
class Aside:
    """The field is of no column of the record that is made."""


Marker = (
    GlobalId
    | GlobalIds
    | FileIds
    | Reference
    | Text
    | OwnId
    | Checked
    | Topics
    | Called
    | Filled
    | Aside
)
M = TypeVar("M", bound=Marker)


@dataclass(frozen=True)
class Field:
    """One field of an input, as its declaration says."""

    name: str
    of: Any
    """Its type without what may be left out or null; a list or another input too."""
    description: str
    markers: tuple[Marker, ...]
    default: Any
    nullable: bool

    def marker(self, kind: type[M]) -> M | None:
        return next((each for each in self.markers if isinstance(each, kind)), None)

    @property
    def optional(self) -> bool:
        """Whether what it is of a record stays as it is where the field is left out."""
        return self.default is UNSET

    @cached_property
    def client_name(self) -> str:
        called = self.marker(Called)
        return called.name if called else camel(self.name)

    @cached_property
    def column(self) -> str:
        """The column that holds it, unless the mutation says otherwise."""
        return f"{self.name}_id" if self.marker(GlobalId) else self.name


@runtime_checkable
class Consistent(Protocol):
    def error(self) -> UserError | None:
        """What is wrong with the fields taken together."""


def fields_of(input_: type[Any]) -> tuple[Field, ...]:
    """The fields of an input; TypeError where one has no description."""
    return _fields_of(cast("Hashable", input_))


@cache
def _fields_of(input_: Any) -> tuple[Field, ...]:
    hints = get_type_hints(input_, include_extras=True)
    return tuple(
        _field(input_, each.name, hints[each.name], _default(each)) for each in fields(input_)
    )


def _default(of: Any) -> Any:  # a field of a dataclass, and its default
    return of.default if of.default_factory is MISSING else of.default_factory()


def _field(input_: type, name: str, hint: Any, default: Any) -> Field:
    of, *extras = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    description = next((each for each in extras if isinstance(each, str)), None)
    if description is None:
        raise TypeError(f"{input_.__name__}.{name} has no description: add one in Annotated.")
    parts = get_args(of) if get_origin(of) in (Union, UnionType) else (of,)
    own = [part for part in parts if part not in (UnsetType, NoneType)]
    if len(own) != 1:
        raise TypeError(f"{input_.__name__}.{name} is of more than one type.")
    markers = tuple(each for each in extras if isinstance(each, Marker))
    return Field(name, own[0], description, markers, default, NoneType in parts)


@dataclass(frozen=True, slots=True)
class Parsed(Generic[I]):
    """An input whose ids and texts are read; whether the ids lead anywhere is still to be seen."""

    given: I
    """As sent, with texts stripped and what is checked as its check answers it."""
    path: tuple[str, ...]
    keys: Mapping[str, Key]
    """The schools and ids that global ids carry, by the fields that hold them."""
    id: UUID
    """Of the record to be made: the client's own, or a new one."""
    named: bool
    """Whether the client chose the id."""
    items: Mapping[str, "list[Parsed[Any]]"] = field(default_factory=dict)
    """Of fields that are lists of inputs, each one parsed."""

    def at(self, *names: str) -> tuple[str, ...]:
        """The path of a field for an error."""
        return (*self.path, *names)

    def id_of(self, name: str) -> UUID | None:
        """The id that the field's global id carries."""
        key = self.keys.get(name)
        return key and key[1]

    def columns(self, *, changes: bool = False) -> dict[str, Any]:
        """The columns of the fields, or of those that the client changes, by the names of both.
        What lists of ids come to, the mutation says itself."""
        return {
            each.column: self.id_of(each.name) if each.marker(GlobalId) else value
            for each in fields_of(type(self.given))
            if (value := getattr(self.given, each.name)) is not UNSET
            and (each.optional or not changes)
            and each.marker(FileIds) is None
            and each.marker(GlobalIds) is None
        }

    @property
    def files(self) -> Sequence[str] | None:
        """The global ids of files that the input names; None where it says nothing of files, and
        all stays as it is."""
        for each in fields_of(type(self.given)):
            if each.marker(FileIds) is not None:
                named = getattr(self.given, each.name)
                return None if named is UNSET else named
        return None

    @property
    def at_files(self) -> tuple[str, ...]:
        """The path of the field that names files."""
        each = next(each for each in fields_of(type(self.given)) if each.marker(FileIds))
        return self.at(each.client_name)

    def check_school(self, school: int) -> None:
        """Refused where a global id is of another school: there is no such record in this one."""
        for each in fields_of(type(self.given)):
            noun, key = each.marker(GlobalId), self.keys.get(each.name)
            if noun is not None and key is not None and key[0] != school:
                raise parsing.not_found(words(noun.noun), *self.at(each.client_name))


def parse(given: I, *path: str) -> Parsed[I]:
    """Read an input strictly; Refused with everything in it that is malformed.

    What fields have to say of each other an input tells in a method `error`.
    """
    if isinstance(given, Consistent) and (error := given.error()) is not None:
        raise Refused(error.at(*path, *error.path))
    values: dict[str, Any] = {}
    keys: dict[str, Key] = {}
    items: dict[str, list[Parsed[Any]]] = {}
    wrong: list[UserError] = []
    own_id = None
    for each in fields_of(type(given)):
        value, where = getattr(given, each.name), (*path, each.client_name)
        try:
            if isinstance(value, list) and value and is_dataclass(value[0]):
                items[each.name] = _parsed_items(value, *where)
            elif value is None and each.optional and not each.nullable:
                message = "This can't be taken away: leave it out."
                raise refused(UserErrorCode.BAD_INPUT, message, *where)
            elif value is not None and value is not UNSET:
                values[each.name] = value = _read(each, value, *where)
                if (noun := each.marker(GlobalId)) is not None:
                    keys[each.name] = record_id(value, noun.noun, *where)
                if each.marker(OwnId) is not None:
                    own_id = parsing.own_id(value, *where)
        except Refused as refusal:
            wrong += refusal.errors
    if wrong:
        raise Refused(*wrong)
    clean: I = replace(given, **values)  # type: ignore[type-var]
    return Parsed(clean, path, keys, own_id or uuid7(), own_id is not None, items)


def record_id(text: str, noun: str, *path: str) -> Key:
    """The school and id of a global id; BAD_INPUT where it is not one of the noun."""
    try:
        return global_id.parse(text, noun)
    except Problem as problem:
        raise refused(UserErrorCode.BAD_INPUT, problem.message, *path) from None


def _parsed_items(given: list[Any], *path: str) -> list[Parsed[Any]]:
    found: list[Parsed[Any]] = []
    wrong: list[UserError] = []
    for place, each in enumerate(given):
        try:
            found.append(parse(each, *path, str(place)))
        except Refused as refusal:
            wrong += refusal.errors
    if wrong:
        raise Refused(*wrong)
    return found


def _read(of: Field, value: Any, *path: str) -> Any:
    if (text := of.marker(Text)) is not None:
        read = parsing.text_or_none if of.nullable else parsing.text_of
        value = read(value, text.longest, *path)
    if (checked := of.marker(Checked)) is not None and value is not None:
        try:
            value = checked.check(value)
        except ValueError as error:
            raise refused(UserErrorCode.BAD_INPUT, f"{error}.", *path) from None
    return value
