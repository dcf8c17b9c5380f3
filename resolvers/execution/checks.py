"""What is checked before a field is read: its arguments, and whether the viewer may read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql.execution.values import VariableValues

from resolvers.execution.failures import Failures
from resolvers.execution.plan import Field, Position
from resolvers.execution.records import view
from resolvers.execution.reference import forbidden
from resolvers.execution.variables import NONE
from resolvers.relations import relation


@dataclass(slots=True)
class Checks:
    """The checks of one execution; a field that does not pass is noted as a failure."""

    context: Any
    variables: VariableValues
    failures: Failures
    known: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    """By the number of a field, its arguments."""

    def arguments(self, field: Field) -> Mapping[str, Any]:
        """The field's arguments as Python values; raises as graphql-core does."""
        found = self.known.get(field.number)
        if found is None:
            assert field.arguments is not None
            found = self.known[field.number] = field.arguments.values(self.variables)
        return found

    def begin(
        self, field: Field, position: Position | None, record: Any, target: dict[str, Any]
    ) -> Mapping[str, Any] | None:
        """The field's arguments, if they are valid and the viewer is of its audience.

        Otherwise it fails. As in graphql-core, arguments are checked first.
        """
        arguments = NONE
        if field.has_arguments:
            try:
                arguments = self.arguments(field)
            except Exception as error:
                self.failures.fail(field, target, error)
                return None
        if field.guarded and not self.may_read(field, position, record):
            self.deny(field, target)
            return None
        return arguments

    def may_read(self, field: Field, position: Position | None, record: Any) -> bool:
        """Whether the viewer is of the field's audience."""
        assert field.bound is not None
        return bool(
            relation(self.context.viewer, field.bound.noun, view(position, record))
            & field.bound.audience
        )

    def deny(self, field: Field, target: dict[str, Any]) -> None:
        """Let the field be null, with the error FORBIDDEN."""
        self.failures.fail(field, target, forbidden())
