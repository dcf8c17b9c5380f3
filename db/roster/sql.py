"""Statements written with SQLAlchemy Core, run on an asyncpg connection."""

from typing import Any
from typing import cast as cast_type

from sqlalchemy import ARRAY, ColumnElement, Integer, String, Table, cast, func, literal
from sqlalchemy.dialects.postgresql import asyncpg as dialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler

from db.statement import ACTOR, CLOCK, ORIGIN
from db.tables import metadata
from domain import clock, origin

_dialect = dialect.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


def table(name: str) -> Table:
    return metadata.tables[name]


def compiled(clause: ClauseElement) -> tuple[str, list[object]]:
    made = cast_type(SQLCompiler, clause.compile(dialect=_dialect))
    who = {ORIGIN: origin.ORIGIN.get(), ACTOR: origin.ACTOR.get()}
    given = made.params | {CLOCK: clock.now(), **who}
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
