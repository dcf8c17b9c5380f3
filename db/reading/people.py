"""What the lists of students and teachers have in common."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    Integer,
    LargeBinary,
    Select,
    String,
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
from sqlalchemy.sql.elements import ColumnElement

from db.reading.parts import SCHOOL, columns, table
from db.reading.ties import has_not_left
from db.tables.students import Student
from db.tables.teachers import Teacher

NONE: ColumnElement[int] = literal_column("0")


def only_if(condition: ColumnElement[bool], kept: ColumnElement[bool]) -> ColumnElement[bool]:
    """A condition that applies only if it is `condition` for.

    PostgreSQL estimates that a CASE keeps half of the rows. So it reads in the order of the index
    until the page is full, instead of sorting the whole school.
    """
    return case((condition, kept), else_=true())


def page_of_people(model: type[Student | Teacher]) -> Select[Any]:
    """A page of people in the order of their names, after one of them. Only people whose names
    match all `words`, which are patterns of `search_key`. People who have left are not listed."""
    person = table(model)
    like = bindparam("words", (), type_=ARRAY(String))
    key = (person.c.sort_key, person.c.id)
    after = tuple_(bindparam("key", type_=LargeBinary), bindparam("id", type_=Uuid()))
    return (
        select(*columns(model))
        .where(person.c.school_id == SCHOOL, has_not_left(person), tuple_(*key) > after)
        .where(only_if(func.cardinality(like) > NONE, person.c.search_key.like(all_(like))))
        .order_by(*key)
        .limit(bindparam("limit", type_=Integer))
    )
