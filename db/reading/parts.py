"""The pieces that reading statements are made of."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    Date,
    FromClause,
    Integer,
    Table,
    Uuid,
    any_,
    bindparam,
    case,
    func,
    select,
    union,
)
from sqlalchemy.sql.elements import BindParameter, ColumnElement
from sqlmodel import SQLModel

from db.tables import Course, Enrolment
from db.tables.columns import Person
from db.tables.roster import UNRANGED

SCHOOL: BindParameter[int] = bindparam("school", type_=Integer)
IDS: BindParameter[Any] = bindparam("ids", type_=ARRAY(Uuid()))
FIRST: BindParameter[Any] = bindparam("first", type_=Date)
LAST: BindParameter[Any] = bindparam("last", type_=Date)
DAY: BindParameter[Any] = bindparam("day", type_=Date)


NOTED = {"sourced_id"}
NOTED_OF_PEOPLE = {*NOTED, "username", "begins_on", "ends_on"}


def table(model: type[SQLModel]) -> Table:
    found: Table = model.__table__  # type: ignore[attr-defined]
    return found


def columns(model: type[SQLModel]) -> list[ColumnElement[Any]]:
    """The columns of a table that a reader may ask for; what a roster notes is not among them."""
    noted = NOTED_OF_PEOPLE if issubclass(model, Person) else NOTED
    return [column for column in table(model).c if column.name not in noted]


def among(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return column == any_(IDS)


def holds_on_day(dated: Table, day: ColumnElement[Any] = DAY) -> ColumnElement[bool]:
    """Whether the tie holds on the day, which is that the statement is asked for unless told."""
    begins, ends = dated.c.begins_on, dated.c.ends_on
    return (begins.is_(None) | (begins <= day)) & (ends.is_(None) | (ends >= day))


def graded_in(of_item: FromClause, course: FromClause) -> ColumnElement[Any]:
    """The id of the scale that marks at a lesson are in: that of the work it came with, or else its
    course's. Work that named no range is graded as its course is, if that has a scale."""
    said = case((of_item.c.sourced_id.is_distinct_from(UNRANGED), of_item.c.id))
    return func.coalesce(said, course.c.grade_scale_id, of_item.c.id)


def learning(day: ColumnElement[Any] = DAY) -> Any:  # a subquery, which SQLAlchemy does not type
    """Who learns in which course on the day: by an enrolment in it, or with the whole class.

    The day may be a column of the statement around it.
    """
    enrolment, course = table(Enrolment), table(Course)
    around = [day.table] if isinstance(day, Column) else []
    directly = select(
        enrolment.c.school_id, enrolment.c.student_id, enrolment.c.course_id.label("course_id")
    ).where(
        enrolment.c.school_id == SCHOOL,
        enrolment.c.course_id.is_not(None),
        enrolment.c.active,
        holds_on_day(enrolment, day),
    )
    with_the_class = (
        select(enrolment.c.school_id, enrolment.c.student_id, course.c.id.label("course_id"))
        .join(
            course,
            (course.c.school_id == enrolment.c.school_id)
            & (course.c.class_group_id == enrolment.c.class_group_id)
            & course.c.whole_class,
        )
        .where(enrolment.c.school_id == SCHOOL, enrolment.c.active, holds_on_day(enrolment, day))
    )
    return union(directly.correlate(*around), with_the_class.correlate(*around)).subquery(
        "learning"
    )
