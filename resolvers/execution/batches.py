"""The keys that one loader is to load, by the parameters of its statement, and their rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from resolvers.global_id import Key
from resolvers.loaders import Parameters

GroupKey = tuple[Any, ...]
"""A school, an id in it, and the values of further columns that a row shares with its parent."""


@dataclass(slots=True)
class Batch:
    """The keys that are loaded with the same parameters."""

    parameters: dict[str, object]
    keys: dict[Key, None] = field(default_factory=dict)
    rows: list[Any] = field(default_factory=list)
    failed: Exception | None = None
    _groups: dict[tuple[str, ...], dict[GroupKey, list[Any]]] = field(default_factory=dict)

    def grouped(
        self, columns: tuple[str, ...], key_of_row: Callable[[Any], GroupKey]
    ) -> dict[GroupKey, list[Any]]:
        """The rows by the values of the columns, which `key_of_row` reads."""
        found = self._groups.get(columns)
        if found is None:
            found = self._groups[columns] = {}
            for row in self.rows:
                key = key_of_row(row)
                there = found.get(key)
                if there is None:
                    found[key] = [row]
                else:
                    there.append(row)
        return found


class Batches:
    """The batches of one loader, by their parameters."""

    def __init__(self) -> None:
        self._by_parameters: dict[Parameters, Batch] = {}

    def of(self, parameters: Mapping[str, object]) -> Batch:
        """The batch of the parameters, made where there is none yet."""
        key = tuple(sorted(parameters.items())) if parameters else ()
        batch = self._by_parameters.get(key)
        if batch is None:
            batch = self._by_parameters[key] = Batch(dict(parameters))
        return batch

    def all(self) -> list[Batch]:
        return list(self._by_parameters.values())


Lookup = tuple[Any, dict[str, Any], Batch, Any]
"""A record, its object of the answer, the batch that answers it, and the field's `LoadArguments` or
keys."""
