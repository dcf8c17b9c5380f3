"""The history of a record: a table derived from the record's own, with previous values."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, UniqueConstraint
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Field, SQLModel

from db.tables.columns import Code, Instant, OfSchool, of_school
from domain.clock import now

BEFORE = "_before"
"""The suffix of a column that holds the value before the step."""


class Revision(OfSchool):
    """One step of a record's history. `version` is the record's version after the step."""

    version: int
    change: str = Field(sa_type=Code)
    reason: str | None = None
    account_id: UUID
    at: datetime = Field(default_factory=now, sa_type=Instant)


def history_of(model: type[SQLModel], *kept: str, unique: str | None = None) -> type[Revision]:
    """Make the table `{Model}Revision`: a row for each step, with `{column}_before` for the `kept`
    columns.

    They are all null in the first step. `unique` names the unique constraint if its name is not
    `uq_{table}`.
    """
    table = cast("Any", model).__table__
    if unknown := [name for name in kept if name not in table.c]:
        raise TypeError(
            f"{model.__name__} has no column {', '.join(unknown)} to keep a history of."
        )
    name, key = f"{table.name}_revision", key_of(table)
    before = {
        f"{column}{BEFORE}": Field(default=None, sa_type=table.c[column].type, nullable=True)
        for column in kept
    }
    body: dict[str, Any] = {
        "__module__": model.__module__,
        "__doc__": f"One step of the history of a {model.__name__}.",
        "__tablename__": name,
        "__table_args__": (
            of_school(table.name, key),
            UniqueConstraint("school_id", key, "version", name=unique or f"uq_{name}"),
        ),
        "__annotations__": {key: UUID} | dict.fromkeys(before, Any),
        **before,
    }
    metaclass: Any = type(SQLModel)
    made = metaclass(f"{model.__name__}Revision", (Revision,), body, table=True)
    return cast("type[Revision]", made)


def key_of(record: Table) -> str:
    """The history's column with the record's id; `school_id` is every table's first column."""
    return "of_id" if record.name == "school" else f"{record.name}_id"


def kept_in(history: type[Revision]) -> tuple[str, ...]:
    """The record's columns whose history is kept."""
    names = cast("Any", history).__table__.c.keys()
    return tuple(name.removesuffix(BEFORE) for name in names if name.endswith(BEFORE))


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The condition under which a record is withdrawn, and the columns that are hidden then: their
    values may have been meant for another child."""

    when: Callable[[Table], ColumnElement[bool]]
    hidden: tuple[str, ...]
