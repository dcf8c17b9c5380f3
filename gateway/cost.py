"""The depth and the cost of an operation.

Every field costs one. Fields below a list count once for each item. The number of items is the
`first` or `last` of the field or of the connection around it. Otherwise it is what the field's
declaration says, for each day of the requested span if it says so, and ten by default.
Introspection is counted by the sizes of this schema, so its cost is the most that it can answer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from math import ceil
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
)

from gateway.introspection import Sizes, is_introspective
from resolvers.readings import BOUND, Items, Per

INTROSPECTION = frozenset({"__schema", "__type"})
"""The fields that query the schema."""
ITEMS = 10
"""The number of items of a list by default."""
PAGE = 50
"""The number of items of a page of which neither the first nor the last are told."""
LONGEST_SPAN = 400
"""The days of a span that is not given by two dates, for example by a period. No span may be
longer."""
LONGEST = 1 << 31
"""The maximum length of a list: there is no larger Int."""
SIZES = frozenset({"first", "last", "from", "to", "ids"})
"""The arguments that determine the length of a list."""


class Complexity(NamedTuple):
    """The cost and depth of a selection. `sized_by` are the variables that determine lengths of
    lists, and so the cost. `introspection` is the part of the cost that queries the schema."""

    cost: int
    depth: int
    sized_by: frozenset[str] = frozenset()
    introspection: int = 0


class ListSizes(NamedTuple):
    """What arguments say about lengths: items of a page, days of a span, the number of ids. For
    introspection: whether the whole schema is below, and how many types may be wrapped in the
    type."""

    items: int | None = None
    days: int | None = None
    ids: int | None = None
    whole: bool = False
    wrapped: int = 0


NOTHING = ListSizes()


class Below(NamedTuple):
    """The selection below a field, how often it counts, and what is known about lengths in it."""

    selections: SelectionSetNode
    parent: GraphQLNamedType | None
    list_sizes: ListSizes
    times: float
    sized_by: frozenset[str]


@cache
def sizes_of(schema: GraphQLSchema) -> Sizes:
    return Sizes.of(schema)


@dataclass(slots=True)
class CostAnalysis:
    """Computes the cost of the operations of a valid document with given variables."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    known: dict[tuple[str, ListSizes], Complexity] = field(default_factory=dict)

    def analyse(self, operation: OperationDefinitionNode) -> Complexity:
        root = self.schema.get_root_type(operation.operation)
        return self._selections(operation.selection_set, root, NOTHING)

    def _selections(
        self, selections: SelectionSetNode, parent: GraphQLNamedType | None, outer: ListSizes
    ) -> Complexity:
        cost, depth, sized_by, introspection = 0, 0, frozenset[str](), 0
        for node in selections.selections:
            complexity = self._selection(node, parent, outer)
            cost += complexity.cost
            depth = max(depth, complexity.depth)
            sized_by |= complexity.sized_by
            introspection += complexity.introspection
        return Complexity(cost, depth, sized_by, introspection)

    def _selection(
        self, node: Node, parent: GraphQLNamedType | None, outer: ListSizes
    ) -> Complexity:
        if isinstance(node, FieldNode):
            return self._field(node, parent, outer)
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            on = self.schema.get_type(condition.name.value) if condition else parent
            return self._selections(node.selection_set, on, outer)
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value, outer)
        raise TypeError(f"{node!r} is not a selection")

    def _fragment(self, name: str, outer: ListSizes) -> Complexity:
        if (complexity := self.known.get((name, outer))) is None:
            fragment = self.fragments[name]
            on = self.schema.get_type(fragment.type_condition.name.value)
            complexity = self.known[name, outer] = self._selections(
                fragment.selection_set, on, outer
            )
        return complexity

    def _field(
        self, node: FieldNode, parent: GraphQLNamedType | None, outer: ListSizes
    ) -> Complexity:
        below = self._below(node, parent, outer)
        if below is None:
            return Complexity(1, 1)
        complexity = self._selections(below.selections, below.parent, below.list_sizes)
        cost = 1 + ceil(below.times * complexity.cost)
        return Complexity(
            cost,
            1 + complexity.depth,
            below.sized_by | complexity.sized_by,
            cost if node.name.value in INTROSPECTION else 0,
        )

    def _below(
        self, node: FieldNode, parent: GraphQLNamedType | None, outer: ListSizes
    ) -> "Below | None":
        """The selection below a field; None if there is none."""
        if node.selection_set is None:
            return None
        assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
        definition = self.schema.get_field(parent, node.name.value)
        assert definition is not None
        named = get_named_type(definition.type)
        if is_introspective(named):
            return self._introspected(node, parent, named, outer)
        list_sizes, sized_by = self._list_sizes(node, definition)
        listed = is_list(definition.type)
        # A record does not inherit spans, so that a fragment on it is analysed only once.
        days = None if has_id(named) else list_sizes.days or outer.days
        times = length(definition, list_sizes, outer) if listed else 1
        list_sizes = ListSizes(None if listed else list_sizes.items, days)
        return Below(node.selection_set, named, list_sizes, times, sized_by)

    def _introspected(
        self, node: FieldNode, parent: GraphQLNamedType, named: GraphQLNamedType, outer: ListSizes
    ) -> "Below | None":
        assert node.selection_set is not None
        place = (parent.name, node.name.value)
        if place == ("__Type", "ofType") and outer.wrapped == 0:
            return None
        sizes = sizes_of(self.schema)
        times = sizes.length(place, whole=outer.whole)
        wrapped = sizes.wrapped(place, outer.wrapped)
        list_sizes = ListSizes(whole=sizes.is_whole(place, outer.whole), wrapped=wrapped)
        return Below(node.selection_set, named, list_sizes, times, frozenset())

    def costliest_field(
        self, operation: OperationDefinitionNode, *, introspection: bool = False
    ) -> str:
        """The most expensive field, as a path: the deepest field that causes most of the cost, or
        of the cost of introspection alone."""
        root = self.schema.get_root_type(operation.operation)
        below: Below | None = Below(operation.selection_set, root, NOTHING, 1, frozenset())
        complexity, path = self.analyse(operation), list[str]()
        whole = complexity.introspection if introspection else complexity.cost
        times: float = 1
        while below is not None:
            times *= below.times
            each = [
                (self._field(node, parent, below.list_sizes).cost, node, parent)
                for node, parent in self._fields(below.selections, below.parent)
                if path or not introspection or node.name.value in INTROSPECTION
            ]
            cost, node, parent = max(each, key=lambda one: one[0])
            further = self._below(node, parent, below.list_sizes)
            if path and (further is None or cost * times * 2 < whole):
                break
            path.append(node.name.value)
            below = further
        return ".".join(path)

    def _fields(
        self, selections: SelectionSetNode, parent: GraphQLNamedType | None
    ) -> Iterator[tuple[FieldNode, GraphQLNamedType | None]]:
        """The fields of a selection set, including those of its fragments."""
        waiting: list[tuple[Node, GraphQLNamedType | None]] = [
            (each, parent) for each in selections.selections
        ]
        spread: set[str] = set()
        while waiting:
            node, on = waiting.pop()
            if isinstance(node, FieldNode):
                yield node, on
                continue
            if isinstance(node, FragmentSpreadNode):
                if node.name.value in spread:
                    continue
                spread.add(node.name.value)
                node = self.fragments[node.name.value]
            assert isinstance(node, InlineFragmentNode | FragmentDefinitionNode)
            condition = node.type_condition
            on = self.schema.get_type(condition.name.value) if condition else on
            waiting += [(each, on) for each in node.selection_set.selections]

    def _list_sizes(
        self, node: FieldNode, definition: GraphQLField
    ) -> tuple[ListSizes, frozenset[str]]:
        """What the field's arguments say, and the variables that they use."""
        sizes = SIZES & definition.args.keys()
        if not sizes:
            return NOTHING, frozenset()
        given = {
            each.name.value: each.value for each in node.arguments or () if each.name.value in sizes
        }
        values = {name: definition.args[name].default_value for name in sizes}
        values |= {name: self._value(value) for name, value in given.items()}
        items = values.get("first") if isinstance(values.get("first"), int) else values.get("last")
        if not isinstance(items, int) and {"first", "last"} <= sizes:
            items = PAGE
        ids = values.get("ids")
        return ListSizes(
            min(max(items, 1), LONGEST) if isinstance(items, int) else None,
            span(values["from"], values["to"]) if {"from", "to"} <= sizes else None,
            len(ids) if isinstance(ids, list) else None,
        ), frozenset(each.name.value for each in given.values() if isinstance(each, VariableNode))

    def _value(self, value: ValueNode) -> object:
        if isinstance(value, VariableNode):
            return self.variables.get(value.name.value)
        return constant(value)


def length(definition: GraphQLField, list_sizes: ListSizes, outer: ListSizes) -> int:
    """The number of items that the list is assumed to have."""
    bound = definition.extensions.get(BOUND)
    declared: Items | None = bound.items if bound is not None else None
    if declared is None:
        return list_sizes.items or outer.items or ITEMS
    if declared.per is Per.DAY:
        return ceil(declared.number * (list_sizes.days or outer.days or LONGEST_SPAN))
    if declared.per is Per.ID:
        return ceil(declared.number * (ITEMS if list_sizes.ids is None else list_sizes.ids))
    return ceil(declared.number)


def span(first: object, last: object) -> int:
    """The number of days between two dates, both included."""
    try:
        days = (date.fromisoformat(str(last)) - date.fromisoformat(str(first))).days + 1
    except ValueError:
        return LONGEST_SPAN
    return min(max(days, 1), LONGEST_SPAN)


def constant(value: ValueNode) -> object:
    """A literal's value, as far as it may be the length of a list."""
    if isinstance(value, IntValueNode):
        return int(value.value)
    if isinstance(value, StringValueNode):
        return value.value
    return list(value.values) if isinstance(value, ListValueNode) else None


def has_id(type_: GraphQLNamedType) -> bool:
    """Whether records of the type have an id."""
    return isinstance(type_, GraphQLInterfaceType) or bool(getattr(type_, "interfaces", ()))


def is_list(type_: GraphQLOutputType) -> bool:
    return isinstance(get_nullable_type(type_), GraphQLList)


def defaults(operation: OperationDefinitionNode) -> dict[str, object]:
    """The default values of the operation's variables."""
    return {
        definition.variable.name.value: constant(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value is not None
    }


class Outline(NamedTuple):
    deepest: int
    aliases: int
    introspection: FieldNode | None
    """A field that queries the schema."""


def outline(document: DocumentNode) -> Outline:
    """The depth and the number of aliases of a document that is not validated yet; without
    recursion."""
    deepest, aliases, introspection = 0, 0, None
    waiting: list[tuple[Node, int]] = [(node, 0) for node in document.definitions]
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, FieldNode):
            depth += 1
            aliases += node.alias is not None
            deepest = max(deepest, depth)
            if node.name.value in INTROSPECTION:
                introspection = node
        selections = getattr(node, "selection_set", None)
        if selections is not None:
            waiting.extend((selection, depth) for selection in selections.selections)
    return Outline(deepest, aliases, introspection)
