"""What failed, turned into errors and nulls as the specification has them.

A run notes each failure where it stands in the answer, and goes on. Only where there are any is
the answer walked, once: each failure becomes an error with its path, and null rises to the nearest
place that may be null. Each null that was not meant has one error, and errors are in the order of
their nulls; `ReferenceExecutor` answers alike.
"""

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLOutputType,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    located_error,
)

from resolvers.execution.plan import Field, Position

Path = list[str | int]


class Nulled(Exception):
    """Null rises from a place that may not be null."""

    def __init__(self, error: GraphQLError) -> None:
        super().__init__(error)
        self.error = error


@dataclass(slots=True)
class Failures:
    """`containers` keeps what failures stand in from being freed, for they are found by identity;
    `kinds` tells what an object is where its field leads to several types."""

    found: dict[tuple[int, str | int], Exception] = field(default_factory=dict)
    containers: list[Any] = field(default_factory=list)
    kinds: dict[int, Position] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.found)

    def add(self, container: Any, key: str | int, cause: Exception) -> None:
        self.containers.append(container)
        self.found.setdefault((id(container), key), cause)


class Settling:
    """One walk over an answer; objects may be shared in it, so a new one is made."""

    def __init__(self, failures: Failures) -> None:
        self.failures = failures
        self.errors: list[GraphQLError] = []

    def data(self, root: Position, data: dict[str, Any]) -> dict[str, Any] | None:
        try:
            return self._object(root, data, [])
        except Nulled as nulled:
            self.errors = [nulled.error]
            return None

    def rises(self, made: Field, data: dict[str, Any]) -> bool:
        """Whether null rises from a field of the root."""
        try:
            self._value(made, made.type, data, made.key, data.get(made.key), [made.key])
        except Nulled:
            return True
        return False

    def _object(self, position: Position, found: dict[str, Any], path: Path) -> dict[str, Any]:
        settled: dict[str, Any] = {}
        risen: Nulled | None = None
        for made in position.fields:
            try:
                settled[made.key] = self._value(
                    made, made.type, found, made.key, found[made.key], [*path, made.key]
                )
            except Nulled as nulled:
                risen = risen or nulled
        if risen is not None:
            raise risen
        return settled

    def _value(
        self,
        made: Field,
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
                raise Nulled(located_error(cause, made.nodes, path))
            return self._inner(made, type_, value, path)
        except Nulled as nulled:
            if is_non_null_type(type_):
                raise
            del self.errors[before:]
            self.errors.append(nulled.error)
            return None

    def _inner(self, made: Field, type_: GraphQLOutputType, value: Any, path: Path) -> Any:
        inner: Any = type_.of_type if is_non_null_type(type_) else type_
        if value is None or is_leaf_type(inner) or made.is_introspection:
            return value
        if is_list_type(inner):
            return self._list(made, inner.of_type, value, path)
        position = self.failures.kinds.get(id(value)) or made.below[inner.name]
        return self._object(position, value, path)

    def _list(self, made: Field, item: Any, found: list[Any], path: Path) -> list[Any]:
        settled: list[Any] = []
        risen: Nulled | None = None
        for index, value in enumerate(found):
            try:
                settled.append(self._value(made, item, found, index, value, [*path, index]))
            except Nulled as nulled:
                risen = risen or nulled
        if risen is not None:
            raise risen
        return settled
