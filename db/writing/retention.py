"""Deletion of old rows of the feed and old sessions."""

from sqlalchemy import ClauseElement, DateTime, bindparam, delete, func, select

from db.reading.parts import table
from db.statement import statement
from db.tables.accounts import Session
from db.tables.feed import Outbox

BATCH = 10_000


@statement(Outbox)
def drop_old_events() -> ClauseElement:
    """Delete the oldest rows of the feed, in its order, up to the first row to keep.

    So if a row exists, all later rows exist too. The newest transaction always stays.
    """
    outbox = table(Outbox)
    oldest = (
        select(outbox.c.xid, outbox.c.at)
        .order_by(outbox.c.xid, outbox.c.seq)
        .limit(BATCH)
        .subquery("oldest")
    )
    recent = oldest.c.at >= bindparam("before", type_=DateTime(timezone=True))
    first_kept = select(
        func.coalesce(func.min(oldest.c.xid).filter(recent), func.max(oldest.c.xid))
    ).scalar_subquery()
    return delete(outbox).where(outbox.c.xid < first_kept)


@statement(Session)
def drop_old_sessions() -> ClauseElement:
    session = table(Session)
    before = bindparam("before", type_=DateTime(timezone=True))
    return delete(session).where(session.c.created_at < before)
