"""Coercion of an operation's variables and a field's arguments.

Variables of scalars and enums, and arguments that are variables of scalars, are coerced here by
what was worked out once for the document. graphql-core does the rest, and words the errors.
"""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableNode,
    get_nullable_type,
    is_enum_type,
    is_leaf_type,
    is_non_null_type,
)
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import (
    VariableValues,
    VariableValueSource,
    get_argument_values,
    get_variable_values,
)
from graphql.pyutils import Undefined

NONE: Mapping[str, Any] = {}


class Variables:
    """The variables of one operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self.schema = schema
        self.definitions = operation.variable_definitions or ()
        self.plain = self._plain()

    def _plain(self) -> list[tuple[GraphQLVariableSignature, Any, bool]] | None:
        """Each variable with the function that coerces it, and whether it is required; None where
        one of them is a list or an input object."""
        found = []
        for definition in self.definitions:
            signature = get_variable_signature(self.schema, definition)
            if isinstance(signature, GraphQLError):
                return None
            leaf: Any = get_nullable_type(signature.type)
            if not is_leaf_type(leaf):
                return None
            found.append((signature, leaf.coerce_input_value, is_non_null_type(signature.type)))
        return found

    def coerced(
        self, given: Mapping[str, Any], *, hide_suggestions: bool = False
    ) -> VariableValues | list[GraphQLError]:
        return self._quickly(given) or get_variable_values(
            self.schema,
            self.definitions,
            dict(given),
            max_errors=50,
            hide_suggestions=hide_suggestions,
        )

    def _quickly(self, given: Mapping[str, Any]) -> VariableValues | None:
        if self.plain is None:
            return None
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for signature, coerce, required in self.plain:
            name = signature.name
            value = given.get(name)
            if value is None:
                if required or signature.default is not None:
                    return None
                if name in given:
                    sources[name] = VariableValueSource(signature, None)
                    coerced[name] = None
                else:
                    sources[name] = VariableValueSource(signature)
                continue
            try:
                found = coerce(value)
            except Exception:  # graphql-core meets the error again, and words it
                return None
            if found is Undefined:
                return None
            sources[name] = VariableValueSource(signature, value)
            coerced[name] = found
        return VariableValues(sources, coerced)


class Arguments:
    """The arguments of one field as they stand in an operation."""

    def __init__(self, definition: GraphQLField, node: Any) -> None:
        self.definition = definition
        self.node = node
        self.plain = self._plain()
        self.fixed = None if _has_variables(node) else self._whole(None)

    def _plain(self) -> list[tuple[str, str]] | None:
        """Pairs of an argument's name in Python and its variable; None where one is no variable."""
        given = {one.name.value: one.value for one in self.node.arguments or ()}
        found = []
        for name, argument in self.definition.args.items():
            value = given.get(name)
            leaf = get_nullable_type(argument.type)
            if value is None:
                if argument.default_value is not Undefined or argument.default is not None:
                    return None
            elif isinstance(value, VariableNode) and is_leaf_type(leaf) and not is_enum_type(leaf):
                found.append((argument.out_name or name, value.name.value))
            else:
                return None
        return found

    def values(self, variables: VariableValues) -> Mapping[str, Any]:
        """As Python values; raises as graphql-core does."""
        if self.fixed is not None:
            return self.fixed
        if self.plain is not None:
            coerced = variables.coerced
            try:
                found = {name: coerced[variable] for name, variable in self.plain}
            except KeyError:  # a variable was not given
                return self._whole(variables)
            if None not in found.values():
                return found
        return self._whole(variables)

    def _whole(self, variables: VariableValues | None) -> Mapping[str, Any]:
        if not self.definition.args:
            return NONE
        return get_argument_values(self.definition, self.node, variables)


def _has_variables(node: Any) -> bool:
    waiting = [argument.value for argument in node.arguments or ()]
    while waiting:
        value = waiting.pop()
        if isinstance(value, VariableNode):
            return True
        waiting.extend(getattr(value, "values", None) or ())
        waiting.extend(field.value for field in getattr(value, "fields", None) or ())
    return False
