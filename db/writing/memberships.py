"""How memberships are written, and who heads a school."""

from sqlalchemy import ClauseElement, select

from db.reading.parts import SCHOOL, table
from db.statement import statement
from db.tables.accounts import Account, Membership
from db.writing.kept import Kept

MEMBERSHIPS = Kept(Membership)


@statement(Membership)
def heads_of_school() -> ClauseElement:
    """What active accounts are as heads, with the teacher whom each is besides; one that is several
    teachers is there several times."""
    head, own, account = table(Membership), table(Membership).alias("own"), table(Account)
    as_teacher = (
        (own.c.school_id == head.c.school_id)
        & (own.c.account_id == head.c.account_id)
        & own.c.teacher_id.is_not(None)
    )
    return (
        select(head, own.c.teacher_id.label("own_teacher_id"))
        .join(account, (account.c.id == head.c.account_id) & account.c.active)
        .outerjoin(own, as_teacher)
        .where(head.c.school_id == SCHOOL, head.c.role == "HEAD")
    )
