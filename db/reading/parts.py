"""Parameters, columns and conditions that the reading statements share."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    Date,
    FromClause,
    Integer,
    LargeBinary,
    String,
    Table,
    Uuid,
    any_,
    bindparam,
    case,
    func,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.sql.elements import BindParameter, ColumnElement
from sqlmodel import SQLModel

from db.statement import ACTOR as ACTOR_NAME
from db.statement import CLOCK
from db.statement import ORIGIN as ORIGIN_NAME
from db.tables.columns import Instant, Person
from db.tables.roster import UNRANGED

SCHOOL: BindParameter[int] = bindparam("school", type_=Integer)
IDS: BindParameter[Any] = bindparam("ids", type_=ARRAY(Uuid()))
FIRST: BindParameter[Any] = bindparam("first", type_=Date)
LAST: BindParameter[Any] = bindparam("last", type_=Date)
DAY: BindParameter[Any] = bindparam("day", type_=Date)
NOW: BindParameter[Any] = bindparam(CLOCK, type_=Instant)
"""The current instant, which the clock gives unless the caller does."""
ORIGIN: BindParameter[Any] = bindparam(ORIGIN_NAME, type_=String)
"""Where the request or the command comes from."""
ACTOR: BindParameter[Any] = bindparam(ACTOR_NAME, type_=Uuid())
"""Whose account does what is written."""


INTERNAL = {"sourced_id", "sorted_by", "search_key"}
INTERNAL_OF_PEOPLE = {*INTERNAL, "username", "enabled"}


def table(model: type[SQLModel]) -> Table:
    found: Table = model.__table__  # type: ignore[attr-defined]
    return found


def topic_of(model: type[SQLModel]) -> str:
    """The topic of the feed's rows about the model's records."""
    return table(model).name.upper()


def columns(model: type[SQLModel]) -> list[ColumnElement[Any]]:
    """The columns of a table that a reader may ask for, without those that only writers use."""
    internal = INTERNAL_OF_PEOPLE if issubclass(model, Person) else INTERNAL
    return [column for column in table(model).c if column.name not in internal]


def least_key(column: ColumnElement[bytes]) -> ColumnElement[bytes]:
    """The least of a group's sort keys; `min` takes them since PostgreSQL 18 only."""
    return func.array_agg(aggregate_order_by(column, column), type_=ARRAY(LargeBinary))[1]


def among(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return column == any_(IDS)


def holds_on_day(dated: Table, day: ColumnElement[Any] = DAY) -> ColumnElement[bool]:
    """Whether the tie holds on the day, which is the statement's `day` by default."""
    begins, ends = dated.c.begins_on, dated.c.ends_on
    return (begins.is_(None) | (begins <= day)) & (ends.is_(None) | (ends >= day))


def is_free(leased: Table) -> ColumnElement[bool]:
    """Whether nobody has leased the row, or the lease has ended."""
    until = leased.c.lease_until
    return until.is_(None) | (until < NOW)


def graded_in(of_item: FromClause, course: FromClause) -> ColumnElement[Any]:
    """The id of the scale for marks at a lesson: the scale of the lesson's line item, or else the
    course's. A line item without a range uses the course's scale if it has one."""
    said = case((of_item.c.sourced_id.is_distinct_from(UNRANGED), of_item.c.id))
    return func.coalesce(said, course.c.grade_scale_id, of_item.c.id)
