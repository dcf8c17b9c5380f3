"""What was written and what became of it, as those who wrote it were told."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import NamedTuple
from uuid import UUID

UNDONE = "UNDONE"
"""How a text begins that no transaction has committed."""


class Made(NamedTuple):
    """A version of a record; `topic` is the outbox's."""

    topic: str
    ref: UUID
    version: int


@dataclass
class Operation:
    """One transaction, from its first try on; acknowledged where an answer said so."""

    what: str
    made: tuple[Made, ...]
    acknowledged_at: float | None = None

    def acknowledge(self) -> None:
        self.acknowledged_at = monotonic()


@dataclass
class Ledger:
    operations: list[Operation] = field(default_factory=list)
    by_writer: dict[str, list[Operation]] = field(default_factory=lambda: defaultdict(list))
    complaints: list[str] = field(default_factory=list)
    """Answers that nobody should have got."""
    retries: int = 0
    rolled_back: int = 0

    def begin(self, what: str, made: Iterable[Made], by: str) -> Operation:
        operation = Operation(what, tuple(made))
        self.operations.append(operation)
        self.by_writer[by].append(operation)
        return operation

    def acknowledged(self) -> dict[Made, float]:
        """When each change was."""
        return {
            made: operation.acknowledged_at
            for operation in self.operations
            if operation.acknowledged_at is not None
            for made in operation.made
        }
