"""Lists of a school that are read a page at a time, searched and counted."""

from collections.abc import Sequence
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
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
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


def in_use(of: Table) -> ColumnElement[bool]:
    """The records in use; or those that were put away, where `put_away` says so."""
    return case((flag("put_away"), ~of.c.active), else_=of.c.active)


def id_of(name: str) -> BindParameter[Any]:
    """A parameter that names a record, or is null."""
    return bindparam(name, None, type_=Uuid())


def has_words(key: ColumnElement[Any], *more: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the key is like all `words`, which are patterns of it, and `more` holds; true where
    no words are asked for."""
    like = bindparam("words", (), type_=ARRAY(String))
    return where_asked(func.cardinality(like) > NONE, and_(*more, key.like(all_(like))))


def matching(of: Table) -> Conditions:
    """Those of the school whose names have all `words`."""
    return [of.c.school_id == SCHOOL, has_words(of.c.search_key)]


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


def paged(rows: Select[Any], order: Sequence[str], parent: str | None = None) -> Select[Any]:
    """The rows, or those of each parent, in the order of some columns; of them the first `limit`
    after a place and before another, or the last `limit` if `backwards`. A place is the values of
    the columns, `after_{column}` and `before_{column}`; all rows where nothing is told."""
    found = rows.subquery("found")
    key = [found.c[name] for name in order]
    of = None if parent is None else found.c[parent]
    after, before = (
        [bindparam(f"{side}_{each.key}", None, type_=each.type) for each in key]
        for side in ("after", "before")
    )
    place = func.row_number().over(partition_by=of, order_by=key)
    inside = (
        select(*found.c, place.label("place"), func.count().over(partition_by=of).label("places"))
        .where(
            or_(after[-1].is_(None), tuple_(*key) > tuple_(*after)),
            or_(before[-1].is_(None), tuple_(*key) < tuple_(*before)),
        )
        .subquery("inside")
    )
    limit = bindparam("limit", None, type_=Integer)
    from_end = inside.c.places - inside.c.place + literal_column("1")
    at = case((flag("backwards"), from_end), else_=inside.c.place)
    return (
        select(*(inside.c[each.key] for each in found.c))
        .where(or_(limit.is_(None), at <= limit))
        .order_by(*(inside.c[name] for name in order))
    )


def counted_by(rows: Select[Any], parent: str | None = None) -> Select[Any]:
    """How many rows there are, or of each parent, as `total`; no row of a parent without any."""
    found = rows.subquery("found")
    total = func.count().label("total")
    if parent is None:
        return select(total).select_from(found)
    keys = (found.c.school_id, found.c[parent])
    return select(*keys, total).group_by(*keys)
