"""Rows as light records, read by attribute: no object-relational mapper takes part."""

from functools import cache
from typing import Any

import asyncpg
from sqlmodel import SQLModel


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
    """The class of a table's rows; one a table, so that a row tells what it is."""
    return type(table.__name__, (Row,), {"__slots__": ()})


class Joined:
    """The record that a row carries of a joined table, in columns `{prefix}__{column}`."""

    __slots__ = ("_prefix", "_row", "noun")

    def __init__(self, row: Row, prefix: str, noun: str) -> None:
        self.noun = noun
        self._row = row
        self._prefix = prefix + "__"

    def __getattr__(self, name: str) -> Any:  # as in Row
        try:
            return self._row[self._prefix + name]
        except KeyError:
            raise AttributeError(name) from None


def noun_of(record: object) -> str:
    """The name of the table that a record comes from."""
    return record.noun if isinstance(record, Joined) else type(record).__name__
