"""The columns that an operation reads of one statement's rows, and the place of each in a row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import TypeDecorator
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import SQLModel

from db.projection import ColumnTree, Derived, Source, project
from db.reading.parts import columns, table
from db.statement import Statement


@dataclass(eq=False, slots=True)
class Projection:
    """Of the rows of a statement, or of a record that is joined to them by the column `key`."""

    types: Mapping[str, type | None]
    """The Python type of every column that there is."""
    statement: Statement[Any] | None = None
    model: type[SQLModel] | None = None
    """Of a joined record."""
    names: dict[str, Derived | None] = field(default_factory=dict)
    joins: dict[str, "Join"] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    carried: Mapping[str, str] = field(default_factory=dict)
    """By columns of the joined record, those of its parent's row with the same values. Empty where
    a key in the parent's row does not imply that the record exists."""
    key: str = ""
    exists: int = -1
    """The place of a column that is null where the joined record does not exist."""

    @classmethod
    def of(cls, statement: Statement[Any]) -> "Projection":
        return cls(types_of(statement.select.selected_columns), statement)

    def add(self, names: tuple[str, ...] | None) -> None:
        """Select the columns; all of them for None."""
        for name in self.types if names is None else names:
            self.names.setdefault(name, None)  # a derived column stays one

    def derive(self, derived: Derived) -> bool:
        """Select a derived column; False where these are no records of its model."""
        if self.statement is None:
            own = self.model is derived.model
        else:
            base = self.statement.select.selected_columns["school_id"].table
            own = base is table(derived.model)
        if own:
            self.types = {**self.types, derived.name: derived.type}
            self.names[derived.name] = derived
        return own

    def add_existing(self, names: tuple[str, ...]) -> None:
        """Select those of the columns that exist."""
        self.add(tuple(name for name in names if name in self.types))

    def joined(self, key: str, source: Source, carries: Mapping[str, str]) -> "Projection":
        """The projection of the record whose id is in the column `key`."""
        if key not in self.joins:
            types = types_of(columns(source.model)) | dict.fromkeys(source.through)
            below = Projection(types, model=source.model, key=key)
            below.carried = {"id": key, **carries}
            self.joins[key] = Join(source, below)
        return self.joins[key].projection

    def settle(self) -> None:
        """Fix the places of the columns, after all of them were added."""
        if self.statement is None or self.places:
            return
        self._carry()
        for place, path in enumerate(self.narrowed().paths()):
            projection = self
            for key in path[:-1]:
                projection = projection.joins[key].projection
            projection.places[path[-1]] = place
        self._find_carried()

    def narrowed(self) -> ColumnTree:
        """What the statement is narrowed to, once it is settled."""
        return ColumnTree(
            tuple(derived or name for name, derived in self.names.items()),
            tuple(
                (key, join.source, join.projection.narrowed())
                for key, join in self.joins.items()
                if join.projection.names
            ),
        )

    def narrowed_statement(self) -> Statement[Any]:
        assert self.statement is not None
        return project(self.statement, self.narrowed())

    def _carry(self) -> None:
        """Leave out the joins whose columns can all be read from the parent's row."""
        for join in self.joins.values():
            below = join.projection
            below._carry()
            below.names.pop("school_id", None)
            if (
                not below.carried
                or below.joins_needed()
                or not below.names.keys() <= below.carried.keys()
            ):
                below.names["id"] = None
            else:
                self.add((below.key, *(below.carried[name] for name in below.names)))
                below.places = dict.fromkeys(below.names, -1)
                below.names.clear()
        if self.statement is not None:
            self.names["school_id"] = None

    def joins_needed(self) -> bool:
        return any(join.projection.names for join in self.joins.values())

    def _find_carried(self) -> None:
        for join in self.joins.values():
            below = join.projection
            for name in [name for name, place in below.places.items() if place < 0]:
                below.places[name] = self.places[below.carried[name]]
            below.places["school_id"] = self.places["school_id"]
            below.exists = below.places["id"] if below.names else self.places[below.key]
            below._find_carried()


@dataclass(frozen=True, eq=False, slots=True)
class Join:
    source: Source
    projection: Projection


def types_of(found: Iterable[ColumnElement[Any]]) -> dict[str, type | None]:
    return {str(column.key): _python_type(column) for column in found}


def _python_type(column: ColumnElement[Any]) -> type | None:
    type_: Any = column.type
    while isinstance(type_, TypeDecorator):
        type_ = type_.impl_instance
    try:
        found: type = type_.python_type
    except NotImplementedError:
        return None
    return found
