"""Replies to remarks, with the names of their authors."""

from sqlalchemy import ClauseElement

from db.reading.parts import among, table
from db.reading.records import with_account
from db.statement import statement
from db.tables.remarks import Remark, RemarkReply


@statement(RemarkReply)
def replies_of_remarks() -> ClauseElement:
    """Replies in the order of writing; none of a withdrawn remark."""
    reply, remark = table(RemarkReply), table(Remark)
    return (
        with_account(RemarkReply, "author_id")
        .join(
            remark, (remark.c.school_id == reply.c.school_id) & (remark.c.id == reply.c.remark_id)
        )
        .where(among(reply.c.remark_id), ~remark.c.withdrawn)
        .order_by(reply.c.id)
    )
