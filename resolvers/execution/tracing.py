"""Where spans of levels and loaders come from, if traces are exported."""

from contextlib import AbstractContextManager
from typing import Any, Protocol


class Spans(Protocol):
    def level(self, number: int) -> Any:
        """Begin the span of a level, below that of the operation; it has a method `end`."""

    def loader(self, name: str, level: Any) -> AbstractContextManager[object]:
        """The span of a loader, below that of its level, while the block runs."""


class Tracing:
    """Set once, before the first operation is compiled; without spans, loads are not traced."""

    spans: Spans | None = None


TRACING = Tracing()
