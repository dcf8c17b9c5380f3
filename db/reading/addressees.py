"""What is addressed to a viewer, by their ties: a condition of lists."""

from typing import Any

from sqlalchemy import ARRAY, Table, Uuid, any_, bindparam, or_
from sqlalchemy.sql.elements import ColumnElement

from db.reading.listing import flag, id_of

ADDRESSES = bindparam("addresses", (), type_=ARRAY(Uuid()))
KEPT = bindparam("kept", (), type_=ARRAY(Uuid()))


def is_of_whole_school(own: Table) -> ColumnElement[bool]:
    """Whether the record is addressed to neither a class group nor a course."""
    found: ColumnElement[bool] = own.c.class_group_id.is_(None) & own.c.course_id.is_(None)
    return found


def is_addressed(addressed: Any) -> ColumnElement[bool]:
    """Whether one of these addresses is among the viewer's `addresses`."""
    found: ColumnElement[bool] = addressed.op("&&", is_comparison=True)(ADDRESSES)
    return found


def told_to(own: Table) -> ColumnElement[bool]:
    """Whether the viewer may know of the record: it is addressed to one of their `addresses`, is of
    one of the class groups or courses that they have `kept`, or they are its `writer`; or they
    read `all` that there is. `resolvers.addressees.asked_by` makes these parameters."""
    kept: Any = any_(KEPT)
    return or_(
        flag("all"),
        is_addressed(own.c.addressed),
        own.c.class_group_id == kept,
        own.c.course_id == kept,
        own.c.author_id == id_of("writer"),
    )
