"""Null propagation: failures become errors and nulls, as the GraphQL specification says.

The answer is walked once, and only where something failed. Each failure becomes an error with its
path, and null rises to the nearest nullable place. A null that a failure causes has exactly one
error, and errors are in the order of these nulls, as `ReferenceExecutor` has them.
"""

from typing import Any

import orjson
from graphql import (
    GraphQLError,
    GraphQLOutputType,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    located_error,
)

from resolvers.execution.failures import Failures
from resolvers.execution.plan import Field, Position

Path = list[str | int]


class Nulled(Exception):
    """Null rises from a non-null place."""

    def __init__(self, error: GraphQLError) -> None:
        super().__init__(error)
        self.error = error


class NullPropagation:
    """One walk over an answer. It makes a new one, as objects may appear in an answer twice."""

    def __init__(self, failures: Failures) -> None:
        self.failures = failures
        self.errors: list[GraphQLError] = []

    def data(self, root: Position, data: dict[str, Any]) -> dict[str, Any] | None:
        try:
            return self._object(root, data, [])
        except Nulled as nulled:
            self.errors = [nulled.error]
            return None

    def rises(self, field: Field, data: dict[str, Any]) -> bool:
        """Whether null rises from a field of the root."""
        try:
            self._value(field, field.type, data, field.key, data.get(field.key), [field.key])
        except Nulled:
            return True
        return False

    def _object(self, position: Position, found: dict[str, Any], path: Path) -> dict[str, Any]:
        settled: dict[str, Any] = {}
        risen: Nulled | None = None
        for field in position.fields:
            try:
                settled[field.key] = self._value(
                    field, field.type, found, field.key, found[field.key], [*path, field.key]
                )
            except Nulled as nulled:
                risen = risen or nulled
        if risen is not None:
            raise risen
        return settled

    def _value(
        self,
        field: Field,
        type_: GraphQLOutputType,
        container: Any,
        key: str | int,
        value: Any,
        path: Path,
    ) -> Any:
        before = len(self.errors)
        try:
            cause = self.failures.found.get((id(container), key))
            if cause is not None:
                raise Nulled(located_error(cause, field.nodes, path))
            return self._inner(field, type_, value, path)
        except Nulled as nulled:
            if is_non_null_type(type_):
                raise
            del self.errors[before:]
            self.errors.append(nulled.error)
            return None

    def _inner(self, field: Field, type_: GraphQLOutputType, value: Any, path: Path) -> Any:
        inner: Any = type_.of_type if is_non_null_type(type_) else type_
        if isinstance(value, orjson.Fragment):
            return value  # a part of an answer in which nothing had failed
        if value is None or is_leaf_type(inner) or field.is_introspection:
            return value
        if is_list_type(inner):
            return self._list(field, inner.of_type, value, path)
        position = self.failures.positions.get(id(value)) or field.below[inner.name]
        return self._object(position, value, path)

    def _list(self, field: Field, item: Any, found: list[Any], path: Path) -> list[Any]:
        settled: list[Any] = []
        risen: Nulled | None = None
        for index, value in enumerate(found):
            try:
                settled.append(self._value(field, item, found, index, value, [*path, index]))
            except Nulled as nulled:
                risen = risen or nulled
        if risen is not None:
            raise risen
        return settled


def null_rises(failures: Failures, field: Field, data: dict[str, Any]) -> bool:
    """Whether null rises from a field of a mutation, so that its next fields do not run."""
    return bool(failures.found) and NullPropagation(failures).rises(field, data)
