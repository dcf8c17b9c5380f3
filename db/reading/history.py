"""Statements for the steps of histories, derived from the revision tables."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ClauseElement, Select, case, null, select
from sqlmodel import SQLModel

from db.reading.parts import SCHOOL, among, columns, table
from db.reading.records import named
from db.statement import Statement
from db.tables.accounts import Account
from db.tables.history import Revision, Withdrawal, key_of

READER = "reader_"
"""The prefix of columns by which the family reads a step. They are null while the record is
withdrawn, as nobody of the family reads its history then."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The statements for the steps of a history: by the ids of the steps, and of the records."""

    by_id: Statement[Revision]
    by_record: Statement[Revision]


def steps_of(
    history: type[Revision],
    model: type[SQLModel],
    keys: Iterable[str],
    of_family: Iterable[str],
    withdrawal: Withdrawal | None,
) -> Steps:
    """Statements for steps with the `keys` of their record, with the keys of `of_family` for the
    family alone, and with the name of the account. A step of a roster import has no account."""
    steps, changed, account = table(history), table(model), table(Account)
    ref = key_of(changed)
    gone = None if withdrawal is None else withdrawal.when(changed)
    readers = [
        (changed.c[key] if gone is None else case((gone, null()), else_=changed.c[key])).label(
            f"{READER}{key}"
        )
        for key in of_family
    ]

    def read() -> Select[tuple[object, ...]]:
        return (
            select(
                *columns(history),
                *(changed.c[key] for key in keys),
                *readers,
                account.c.display_name.label("account_name"),
            )
            .outerjoin(account, account.c.id == steps.c.account_id)
            .join(
                changed,
                (changed.c.school_id == steps.c.school_id) & (changed.c.id == steps.c[ref]),
            )
            .where(steps.c.school_id == SCHOOL)
            .order_by(steps.c.version, steps.c.id)
        )

    def by_id() -> ClauseElement:
        return read().where(among(steps.c.id))

    def by_record() -> ClauseElement:
        return read().where(among(steps.c[ref]))

    return Steps(
        named(f"{steps.name}s_by_id", history, by_id),
        named(f"{steps.name}s_of_{changed.name}", history, by_record),
    )
