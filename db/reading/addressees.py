"""What is addressed to a viewer, by their ties: a condition of lists, and who wrote a record."""

from typing import Any, TypeVar

from sqlalchemy import ARRAY, ClauseElement, Table, Uuid, any_, bindparam, or_, select
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import SQLModel

from db.reading.listing import flag, id_of
from db.reading.parts import SCHOOL, among, columns, table
from db.reading.records import named
from db.statement import Statement
from db.tables.accounts import Account

T = TypeVar("T", bound=SQLModel)
ADDRESSES = bindparam("addresses", (), type_=ARRAY(Uuid()))
KEPT = bindparam("kept", (), type_=ARRAY(Uuid()))


def told_to(own: Table) -> ColumnElement[bool]:
    """Whether the viewer may know of the record: it is addressed to one of their `addresses`, is of
    one of the class groups or courses that they have `kept`, or they are its `writer`; or they
    read `all` that there is. `resolvers.addressees.asked_by` makes these parameters."""
    kept: Any = any_(KEPT)
    return or_(
        flag("all"),
        own.c.addressed.op("&&", is_comparison=True)(ADDRESSES),
        own.c.class_group_id == kept,
        own.c.course_id == kept,
        own.c.author_id == id_of("writer"),
    )


def authors_of(model: type[T]) -> Statement[T]:
    """By `ids`, the records with the names of the accounts in their `author_id`."""
    own, account = table(model), table(Account)

    def build() -> ClauseElement:
        return (
            select(*columns(model), account.c.display_name.label("author_name"))
            .join(account, account.c.id == own.c.author_id)
            .where(own.c.school_id == SCHOOL, among(own.c.id))
        )

    return named(f"authors_of_{own.name}s", model, build)
