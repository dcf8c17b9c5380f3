"""An operation as a plan: the objects that its answer is made of, and what is loaded at each level.

A plan is made once for a document, an operation of it, and the values of the variables by which
its directives skip and include. What it says of a field comes from the field's declaration alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    is_leaf_type,
    is_object_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from domain.audience import MEMBER
from resolvers.execution.reference import is_guarded
from resolvers.execution.variables import Arguments
from resolvers.execution.wanted import Wanted
from resolvers.loaders import Loader
from resolvers.readings import (
    BOUND,
    IDENTITY,
    Bound,
    Column,
    Columns,
    Computed,
    Keyed,
    Loaded,
    Resolved,
)
from resolvers.relations import RELATIONS

TYPENAME = "__typename"
Rows = Mapping[str, Wanted]
"""By noun, the columns of the rows that records of it are, where they come from one statement."""


class NotCompiled(Exception):
    """The operation reads what no declaration describes; graphql-core executes it."""


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
    guarded: bool = field(init=False)
    """Whether some who may know of the record may not read the field."""
    arguments: Arguments | None = field(init=False)

    def __post_init__(self) -> None:
        bound, definition = self.bound, self.definition
        self.guarded = bound is not None and is_guarded(bound.noun, bound.audience)
        self.arguments = None
        if bound is not None and definition is not None:
            self.arguments = Arguments(definition, self.nodes[0], bound.arguments)

    @property
    def named(self) -> Any:  # the type without lists and nulls
        return get_named_type(self.type)

    @property
    def name(self) -> str:
        return self.nodes[0].name.value

    @property
    def has_arguments(self) -> bool:
        return self.bound is not None and bool(self.bound.arguments)

    @property
    def is_leaf(self) -> bool:
        return is_leaf_type(self.named)

    @property
    def filtered(self) -> str | None:
        """The noun of the records among which the viewer may not know of some."""
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
    def name(self) -> str:
        given = self.operation.name
        return given.value if given else self.operation.operation.value.title()


def plan(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: dict[str, FragmentDetails],
    variables: VariableValues,
) -> Plan:
    """Raises NotCompiled where a field has no declaration. Of the variables only those are read
    by which directives skip and include."""
    return _Planner(schema, operation, fragments, variables).plan()


class _Planner:
    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: dict[str, FragmentDetails],
        variables: VariableValues,
    ) -> None:
        self.schema = schema
        self.operation = operation
        self.fragments = fragments
        self.variables = variables
        self.positions: list[Position] = []
        self.fields: list[Field] = []
        self.branch: Branch

    def plan(self) -> Plan:
        root = self.schema.get_root_type(self.operation.operation)
        if root is None:
            raise NotCompiled
        grouped = collect_fields(
            self.schema, self.fragments, self.variables, root, self.operation
        ).grouped_field_set
        top = self._position(root, 0, None)
        branches = []
        serial = self.operation.operation is OperationType.MUTATION
        for group in [{name: each} for name, each in grouped.items()] if serial else [grouped]:
            self.branch = Branch(top)
            self._add_fields(top, group, {})
            branches.append(self.branch)
        for branch in branches:
            for step in branch.steps.values():
                step.wanted.settle()
        return Plan(self.operation, top, branches, self.positions, self.fields)

    def _position(self, type_: GraphQLObjectType, level: int, wanted: Wanted | None) -> Position:
        made = Position(len(self.positions), type_, level, wanted)
        self.positions.append(made)
        return made

    def _add_fields(
        self, position: Position, grouped: Mapping[str, list[FieldDetails]], rows: Rows
    ) -> None:
        for key, details in grouped.items():
            definition = self.schema.get_field(position.type, details[0].node.name.value)
            if definition is None:
                continue
            nodes = [one.node for one in details]
            bound: Bound | None = definition.extensions.get(BOUND)
            if bound is None and nodes[0].name.value != TYPENAME:
                raise NotCompiled
            made = Field(
                len(self.fields), key, nodes, definition.type, bound, position.type.name, definition
            )
            self.fields.append(made)
            position.fields.append(made)
            if bound is not None:
                self._read(position, made, bound, details, rows)

    def _read(
        self,
        position: Position,
        made: Field,
        bound: Bound,
        details: list[FieldDetails],
        rows: Rows,
    ) -> None:
        wanted = position.wanted
        if made.guarded:
            _want_relation(wanted, bound.noun, bound)
        if self.operation.operation is OperationType.SUBSCRIPTION and position.number == 0:
            made.is_event = True
            self._below(made, details, position.level, {})
            return
        match bound.reading:
            case Column(name):
                _want(wanted, (name,))
                self._below(made, details, position.level, rows)
            case Computed(_, of, needs):
                _want(wanted, needs if of is None else of)
                self._below(made, details, position.level, rows)
            case Loaded() as loaded:
                self._load(position, made, loaded, details)
            case Keyed(loader, _, _, reads):
                _want(wanted, IDENTITY)
                step = self._step(position, made, loader, details)
                _want(step.wanted, ("school_id", loader.by))
                _want(step.wanted, reads)
            case Resolved():
                _want(wanted, IDENTITY)
                self.branch.calls.append((position, made))
                self._below(made, details, position.level + 1, {})

    def _load(
        self, position: Position, made: Field, loaded: Loaded, details: list[FieldDetails]
    ) -> None:
        if position.wanted is not None and self._joined(position, made, loaded, details):
            return
        own: Columns = ("school_id", loaded.key, *loaded.matching)
        _want(position.wanted, own)
        if loaded.ask is not None:
            _want(position.wanted, loaded.needs)
        if loaded.given is not None:
            _want(position.wanted, (loaded.given,))
        step = self._step(position, made, loaded.loader, details)
        _want(step.wanted, ("school_id", loaded.loader.by, *loaded.matching))
        _want(step.wanted, loaded.reads)

    def _joined(
        self, position: Position, made: Field, loaded: Loaded, details: list[FieldDetails]
    ) -> bool:
        """Whether the one record that the field leads to can be read from the parent's row: its
        columns are joined in, or carried by the row already."""
        source = loaded.loader.source
        if source is None or loaded.then is not None or loaded.ask is not None:
            return False
        grouped = self._grouped(made.named, details)
        if not self._is_plain(made.named, grouped):
            return False
        assert position.wanted is not None
        _want(position.wanted, ("school_id",))
        below = position.wanted.joined(loaded.key, source, loaded.carries)
        made.inline = True
        child = self._position(made.named, position.level, below)
        made.below[made.named.name] = child
        _want_relation(below, made.named.name, None)
        self._add_fields(child, grouped, {})
        return True

    def _is_plain(
        self, type_: GraphQLObjectType, grouped: Mapping[str, list[FieldDetails]]
    ) -> bool:
        """Whether the fields need no more of a record than columns, and further single records."""
        for details in grouped.values():
            name = details[0].node.name.value
            if name == TYPENAME:
                continue
            definition = self.schema.get_field(type_, name)
            bound = definition.extensions.get(BOUND) if definition else None
            if definition is None or bound is None:
                return False
            reading = bound.reading
            if isinstance(reading, Column) or (isinstance(reading, Computed) and reading.of):
                if not is_leaf_type(get_named_type(definition.type)):
                    return False
            elif not isinstance(reading, Loaded) or reading.ask or reading.given:
                return False
        return True

    def _step(
        self, position: Position, made: Field, loader: Loader, details: list[FieldDetails]
    ) -> Step:
        level = position.level + 1
        step = self.branch.steps.get((level, loader.name))
        if step is None:
            wanted = Wanted.of(loader.statement)
            step = Step(len(self.branch.steps), level, loader, wanted)
            self.branch.steps[level, loader.name] = step
        step.consumers.append((position, made))
        if made.filtered == loader.noun:
            _want_relation(step.wanted, loader.noun, None)
        self._below(made, details, level, {loader.noun: step.wanted})
        return step

    def _below(self, made: Field, details: list[FieldDetails], level: int, rows: Rows) -> None:
        """The positions of the objects that the field leads to."""
        for type_ in self._possible(made):
            wanted = rows.get(type_.name)
            child = self._position(type_, level, wanted)
            made.below[type_.name] = child
            if type_.name in RELATIONS:
                _want_relation(wanted, type_.name, None)
            self._add_fields(child, self._grouped(type_, details), rows)

    def _possible(self, made: Field) -> Sequence[GraphQLObjectType]:
        named = made.named
        if is_object_type(named):
            return [named]
        if isinstance(named, GraphQLInterfaceType | GraphQLUnionType):
            return self.schema.get_possible_types(named)
        return []

    def _grouped(
        self, type_: GraphQLObjectType, details: list[FieldDetails]
    ) -> Mapping[str, list[FieldDetails]]:
        return collect_subfields(
            self.schema, self.fragments, self.variables, self.operation, type_, details
        ).grouped_field_set


def _want(wanted: Wanted | None, names: Columns | None) -> None:
    if wanted is not None:
        wanted.add(names)


def _want_relation(wanted: Wanted | None, noun: str, bound: Bound | None) -> None:
    """The columns by which it is found out whether the viewer may know of the record, or, where
    a field is told, whether they may read the field."""
    if wanted is None:
        return
    wanted.add(("school_id",))
    relation = RELATIONS[noun]
    audience = relation.known_to if bound is None else bound.audience
    if is_everyones(noun) and bound is None:
        return
    wanted.add_known(tuple(tie.column for tie in relation.leading_to(audience)))


def is_everyones(noun: str) -> bool:
    """Whether everybody in the school may know of every record of the noun."""
    return bool(RELATIONS[noun].known_to & MEMBER)
