"""An operation as a plan: the objects that its answer is made of, and what is loaded at each level.

A plan is made once for a document, one of its operations, and the values of the variables that
`@skip` and `@include` read. What it says of a field follows from the field's declaration alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    OperationDefinitionNode,
    get_named_type,
    is_leaf_type,
)

from domain.audience import MEMBER
from resolvers.execution.projection import Projection
from resolvers.execution.reference import is_guarded
from resolvers.execution.variables import Arguments
from resolvers.loaders import Loader
from resolvers.readings import (
    Bound,
    Keyed,
    Loaded,
    Resolved,
)
from resolvers.relations import RELATIONS

TYPENAME = "__typename"
INTROSPECTION = frozenset({"__schema", "__type"})
"""The fields that ask for the schema. graphql-core answers them, so their own fields are not
planned."""
Rows = Mapping[str, Projection]
"""By noun, the projection of its records, where they are rows of one statement."""


class NotCompiled(Exception):
    """A field has no declaration, so that graphql-core has to execute the operation."""


@dataclass(eq=False, slots=True)
class Field:
    """One field of a position: `key` is its name in the answer, and `below` has the positions that
    it leads to by the names of their types."""

    number: int
    key: str
    nodes: list[FieldNode]
    type: GraphQLOutputType
    bound: Bound | None
    parent: str
    definition: GraphQLField | None = None
    below: dict[str, "Position"] = field(default_factory=dict)
    inline: bool = False
    """Whether its record is joined to the parent's row."""
    is_event: bool = False
    """Whether it is the root field of a subscription, whose value is the event."""
    is_introspection: bool = False
    """Whether it asks for the schema."""
    guarded: bool = field(init=False)
    """Whether the record may be visible to viewers who may not read the field."""
    has_arguments: bool = field(init=False)
    arguments: Arguments | None = field(init=False)

    def __post_init__(self) -> None:
        bound, definition = self.bound, self.definition
        self.guarded = bound is not None and is_guarded(bound.noun, bound.audience)
        self.has_arguments = bound is not None and bool(definition and definition.args)
        self.arguments = None
        if bound is not None and definition is not None:
            self.arguments = Arguments(definition, self.nodes[0])

    @property
    def named(self) -> Any:  # the type without lists and nulls
        return get_named_type(self.type)

    @property
    def name(self) -> str:
        return self.nodes[0].name.value

    @property
    def is_leaf(self) -> bool:
        return is_leaf_type(self.named)

    @property
    def filtered(self) -> str | None:
        """The name of the relation that says which records of the field are visible to the viewer;
        None where all of them are."""
        if self.bound is not None and self.bound.known_as is not None:
            return self.bound.known_as
        noun = self.named.name
        return noun if noun in RELATIONS else None

    @property
    def loads(self) -> bool:
        """Whether it is read one level below its parent's."""
        if self.bound is None or self.inline or self.is_event:
            return False
        return isinstance(self.bound.reading, Loaded | Keyed | Resolved)


@dataclass(eq=False, slots=True)
class Position:
    """The objects of one type at one place of the answer."""

    number: int
    type: GraphQLObjectType
    level: int
    projection: Projection | None
    """The places of the columns, if the records are rows of one statement."""
    fields: list[Field] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.type.name}_{self.number}"

    @property
    def pending(self) -> list[Field]:
        return [each for each in self.fields if each.loads]


@dataclass(eq=False, slots=True)
class PlannedLoad:
    """One loader at one level, for all fields of that level that read through it."""

    number: int
    level: int
    loader: Loader
    projection: Projection
    consumers: list[tuple[Position, Field]] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Branch:
    """What is executed at once: a whole query, or one field of a mutation."""

    root: Position
    loads: dict[tuple[int, str], PlannedLoad] = field(default_factory=dict)
    """By level and name of the loader."""
    calls: list[tuple[Position, Field]] = field(default_factory=list)
    """The fields that ordinary resolvers answer."""

    def levels(self) -> Iterator[tuple[int, list[PlannedLoad], list[tuple[Position, Field]]]]:
        """Each level with its loads and the calls of resolvers."""
        last = max(
            [load.level for load in self.loads.values()]
            + [position.level + 1 for position, _ in self.calls],
            default=self.root.level,
        )
        for level in range(self.root.level + 1, last + 1):
            loads = [load for load in self.loads.values() if load.level == level]
            calls = [each for each in self.calls if each[0].level + 1 == level]
            yield level, loads, calls


@dataclass(eq=False, slots=True)
class Plan:
    operation: OperationDefinitionNode
    root: Position
    branches: list[Branch]
    positions: list[Position]
    fields: list[Field]
    in_context: bool = field(init=False)
    """Whether a loader's arguments are made in the context of the request."""

    def __post_init__(self) -> None:
        readings = (each.bound.reading for each in self.fields if each.bound is not None)
        self.in_context = any(isinstance(each, Loaded) and each.in_context for each in readings)

    @property
    def introspection(self) -> list[Field]:
        return [each for each in self.root.fields if each.is_introspection]

    @property
    def is_introspection(self) -> bool:
        """Whether it asks for the schema only."""
        return bool(self.root.fields) and len(self.introspection) == len(self.root.fields)

    @property
    def name(self) -> str:
        given = self.operation.name
        return given.value if given else self.operation.operation.value.title()


def is_everyones(noun: str) -> bool:
    """Whether every record of the noun is visible to every member of its school."""
    return bool(RELATIONS[noun].visible_to & MEMBER)
