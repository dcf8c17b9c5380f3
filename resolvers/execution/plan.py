"""An operation as a plan: the objects that its answer is made of, and what is loaded at each level.

A plan is made once for a document, an operation of it, and the values of the variables by which
its directives skip and include. What it says of a field comes from the field's declaration alone.
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
from resolvers.execution.reference import is_guarded
from resolvers.execution.variables import Arguments
from resolvers.execution.wanted import Wanted
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
"""The fields that ask the schema for itself: their weight is bounded, and they are no fields of
the plan."""
MOST_FIELDS = 1_000
"""How many fields an operation may come to, all its fragments spread: it is compiled in a tenth of
a second at most."""
Rows = Mapping[str, Wanted]
"""By noun, the columns of the rows that records of it are, where they come from one statement."""


class NotCompiled(Exception):
    """The operation reads what no declaration describes; graphql-core executes it."""


class TooManyFields(Exception):
    """The operation is too large to be compiled."""

    def __init__(self, most: int) -> None:
        super().__init__(f"The operation comes to more than {most} fields, its fragments spread.")


@dataclass(eq=False, slots=True)
class Field:
    """One field of one kind of object: `key` is its name in the answer, `below` what it leads to
    by the name of the type."""

    number: int
    key: str
    nodes: list[FieldNode]
    type: GraphQLOutputType
    bound: Bound | None
    parent: str
    definition: GraphQLField | None = None
    below: dict[str, "Position"] = field(default_factory=dict)
    inline: bool = False
    """Whether it is one record that stands in the parent's own row."""
    is_event: bool = False
    """Whether it is a subscription's own field, which answers the event itself."""
    is_introspection: bool = False
    """Whether it asks the schema for itself."""
    guarded: bool = field(init=False)
    """Whether some who may know of the record may not read the field."""
    arguments: Arguments | None = field(init=False)

    def __post_init__(self) -> None:
        bound, definition = self.bound, self.definition
        self.guarded = bound is not None and is_guarded(bound.noun, bound.audience)
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
    def has_arguments(self) -> bool:
        return self.bound is not None and bool(self.definition and self.definition.args)

    @property
    def is_leaf(self) -> bool:
        return is_leaf_type(self.named)

    @property
    def filtered(self) -> str | None:
        """The noun of the records among which the viewer may not know of some, or as what the field
        shows them."""
        if self.bound is not None and self.bound.known_as is not None:
            return self.bound.known_as
        noun = self.named.name
        return noun if noun in RELATIONS else None

    @property
    def loads(self) -> bool:
        """Whether it is read a level further down than its parent."""
        if self.bound is None or self.inline or self.is_event:
            return False
        return isinstance(self.bound.reading, Loaded | Keyed | Resolved)


@dataclass(eq=False, slots=True)
class Position:
    """Objects of one type at one place of the answer."""

    number: int
    type: GraphQLObjectType
    level: int
    wanted: Wanted | None
    """Where the columns of the records stand, if the records are rows of one statement."""
    fields: list[Field] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.type.name}_{self.number}"

    @property
    def pending(self) -> list[Field]:
        return [each for each in self.fields if each.loads]


@dataclass(eq=False, slots=True)
class Step:
    """One loader at one level, for all the fields there that read through it."""

    number: int
    level: int
    loader: Loader
    wanted: Wanted
    consumers: list[tuple[Position, Field]] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Branch:
    """What runs at once: all of a query, or one field of a mutation."""

    root: Position
    steps: dict[tuple[int, str], Step] = field(default_factory=dict)
    calls: list[tuple[Position, Field]] = field(default_factory=list)
    """The fields that ordinary resolvers answer."""

    def levels(self) -> Iterator[tuple[int, list[Step], list[tuple[Position, Field]]]]:
        """Each level with what is loaded and what is called there."""
        last = max(
            [step.level for step in self.steps.values()]
            + [position.level + 1 for position, _ in self.calls],
            default=self.root.level,
        )
        for level in range(self.root.level + 1, last + 1):
            steps = [step for step in self.steps.values() if step.level == level]
            calls = [each for each in self.calls if each[0].level + 1 == level]
            yield level, steps, calls


@dataclass(eq=False, slots=True)
class Plan:
    operation: OperationDefinitionNode
    root: Position
    branches: list[Branch]
    positions: list[Position]
    fields: list[Field]

    @property
    def introspection(self) -> list[Field]:
        return [each for each in self.root.fields if each.is_introspection]

    @property
    def is_introspection(self) -> bool:
        """Whether it asks for nothing but the schema."""
        return bool(self.root.fields) and len(self.introspection) == len(self.root.fields)

    @property
    def name(self) -> str:
        given = self.operation.name
        return given.value if given else self.operation.operation.value.title()


def is_everyones(noun: str) -> bool:
    """Whether everybody in the school may know of every record of the noun."""
    return bool(RELATIONS[noun].visible_to & MEMBER)
