"""What failed while an answer was made, noted by its place in the answer.

An execution notes each failure and goes on; `null_propagation.py` makes errors and nulls of them
at the end.
"""

from dataclasses import dataclass, field
from typing import Any

from resolvers.execution.plan import Field, Position


@dataclass(slots=True)
class Failures:
    found: dict[tuple[int, str | int], Exception] = field(default_factory=dict)
    """By the identity of an object or a list of the answer and the key or index in it."""
    containers: list[Any] = field(default_factory=list)
    """The objects and lists of `found`, which keep their identities while they are here."""
    positions: dict[int, Position] = field(default_factory=dict)
    """By the identity of an object its position, where its field leads to several types."""

    def add(self, container: Any, key: str | int, cause: Exception) -> None:
        """Note a failure; the first one at a place stays."""
        self.containers.append(container)
        self.found.setdefault((id(container), key), cause)

    def fail(self, field: Field, target: dict[str, Any], cause: Exception) -> None:
        """Let the field of the object be null, with an error."""
        target[field.key] = None
        self.add(target, field.key, cause)
