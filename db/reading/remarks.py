"""Replies to remarks, with the names of their authors."""

from sqlalchemy import ClauseElement, select

from db.reading.parts import SCHOOL, among, columns, table
from db.statement import statement
from db.tables.accounts import Account
from db.tables.remarks import Remark, RemarkReply


@statement(RemarkReply)
def replies_of_remarks() -> ClauseElement:
    """Replies in the order of writing; none of a withdrawn remark."""
    reply, remark, account = table(RemarkReply), table(Remark), table(Account)
    return (
        select(*columns(RemarkReply), account.c.display_name.label("author_name"))
        .join(account, account.c.id == reply.c.author_id)
        .join(
            remark, (remark.c.school_id == reply.c.school_id) & (remark.c.id == reply.c.remark_id)
        )
        .where(reply.c.school_id == SCHOOL, among(reply.c.remark_id), ~remark.c.withdrawn)
        .order_by(reply.c.id)
    )
