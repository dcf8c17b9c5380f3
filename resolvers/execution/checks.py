"""What is checked before a field is read: its arguments, and whether the viewer may read it."""

from collections.abc import Mapping
from typing import Any

from graphql.execution.values import VariableValues

from resolvers.execution.failures import Failures
from resolvers.execution.plan import Field, Position
from resolvers.execution.records import view
from resolvers.execution.reference import forbidden
from resolvers.relations import relation


class Checks:
    """The checks of one execution; a field that does not pass is noted as a failure."""

    __slots__ = ("_arguments", "_context", "_failures", "_variables")

    def __init__(self, context: Any, variables: VariableValues, failures: Failures) -> None:
        self._context = context
        self._variables = variables
        self._failures = failures
        self._arguments: dict[int, Mapping[str, Any]] = {}

    def arguments(self, field: Field) -> Mapping[str, Any]:
        """The field's arguments as Python values; raises as graphql-core does."""
        found = self._arguments.get(field.number)
        if found is None:
            assert field.arguments is not None
            found = field.arguments.values(self._variables)
            self._arguments[field.number] = found
        return found

    def may_begin(
        self, field: Field, position: Position | None, record: Any, target: dict[str, Any]
    ) -> bool:
        """Whether the field's arguments are valid, and the viewer is of its audience.

        Otherwise it fails. As in graphql-core, arguments are checked first.
        """
        if field.has_arguments:
            try:
                self.arguments(field)
            except Exception as error:
                self._failures.fail(field, target, error)
                return False
        if field.guarded and not self.may_read(field, position, record):
            self.deny(field, target)
            return False
        return True

    def may_read(self, field: Field, position: Position | None, record: Any) -> bool:
        """Whether the viewer is of the field's audience."""
        assert field.bound is not None
        return bool(
            relation(self._context.viewer, field.bound.noun, view(position, record))
            & field.bound.audience
        )

    def deny(self, field: Field, target: dict[str, Any]) -> None:
        """Let the field be null, with the error FORBIDDEN."""
        self._failures.fail(field, target, forbidden())
