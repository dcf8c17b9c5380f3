"""Statements written with SQLAlchemy Core, run on an asyncpg connection."""

from functools import lru_cache
from typing import Any
from typing import cast as cast_type

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Integer,
    MetaData,
    String,
    Table,
    cast,
    func,
    literal,
)
from sqlalchemy.dialects.postgresql import asyncpg as dialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.util import LRUCache

from db.statement import ACTOR, CLOCK, ORIGIN
from db.tables import metadata
from domain import clock, origin

_dialect = dialect.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
_compiled: LRUCache[Any, SQLCompiler] = LRUCache(500)


def table(name: str) -> Table:
    return metadata.tables[name]


@lru_cache(maxsize=500)
def incoming_table(target: str, columns: tuple[str, ...]) -> Table:
    """The temporary table with these of the target's columns; always the same object, so that
    statements that read it are compiled once."""
    of = table(target).c
    return Table("incoming", MetaData(), *(Column(name, of[name].type) for name in columns))


def compiled(clause: ClauseElement) -> tuple[str, list[object]]:
    """The text and its arguments. Statements that differ by values alone are compiled once, as
    SQLAlchemy's engines do it."""
    same = clause._generate_cache_key()
    made = None if same is None else _compiled.get(same.key)
    if made is None:
        made = cast_type(SQLCompiler, clause.compile(dialect=_dialect, cache_key=same))
        if same is not None:
            _compiled[same.key] = made
    values = None if same is None else same.bindparams
    who = {ORIGIN: origin.ORIGIN.get(), ACTOR: origin.ACTOR.get()}
    params = made.construct_params(extracted_parameters=values, _check=False)
    given: dict[str, object] = {**params, CLOCK: clock.now(), **who}
    return made.string, [given[name] for name in made.positiontup or ()]


async def fetch(connection: Any, clause: ClauseElement) -> list[Any]:
    text, arguments = compiled(clause)
    rows: list[Any] = await connection.fetch(text, *arguments)
    return rows


async def execute(connection: Any, clause: ClauseElement) -> int:
    """Run a statement that writes; returns the number of rows."""
    text, arguments = compiled(clause)
    status: str = await connection.execute(text, *arguments)
    return int(status.rsplit(" ", 1)[-1])


def of_schools(source: Table, school_ids: list[int]) -> ColumnElement[bool]:
    return source.c.school_id == func.any(literal(school_ids, ARRAY(Integer)))


def key(source: Table) -> ColumnElement[str]:
    """The record's roster id, or our id if it has none."""
    return func.coalesce(source.c.sourced_id, cast(source.c.id, String))
