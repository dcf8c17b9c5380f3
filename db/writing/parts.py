"""Parameters and INSERTs that the writing statements share."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ARRAY,
    Integer,
    TableValuedAlias,
    Uuid,
    bindparam,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.sql.elements import BindParameter, ColumnElement
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

from db.reading.parts import SCHOOL, table

ID: BindParameter[Any] = bindparam("ref", type_=Uuid())
EXPECTED: BindParameter[int] = bindparam("expected", type_=Integer)
ACCOUNT: BindParameter[Any] = bindparam("account", type_=Uuid())


def new(model: type[SQLModel], name: str) -> BindParameter[Any]:
    """The parameter `new_{name}`: the new value of a column."""
    return bindparam(f"new_{name}", type_=table(model).c[name].type)


def insert_each(
    model: type[SQLModel], given: tuple[str, ...], same: dict[str, ColumnElement[Any]]
) -> Insert:
    """Insert a row for each element of the arrays of the `given` columns, in one statement.

    `same` are columns with the same value in every row.
    """
    rows = rows_of({name: table(model).c[name].type for name in given}, "given")
    return insert_from(model, same | {name: rows.c[name] for name in given})


def insert_from(
    model: type[SQLModel], values: dict[str, ColumnElement[Any]], *where: ColumnElement[bool]
) -> Insert:
    """Insert the rows for which the conditions hold; `values` is by column.

    Python defaults are excluded: they would be computed once, when the statement is compiled.
    """
    whole = {"school_id": SCHOOL} | values
    rows = select(*whole.values()).where(*where)
    return insert(table(model)).from_select(list(whole), rows, include_defaults=False)


def rows_of(types: Mapping[str, TypeEngine[Any]], name: str) -> TableValuedAlias:
    """The rows of arrays, which are parameters, one for each column; `place` counts them from 1."""
    arrays = [bindparam(each, type_=ARRAY(type_)) for each, type_ in types.items()]
    columns = (column(each, type_) for each, type_ in types.items())
    valued = func.unnest(*arrays).table_valued(*columns, with_ordinality="place", name=name)
    return valued.render_derived()


def constant(value: object) -> ColumnElement[Any]:
    return literal(value)
