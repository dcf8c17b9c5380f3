"""What is not kept for ever."""

from sqlalchemy import ClauseElement, DateTime, bindparam, delete, func, select

from db.reading.parts import table
from db.statement import statement
from db.tables.accounts import Session
from db.tables.feed import Outbox

BATCH = 10_000


@statement(Outbox)
def drop_old_events() -> ClauseElement:
    """Drop the feed's oldest rows, in the feed's own order up to the first that is to be kept.

    So a row that is there vouches for all that follow it. The newest transaction always stays.
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
