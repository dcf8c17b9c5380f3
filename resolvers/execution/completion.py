"""Completion of values: leaves are serialized, and objects made of records, as their types say.

The compiled function does the common kinds of it itself. What is left to this module are values of
loaders and resolvers, lists of lists, interfaces and unions.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    Executor,
    GraphQLError,
    GraphQLOutputType,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import FieldDetails
from graphql.pyutils import Undefined, is_iterable

from resolvers.execution.failures import Failures
from resolvers.execution.plan import Field, Position

Builder = Callable[[Any], dict[str, Any]]


@dataclass(slots=True)
class Completion:
    """Completes the values of one execution, and notes what failed."""

    executor: Executor[Any]
    failures: Failures
    builders: dict[int, Builder] = field(default_factory=dict)
    """By the number of a position, the function that makes its objects of records."""
    visible: dict[int, Callable[[Any], bool]] = field(default_factory=dict)
    """By the number of a field, whether a record that it leads to is visible to the viewer."""
    all_visible: dict[int, Callable[[Any], bool]] = field(default_factory=dict)
    """By the number of a field that loads lists: of a record of a list, whether what it has in
    common with the whole list makes all of them visible."""

    def visible_value(self, field: Field, value: Any, target: dict[str, Any]) -> Any:
        """Complete the field's value, without the records that are not visible to the viewer."""
        visible = self.visible.get(field.number)
        if visible is not None and value is not None:
            try:
                if isinstance(value, list):
                    value = [each for each in value if visible(each)]
                elif not visible(value):
                    value = None
            except Exception as error:
                self.failures.fail(field, target, error)
                return None
        return self.value(field, field.type, value, target, field.key)

    def value(
        self, field: Field, type_: GraphQLOutputType, value: Any, container: Any, key: str | int
    ) -> Any:
        """Put the completed value into its container; null, with a failure, where it can't be."""
        try:
            completed = self._completed(field, type_, value)
        except Exception as error:
            self.failures.add(container, key, error)
            completed = None
        container[key] = completed
        return completed

    def list_builder(self, field: Field) -> Callable[[list[Any]], list[Any]] | None:
        """A function that makes objects of the rows of one parent; None where they are of several
        types."""
        if len(field.below) != 1:
            return None
        (child,) = field.below.values()
        build, visible = self.builders[child.number], self.visible.get(field.number)
        if visible is None:
            return lambda rows: [build(row) for row in rows]
        all_visible = self.all_visible.get(field.number)
        if all_visible is None:
            return lambda rows: [build(row) for row in rows if visible(row)]
        return lambda rows: (
            [build(row) for row in rows]
            if all_visible(rows[0])
            else [build(row) for row in rows if visible(row)]
        )

    def _completed(self, field: Field, type_: GraphQLOutputType, value: Any) -> Any:
        if isinstance(value, Exception):
            raise value
        if is_non_null_type(type_):
            completed = self._completed(field, type_.of_type, value)
            if completed is None:
                raise TypeError(
                    f"Cannot return null for non-nullable field {field.parent}.{field.name}."
                )
            return completed
        if value is None or value is Undefined:
            return None
        if is_list_type(type_):
            return self._list(field, type_.of_type, value)
        if is_leaf_type(type_):
            return Executor.complete_leaf_value(type_, value)
        position = self._position(field, type_, value)
        found = self.builders[position.number](value)
        if is_abstract_type(type_):
            self.failures.positions[id(found)] = position
        return found

    def _list(self, field: Field, item: GraphQLOutputType, value: Any) -> list[Any]:
        if not is_iterable(value):
            raise GraphQLError(
                f"Expected Iterable, but did not find one for field '{field.parent}.{field.name}'."
            )
        completed: list[Any] = []
        for index, each in enumerate(value):
            completed.append(None)
            self.value(field, item, each, completed, index)
        return completed

    def _position(self, field: Field, type_: Any, value: Any) -> Position:
        """The position of the record's own type."""
        if not is_abstract_type(type_):
            return field.below[type_.name]
        executor = self.executor
        assert field.definition is not None
        parent: Any = executor.schema.get_type(field.parent)
        info = executor.build_resolve_info(field.definition, field.nodes, parent, None)  # type: ignore[arg-type]
        resolve = type_.resolve_type or executor.type_resolver
        details = [FieldDetails(node, None) for node in field.nodes]
        runtime = executor.ensure_valid_runtime_type(
            resolve(value, info, type_), type_, details, info, value
        )
        return field.below[runtime.name]
