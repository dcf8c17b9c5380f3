"""How deep an operation goes, and how many fields it may ask for.

Every field costs one. What stands below a list counts once for each item: as many as the
`first` or `last` of the field itself, or of the connection around it, and ten where neither
says. Introspection costs one, for graphql bounds its depth by a rule of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
)

ITEMS = 10
"""How many items a list is taken to have unless `first` or `last` says."""


@dataclass(frozen=True, slots=True)
class Weight:
    """`sized` says that a variable sets the length of a list, so that the cost depends on it."""

    cost: int
    depth: int
    sized: bool = False


@dataclass(slots=True)
class Scale:
    """Weighs the operations of one document, which must be valid, under given variables."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    known: dict[tuple[str, int | None], Weight] = field(default_factory=dict)

    def weigh(self, operation: OperationDefinitionNode) -> Weight:
        root = self.schema.get_root_type(operation.operation)
        return self._selections(operation.selection_set, root, None)

    def _selections(
        self, selections: SelectionSetNode, parent: GraphQLNamedType | None, items: int | None
    ) -> Weight:
        cost, depth, sized = 0, 0, False
        for node in selections.selections:
            weight = self._selection(node, parent, items)
            cost += weight.cost
            depth = max(depth, weight.depth)
            sized = sized or weight.sized
        return Weight(cost, depth, sized)

    def _selection(self, node: Node, parent: GraphQLNamedType | None, items: int | None) -> Weight:
        if isinstance(node, FieldNode):
            return self._field(node, parent, items)
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            on = self.schema.get_type(condition.name.value) if condition else parent
            return self._selections(node.selection_set, on, items)
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value, items)
        raise TypeError(f"{node!r} is not a selection")

    def _fragment(self, name: str, items: int | None) -> Weight:
        if (weight := self.known.get((name, items))) is None:
            fragment = self.fragments[name]
            on = self.schema.get_type(fragment.type_condition.name.value)
            weight = self.known[name, items] = self._selections(fragment.selection_set, on, items)
        return weight

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None, items: int | None) -> Weight:
        if node.selection_set is None or node.name.value.startswith("__"):
            return Weight(1, 1)
        assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
        type_ = parent.fields[node.name.value].type
        asked, sized = self._asked(node)
        listed = is_list(type_)
        below = self._selections(
            node.selection_set, get_named_type(type_), None if listed else asked
        )
        times = (asked or items or ITEMS) if listed else 1
        return Weight(1 + times * below.cost, 1 + below.depth, sized or below.sized)

    def _asked(self, node: FieldNode) -> tuple[int | None, bool]:
        """The field's `first` or `last`, and whether a variable gives it."""
        for argument in node.arguments or ():
            if argument.name.value in ("first", "last"):
                value = argument.value
                if isinstance(value, IntValueNode):
                    return max(int(value.value), 1), False
                if isinstance(value, VariableNode):
                    given = self.variables.get(value.name.value)
                    return (max(given, 1) if isinstance(given, int) else None), True
        return None, False


def is_list(type_: GraphQLOutputType) -> bool:
    return isinstance(get_nullable_type(type_), GraphQLList)


def defaults(operation: OperationDefinitionNode) -> dict[str, int]:
    """The whole numbers that the operation's variables have unless given."""
    return {
        definition.variable.name.value: int(definition.default_value.value)
        for definition in operation.variable_definitions or ()
        if isinstance(definition.default_value, IntValueNode)
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
