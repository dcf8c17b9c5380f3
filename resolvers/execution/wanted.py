"""The columns that an operation reads of one statement's rows, and where in a row each stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import TypeDecorator
from sqlalchemy.sql.elements import ColumnElement

from db.projection import ColumnTree, Source, project
from db.reading.parts import columns
from db.statement import Statement


@dataclass(eq=False, slots=True)
class Wanted:
    """Of a statement, or of a record joined to its rows under `key`."""

    types: Mapping[str, type | None]
    """The columns that there are, each with what PostgreSQL holds in it."""
    statement: Statement[Any] | None = None
    names: dict[str, None] = field(default_factory=dict)
    joins: dict[str, "Join"] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    carried: Mapping[str, str] = field(default_factory=dict)
    """By the record's own columns, those of the parent's row that hold the same; empty where the
    parent's key alone does not say that there is such a record."""
    key: str = ""
    exists: int = -1
    """The place of a column that is null where there is no such record."""

    @classmethod
    def of(cls, statement: Statement[Any]) -> "Wanted":
        return cls(types_of(statement.select.selected_columns), statement)

    def add(self, names: tuple[str, ...] | None) -> None:
        """None stands for all."""
        for name in self.types if names is None else names:
            self.names[name] = None

    def add_known(self, names: tuple[str, ...]) -> None:
        """Those of the names that there are."""
        self.add(tuple(name for name in names if name in self.types))

    def joined(self, key: str, source: Source, carries: Mapping[str, str]) -> "Wanted":
        """The record whose id is in the column."""
        if key not in self.joins:
            types = types_of(columns(source.model)) | dict.fromkeys(source.through)
            below = Wanted(types, key=key)
            below.carried = {"id": key, **carries}
            self.joins[key] = Join(source, below)
        return self.joins[key].wanted

    def settle(self) -> None:
        """Fix the places, once all that is wanted is known."""
        if self.statement is None or self.places:
            return
        self._carry()
        for place, path in enumerate(self.narrowed().paths()):
            wanted = self
            for key in path[:-1]:
                wanted = wanted.joins[key].wanted
            wanted.places[path[-1]] = place
        self._find_carried()

    def narrowed(self) -> ColumnTree:
        """What the statement is narrowed to; it is settled."""
        return ColumnTree(
            tuple(self.names),
            tuple(
                (key, join.source, join.wanted.narrowed())
                for key, join in self.joins.items()
                if join.wanted.names
            ),
        )

    def reading(self) -> Statement[Any]:
        assert self.statement is not None
        return project(self.statement, self.narrowed())

    def _carry(self) -> None:
        """Take what the parent's row carries from there, if that is all that is wanted."""
        for join in self.joins.values():
            below = join.wanted
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
        return any(join.wanted.names for join in self.joins.values())

    def _find_carried(self) -> None:
        for join in self.joins.values():
            below = join.wanted
            for name in [name for name, place in below.places.items() if place < 0]:
                below.places[name] = self.places[below.carried[name]]
            below.places["school_id"] = self.places["school_id"]
            below.exists = below.places["id"] if below.names else self.places[below.key]
            below._find_carried()


@dataclass(frozen=True, eq=False, slots=True)
class Join:
    source: Source
    wanted: Wanted


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
