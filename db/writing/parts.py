"""The pieces that writing statements are made of."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    Integer,
    Uuid,
    bindparam,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.sql.elements import BindParameter, ColumnElement
from sqlmodel import SQLModel

from db.reading.parts import SCHOOL, table

ID: BindParameter[Any] = bindparam("ref", type_=Uuid())
EXPECTED: BindParameter[int] = bindparam("expected", type_=Integer)
ACCOUNT: BindParameter[Any] = bindparam("account", type_=Uuid())


def new(model: type[SQLModel], name: str) -> BindParameter[Any]:
    """The parameter `new_{name}`: what a column is to hold from now on."""
    return bindparam(f"new_{name}", type_=table(model).c[name].type)


def insert_each(
    model: type[SQLModel], given: tuple[str, ...], same: dict[str, ColumnElement[Any]]
) -> Insert:
    """Insert a row for each place of the `given` columns' arrays, all in one statement.

    `same` are columns that hold the same in every row. Defaults of Python would be computed once,
    when the statement is compiled, so none takes part: every column is one or the other.
    """
    types = {name: table(model).c[name].type for name in given}
    arrays = [bindparam(name, type_=ARRAY(type_)) for name, type_ in types.items()]
    rows = (
        func.unnest(*arrays)
        .table_valued(*(column(name, type_) for name, type_ in types.items()), name="given")
        .render_derived()
    )
    values = {"school_id": SCHOOL} | same
    return insert(table(model)).from_select(
        [*values, *given],
        select(*values.values(), *(rows.c[name] for name in given)),
        include_defaults=False,
    )


def constant(value: object) -> ColumnElement[Any]:
    return literal(value)
