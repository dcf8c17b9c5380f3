"""Lists of a school that are read a page at a time, searched and counted."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    Integer,
    LargeBinary,
    Select,
    String,
    Table,
    Uuid,
    all_,
    bindparam,
    case,
    func,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.sql.elements import BindParameter, ColumnElement
from sqlmodel import SQLModel

from db.reading.parts import SCHOOL, columns, table

NONE: ColumnElement[int] = literal_column("0")
Conditions = list[ColumnElement[bool]]


def where_asked(asked: ColumnElement[bool], kept: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of a condition written like this PostgreSQL expects that it keeps half of the rows: it reads
    on in the order of the index until the page is full, and does not sort the whole school."""
    return case((asked, kept), else_=true())


def flag(name: str) -> BindParameter[bool]:
    """A parameter that is false unless given."""
    return bindparam(name, False, type_=Boolean)


def id_of(name: str) -> BindParameter[Any]:
    """A parameter that names a record, or is null."""
    return bindparam(name, None, type_=Uuid())


def matching(of: Table) -> Conditions:
    """Those of the school whose names are like all `words`, which are patterns of `search_key`."""
    like = bindparam("words", (), type_=ARRAY(String))
    named = where_asked(func.cardinality(like) > NONE, of.c.search_key.like(all_(like)))
    return [of.c.school_id == SCHOOL, named]


def page(model: type[SQLModel], conditions: Conditions) -> Select[Any]:
    """Records after one of them, by name."""
    of = table(model)
    key = (of.c.sort_key, of.c.id)
    after = tuple_(bindparam("key", type_=LargeBinary), bindparam("id", type_=Uuid()))
    found = select(*columns(model)).where(*conditions, tuple_(*key) > after)
    return found.order_by(*key).limit(bindparam("limit", type_=Integer))


def count(model: type[SQLModel], conditions: Conditions) -> Select[Any]:
    """How many there are in all, as `total`."""
    found = select(func.count().label("total")).select_from(table(model))
    return found.where(*conditions)
