"""Records as an execution holds them: rows whose columns stand at the places of a projection."""

from collections.abc import Mapping
from typing import Any

from resolvers.execution.plan import Position

Parents = list[tuple[Any, dict[str, Any]]]
"""Records whose fields are read at the next level, each with its object of the answer."""


class View:
    """A row whose columns are read as attributes."""

    __slots__ = ("_places", "_row")

    def __init__(self, row: Any, places: Mapping[str, int]) -> None:
        self._row = row
        self._places = places

    def __getattr__(self, name: str) -> Any:  # a column may hold whatever PostgreSQL holds
        try:
            return self._row[self._places[name]]
        except KeyError:
            raise AttributeError(name) from None


def view(position: Position | None, record: Any) -> Any:
    """The record with its columns as attributes."""
    if position is None or position.projection is None:
        return record
    return View(record, position.projection.places)
