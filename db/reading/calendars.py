"""Calendars of accounts."""

from typing import Protocol
from uuid import UUID

from sqlalchemy import ClauseElement, LargeBinary, bindparam, select

from db.reading.parts import table
from db.reading.passkeys import ACCOUNT
from db.statement import statement
from db.tables.accounts import Account
from db.tables.calendars import CalendarFeed

SECRET = bindparam("secret_hash", type_=LargeBinary)


class AccountOfCalendar(Protocol):
    """The row has the account's other columns too."""

    id: UUID
    of_school: int
    student_id: UUID | None
    teacher_id: UUID | None


@statement(CalendarFeed)
def calendars_of_account() -> ClauseElement:
    """The oldest first."""
    own = table(CalendarFeed)
    found = select(own).where(own.c.account_id == ACCOUNT)
    return found.order_by(own.c.created_at, own.c.id)


@statement(Account)
def account_by_calendar() -> ClauseElement:
    """The account whose calendar has the secret, with whose calendar it is."""
    account, own = table(Account), table(CalendarFeed)
    return (
        select(account, own.c.of_school, own.c.student_id, own.c.teacher_id)
        .join(own, own.c.account_id == account.c.id)
        .where(own.c.secret_hash == SECRET, account.c.active)
    )
