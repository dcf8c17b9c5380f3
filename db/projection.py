"""A statement reduced to the columns that an operation reads, with related records joined.

Columns that no field needs are not selected. PostgreSQL drops a join of which no column is read, if
the joined key is unique, so a statement may join more tables than each reader needs.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import FromClause, Select
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import SQLModel

from db.reading.parts import table
from db.statement import Statement


@dataclass(frozen=True, eq=False, slots=True)
class Source:
    """A table whose record is joined to a row that holds the record's id.

    `through` names columns of another table, with the foreign key that leads to it, and what the
    column is called there.
    """

    model: type[SQLModel]
    through: Mapping[str, tuple[str, type[SQLModel], str]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, slots=True)
class Derived:
    """A column that is worked out of a record's row, for any statement that reads such records.

    `of` makes the expression of the model's table, or of an alias of it; `type` is the Python type
    of its values. It may have the parameter `today`, the school's day.
    """

    name: str
    model: type[SQLModel]
    type: type
    of: Callable[[FromClause], ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class ColumnTree:
    """The columns to select, and the records to join, each by the column that holds its id."""

    columns: tuple[str | Derived, ...]
    joins: tuple[tuple[str, Source, "ColumnTree"], ...] = ()

    def paths(self) -> Iterator[tuple[str, ...]]:
        """The path to each selected column, in the order of the row."""
        for each in self.columns:
            yield (each if isinstance(each, str) else each.name,)
        for key, _, wanted in self.joins:
            yield from ((key, *path) for path in wanted.paths())


@lru_cache(maxsize=4096)
def project(statement: Statement[Any], wanted: ColumnTree) -> Statement[Any]:
    """The statement with just these columns, in the order of `tree.paths()`."""
    select = statement.select
    own = {column.key: column for column in select.selected_columns}
    base = own["school_id"].table
    found = [
        each.of(base).label(each.name) if isinstance(each, Derived) else own[each]
        for each in wanted.columns
    ]
    for number, (key, source, below) in enumerate(wanted.joins):
        select, joined = _joined(select, base, own[key], source, below, f"{key}_{number}")
        found += joined
    return statement.rewritten(
        select.with_only_columns(*found, maintain_column_froms=True) if found else select
    )


def _joined(
    select: Select[Any],
    parent: FromClause,
    key: ColumnElement[Any],
    source: Source,
    wanted: ColumnTree,
    name: str,
) -> tuple[Select[Any], list[ColumnElement[Any]]]:
    alias = table(source.model).alias(name)
    on = (alias.c.school_id == parent.c.school_id) & (alias.c.id == key)
    select = select.outerjoin(alias, on)
    ways: dict[str, Any] = {}

    def column(wanted_name: str) -> ColumnElement[Any]:
        nonlocal select
        if wanted_name not in source.through:
            return alias.c[wanted_name]
        by, model, called = source.through[wanted_name]
        if by not in ways:
            way = ways[by] = table(model).alias(f"{name}_{by}")
            select = select.outerjoin(
                way, (way.c.school_id == alias.c.school_id) & (way.c.id == alias.c[by])
            )
        found: ColumnElement[Any] = ways[by].c[called]
        return found

    found: list[ColumnElement[Any]] = [
        each.of(alias).label(f"{name}__{each.name}")
        if isinstance(each, Derived)
        else column(each).label(f"{name}__{each}")
        for each in wanted.columns
    ]
    for number, (by, below, more) in enumerate(wanted.joins):
        key_below = column(by)  # may add a join to the select
        select, joined = _joined(select, alias, key_below, below, more, f"{name}_{number}")
        found += joined
    return select, found
