"""How deep an operation goes, and how many fields it may ask for.

Every field costs one. What stands below a list counts once for each item: as many as the
`first` or `last` of the field itself, or of the connection around it; or else as many as the
field's declaration says, for each day of the span that is asked for where it says so; and ten
where nothing says. Introspection costs one, for graphql bounds its depth by a rule of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
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

from resolvers.readings import BOUND, Items, Per

ITEMS = 10
"""How many items a list is taken to have unless something says."""
LONGEST_SPAN = 400
"""How many days a span is taken to have where it is named otherwise than by two days, such as by
a period; no span may be longer."""
SIZES = frozenset({"first", "last", "from", "to", "ids"})
"""The arguments that say how long a list is."""


class Weight(NamedTuple):
    """`sized_by` names the variables that set the length of a list: the cost depends on them."""

    cost: int
    depth: int
    sized_by: frozenset[str] = frozenset()


class Said(NamedTuple):
    """What arguments say of lists: how many items a page has, how many days a span, how many ids
    are named."""

    items: int | None = None
    days: int | None = None
    ids: int | None = None


NOTHING = Said()


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
        cost, depth, sized_by = 0, 0, frozenset[str]()
        for node in selections.selections:
            weight = self._selection(node, parent, around)
            cost += weight.cost
            depth = max(depth, weight.depth)
            sized_by |= weight.sized_by
        return Weight(cost, depth, sized_by)

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
        if node.selection_set is None or node.name.value.startswith("__"):
            return Weight(1, 1)
        assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
        definition = parent.fields[node.name.value]
        named = get_named_type(definition.type)
        said, sized_by = self._said(node, definition)
        listed = is_list(definition.type)
        # A record by itself has only its own spans, so that a fragment on it is weighed once.
        days = None if has_id(named) else said.days or around.days
        below = self._selections(
            node.selection_set, named, Said(None if listed else said.items, days)
        )
        times = length(definition, said, around) if listed else 1
        return Weight(1 + times * below.cost, 1 + below.depth, sized_by | below.sized_by)

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
            max(items, 1) if isinstance(items, int) else None,
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


def outline(document: DocumentNode) -> tuple[int, int]:
    """The deepest nesting of selections as written, and the number of aliases: no recursion,
    for this is asked of documents that nothing has yet been checked of."""
    deepest, aliases = 0, 0
    waiting: list[tuple[Node, int]] = [(node, 0) for node in document.definitions]
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, FieldNode):
            depth += 1
            aliases += node.alias is not None
            deepest = max(deepest, depth)
        selections = getattr(node, "selection_set", None)
        if selections is not None:
            waiting.extend((selection, depth) for selection in selections.selections)
    return deepest, aliases
