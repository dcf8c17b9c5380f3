"""Rows as light records, read by attribute, without an object-relational mapper."""

from collections.abc import Iterable
from dataclasses import make_dataclass
from functools import cache
from operator import itemgetter
from typing import Any, TypeVar, cast

import asyncpg
from sqlmodel import SQLModel

T = TypeVar("T")


class Row(asyncpg.Record):
    """A row whose columns are attributes."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:  # a column may hold whatever PostgreSQL holds
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


@cache
def row_of(table: type[SQLModel]) -> type[Row]:
    """The class of a table's rows. Each table has one class, so that a row knows its table.

    The table's own columns are properties, which take a fifth of the time of `Row.__getattr__`.
    """
    columns = getattr(table, "__table__").columns  # noqa: B009
    properties = {column.name: property(itemgetter(column.name)) for column in columns}
    return type(table.__name__, (Row,), {"__slots__": (), **properties})


def row_with(row: type[Row], names: Iterable[str]) -> type[Row]:
    """A class of rows that have more columns than the table, as properties too."""
    more = {name: property(itemgetter(name)) for name in names if not hasattr(row, name)}
    return type(row.__name__, (row,), {"__slots__": (), **more}) if more else row


@cache
def column_names(table: type[SQLModel]) -> tuple[str, ...]:
    return tuple(column.name for column in getattr(table, "__table__").columns)  # noqa: B009


@cache
def _copies_of(table: type[SQLModel]) -> Any:
    return make_dataclass(table.__name__, column_names(table), frozen=True, slots=True, eq=False)


def own_columns(row: Any, table: type[T]) -> T:
    """A record of the table's own columns, to be kept for longer than a row that has more."""
    made = _copies_of(table)  # type: ignore[arg-type]
    names = column_names(table)  # type: ignore[arg-type]
    return cast("T", made(*(row[name] for name in names)))


def noun_of(record: object) -> str:
    """The name of the model whose table the record comes from."""
    return type(record).__name__
