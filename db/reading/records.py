"""Records by their ids, as readers see them; derived from their tables."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import ClauseElement, Select, case, not_, null, select
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import SQLModel

from db.reading.parts import FIRST, LAST, SCHOOL, among, columns, table
from db.statement import Statement, statement
from db.tables.accounts import Account
from db.tables.history import Withdrawal

T = TypeVar("T", bound=SQLModel)


def named(name: str, of: type[T], build: Callable[[], ClauseElement], *told: str) -> Statement[T]:
    """The statement that the function builds, under a name of its own; `told` as `statement`."""

    def built() -> ClauseElement:
        return build()

    built.__name__ = name
    return statement(of, *told)(built)


def shown(model: type[SQLModel], withdrawal: Withdrawal | None = None) -> list[ColumnElement[Any]]:
    """The columns of records, null where the record is withdrawn and they are hidden then."""
    if withdrawal is None:
        return columns(model)
    gone = withdrawal.when(table(model))
    return [
        case((gone, null()), else_=each).label(each.key) if each.key in withdrawal.hidden else each
        for each in columns(model)
    ]


def with_account(
    model: type[SQLModel], column: str = "account_id", withdrawal: Withdrawal | None = None
) -> Select[Any]:
    """Records of the school as they are `shown`, with the name of the account in the column:
    `account_name` of `account_id`."""
    own, account = table(model), table(Account)
    name = account.c.display_name.label(f"{column.removesuffix('_id')}_name")
    return (
        select(*shown(model, withdrawal), name)
        .join(account, account.c.id == own.c[column])
        .where(own.c.school_id == SCHOOL)
    )


def by_id(model: type[T], withdrawal: Withdrawal | None = None) -> Statement[T]:
    """Records by `ids`, without what is hidden of those that are withdrawn."""
    own = table(model)

    def build() -> ClauseElement:
        return select(*shown(model, withdrawal)).where(own.c.school_id == SCHOOL, among(own.c.id))

    return named(f"{own.name}s_by_id", model, build)


def whole_by_id(model: type[T]) -> Statement[T]:
    """Records by `ids` as they are, for whoever changes them."""
    own = table(model)

    def build() -> ClauseElement:
        return select(*columns(model)).where(own.c.school_id == SCHOOL, among(own.c.id))

    return named(f"{own.name}s_to_change", model, build)


def held_by_id(model: type[T], whole: Statement[T]) -> Statement[T]:
    """The same, held against whoever takes a record off, or moves it, until the transaction ends:
    where somebody is about to, it waits and answers what there is then."""
    own = table(model)

    def build() -> ClauseElement:
        held = whole.select.order_by(own.c.id)
        return held.with_for_update(read=True, key_share=True, of=own)

    return named(f"{own.name}s_to_write_at", model, build)


def by_parent(
    model: type[T],
    parent: str,
    order: Sequence[str],
    withdrawal: Withdrawal | None = None,
    day: str | None = None,
) -> Statement[T]:
    """Records whose `parent` column is among `ids`, in an order; those that were put away or are
    withdrawn are left out. Where there is a `day` column, only of the days from `first` to `last`.
    """
    own = table(model)

    def build() -> ClauseElement:
        found = select(*columns(model)).where(own.c.school_id == SCHOOL, among(own.c[parent]))
        if day is not None:
            found = found.where(own.c[day].between(FIRST, LAST))
        if "active" in own.c:
            found = found.where(own.c.active)
        if withdrawal is not None:
            found = found.where(not_(withdrawal.when(own)))
        return found.order_by(*(own.c[name] for name in order), own.c.id)

    return named(f"{own.name}s_of_{parent.removesuffix('_id')}s", model, build)
