"""How deep an operation goes, and how many fields it may ask for.

Every field costs one. What stands below a list counts once for each item: as many as the
`first` or `last` of the field itself, or of the connection around it; or else as many as the
field's declaration says, for each day of the span that is asked for where it says so; and ten
where nothing says. Introspection counts like everything else, by the sizes of this schema: as the
schema is known, its cost is the most that it may answer.
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
"""The fields by which a document asks the schema for itself."""
ITEMS = 10
"""How many items a list is taken to have unless something says."""
LONGEST_SPAN = 400
"""How many days a span is taken to have where it is named otherwise than by two days, such as by
a period; no span may be longer."""
LONGEST = 1 << 31
"""No list is longer: there is no larger Int."""
SIZES = frozenset({"first", "last", "from", "to", "ids"})
"""The arguments that say how long a list is."""


class Weight(NamedTuple):
    """`sized_by` names the variables that set the length of a list: the cost depends on them.
    `introspection` is the part of the cost by which the schema is asked for itself."""

    cost: int
    depth: int
    sized_by: frozenset[str] = frozenset()
    introspection: int = 0


class Said(NamedTuple):
    """What arguments say of lists: how many items a page has, how many days a span, how many ids
    are named. In introspection: whether it is all of the schema that is below, and how many types
    there may be within the type."""

    items: int | None = None
    days: int | None = None
    ids: int | None = None
    whole: bool = False
    wrapped: int = 0


NOTHING = Said()


class Below(NamedTuple):
    """What stands below a field, how many times, and what is said of it."""

    selections: SelectionSetNode
    parent: GraphQLNamedType | None
    said: Said
    times: float
    sized_by: frozenset[str]


@cache
def sizes_of(schema: GraphQLSchema) -> Sizes:
    return Sizes.of(schema)


@dataclass(slots=True)
class Scale:
    """Weighs the operations of one document, which must be valid, under given variables."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    known: dict[tuple[str, Said], Weight] = field(default_factory=dict)

    def weigh(self, operation: OperationDefinitionNode) -> Weight:
        root = self.schema.get_root_type(operation.operation)
        return self._selections(operation.selection_set, root, NOTHING)

    def _selections(
        self, selections: SelectionSetNode, parent: GraphQLNamedType | None, around: Said
    ) -> Weight:
        cost, depth, sized_by, introspection = 0, 0, frozenset[str](), 0
        for node in selections.selections:
            weight = self._selection(node, parent, around)
            cost += weight.cost
            depth = max(depth, weight.depth)
            sized_by |= weight.sized_by
            introspection += weight.introspection
        return Weight(cost, depth, sized_by, introspection)

    def _selection(self, node: Node, parent: GraphQLNamedType | None, around: Said) -> Weight:
        if isinstance(node, FieldNode):
            return self._field(node, parent, around)
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            on = self.schema.get_type(condition.name.value) if condition else parent
            return self._selections(node.selection_set, on, around)
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value, around)
        raise TypeError(f"{node!r} is not a selection")

    def _fragment(self, name: str, around: Said) -> Weight:
        if (weight := self.known.get((name, around))) is None:
            fragment = self.fragments[name]
            on = self.schema.get_type(fragment.type_condition.name.value)
            weight = self.known[name, around] = self._selections(fragment.selection_set, on, around)
        return weight

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None, around: Said) -> Weight:
        below = self._below(node, parent, around)
        if below is None:
            return Weight(1, 1)
        weight = self._selections(below.selections, below.parent, below.said)
        cost = 1 + ceil(below.times * weight.cost)
        return Weight(
            cost,
            1 + weight.depth,
            below.sized_by | weight.sized_by,
            cost if node.name.value in INTROSPECTION else 0,
        )

    def _below(
        self, node: FieldNode, parent: GraphQLNamedType | None, around: Said
    ) -> "Below | None":
        """What stands below a field; None where nothing does."""
        if node.selection_set is None:
            return None
        assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
        definition = self.schema.get_field(parent, node.name.value)
        assert definition is not None
        named = get_named_type(definition.type)
        if is_introspective(named):
            return self._introspected(node, parent, named, around)
        said, sized_by = self._said(node, definition)
        listed = is_list(definition.type)
        # A record by itself has only its own spans, so that a fragment on it is weighed once.
        days = None if has_id(named) else said.days or around.days
        times = length(definition, said, around) if listed else 1
        said = Said(None if listed else said.items, days)
        return Below(node.selection_set, named, said, times, sized_by)

    def _introspected(
        self, node: FieldNode, parent: GraphQLNamedType, named: GraphQLNamedType, around: Said
    ) -> "Below | None":
        assert node.selection_set is not None
        place = (parent.name, node.name.value)
        if place == ("__Type", "ofType") and around.wrapped == 0:
            return None
        sizes = sizes_of(self.schema)
        times = sizes.length(place, whole=around.whole)
        wrapped = sizes.wrapped(place, around.wrapped)
        said = Said(whole=sizes.is_whole(place, around.whole), wrapped=wrapped)
        return Below(node.selection_set, named, said, times, frozenset())

    def dearest(self, operation: OperationDefinitionNode, *, introspection: bool = False) -> str:
        """The field that costs most, by the names that lead to it: of what most of the cost comes
        from, the deepest. Of what asks for the schema alone, if `introspection`."""
        root = self.schema.get_root_type(operation.operation)
        below: Below | None = Below(operation.selection_set, root, NOTHING, 1, frozenset())
        weight, path = self.weigh(operation), list[str]()
        whole = weight.introspection if introspection else weight.cost
        times: float = 1
        while below is not None:
            times *= below.times
            each = [
                (self._field(node, parent, below.said).cost, node, parent)
                for node, parent in self._fields(below.selections, below.parent)
                if path or not introspection or node.name.value in INTROSPECTION
            ]
            cost, node, parent = max(each, key=lambda one: one[0])
            further = self._below(node, parent, below.said)
            if path and (further is None or cost * times * 2 < whole):
                break
            path.append(node.name.value)
            below = further
        return ".".join(path)

    def _fields(
        self, selections: SelectionSetNode, parent: GraphQLNamedType | None
    ) -> Iterator[tuple[FieldNode, GraphQLNamedType | None]]:
        """The fields of an object, those of its fragments among them."""
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

    def _said(self, node: FieldNode, definition: GraphQLField) -> tuple[Said, frozenset[str]]:
        """What the field's arguments say, and which variables they say it by."""
        sizes = SIZES & definition.args.keys()
        if not sizes:
            return NOTHING, frozenset()
        given = {
            each.name.value: each.value for each in node.arguments or () if each.name.value in sizes
        }
        values = {name: definition.args[name].default_value for name in sizes}
        values |= {name: self._value(value) for name, value in given.items()}
        items = values.get("first") if isinstance(values.get("first"), int) else values.get("last")
        ids = values.get("ids")
        return Said(
            min(max(items, 1), LONGEST) if isinstance(items, int) else None,
            span(values["from"], values["to"]) if {"from", "to"} <= sizes else None,
            len(ids) if isinstance(ids, list) else None,
        ), frozenset(each.name.value for each in given.values() if isinstance(each, VariableNode))

    def _value(self, value: ValueNode) -> object:
        if isinstance(value, VariableNode):
            return self.variables.get(value.name.value)
        return constant(value)


def length(definition: GraphQLField, said: Said, around: Said) -> int:
    """How many items the list is taken to have."""
    bound = definition.extensions.get(BOUND)
    declared: Items | None = bound.items if bound is not None else None
    if declared is None:
        return said.items or around.items or ITEMS
    if declared.per is Per.DAY:
        return ceil(declared.number * (said.days or around.days or LONGEST_SPAN))
    if declared.per is Per.ID:
        return ceil(declared.number * (ITEMS if said.ids is None else said.ids))
    return ceil(declared.number)


def span(first: object, last: object) -> int:
    """How many days there are from one to the other, written as dates."""
    try:
        days = (date.fromisoformat(str(last)) - date.fromisoformat(str(first))).days + 1
    except ValueError:
        return LONGEST_SPAN
    return min(max(days, 1), LONGEST_SPAN)


def constant(value: ValueNode) -> object:
    """The value as written, as far as it may say how long a list is."""
    if isinstance(value, IntValueNode):
        return int(value.value)
    if isinstance(value, StringValueNode):
        return value.value
    return list(value.values) if isinstance(value, ListValueNode) else None


def has_id(type_: GraphQLNamedType) -> bool:
    """Whether records of the type can be asked for by themselves."""
    return isinstance(type_, GraphQLInterfaceType) or bool(getattr(type_, "interfaces", ()))


def is_list(type_: GraphQLOutputType) -> bool:
    return isinstance(get_nullable_type(type_), GraphQLList)


def defaults(operation: OperationDefinitionNode) -> dict[str, object]:
    """What the operation's variables are unless given."""
    return {
        definition.variable.name.value: constant(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value is not None
    }


class Outline(NamedTuple):
    deepest: int
    aliases: int
    introspection: FieldNode | None
    """A field that asks the schema for itself."""


def outline(document: DocumentNode) -> Outline:
    """The deepest nesting of selections as written, and the number of aliases: no recursion,
    for this is asked of documents that nothing has yet been checked of."""
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
