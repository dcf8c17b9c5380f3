"""Timetables that were generated, with who did it."""

from sqlalchemy import ClauseElement, select

from db.reading.parts import SCHOOL, among, columns, table
from db.statement import statement
from db.tables.accounts import Account
from db.tables.timetables import Timetable


@statement(Timetable)
def timetables_by_id() -> ClauseElement:
    own, account = table(Timetable), table(Account)
    return (
        select(*columns(Timetable), account.c.display_name.label("account_name"))
        .outerjoin(account, account.c.id == own.c.account_id)
        .where(own.c.school_id == SCHOOL, among(own.c.id))
    )
