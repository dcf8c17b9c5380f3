"""Deletion of old rows of the feed and old sessions."""

from sqlalchemy import ClauseElement, bindparam, delete, false, func, select, tuple_

from db.reading.parts import table
from db.statement import statement
from db.tables.accounts import Session
from db.tables.audit import AuditChain
from db.tables.columns import Instant
from db.tables.feed import Outbox, TableChange

BATCH = 10_000


@statement(Outbox)
def drop_old_events() -> ClauseElement:
    """Delete the oldest rows of the feed, in its order, up to the first row to keep.

    So if a row exists, all later rows exist too. The newest transaction always stays, and so does
    what the audit has no entry of yet.
    """
    outbox, chain = table(Outbox), table(AuditChain)
    ahead = tuple_(outbox.c.xid, outbox.c.seq) > tuple_(chain.c.xid, chain.c.seq)
    oldest = (
        select(outbox.c.xid, outbox.c.at, func.coalesce(ahead, false()).label("ahead"))
        .outerjoin(chain, chain.c.school_id == outbox.c.school_id)
        .order_by(outbox.c.xid, outbox.c.seq)
        .limit(BATCH)
        .subquery("oldest")
    )
    recent = oldest.c.at >= bindparam("before", type_=Instant)
    recent |= oldest.c.ahead
    first_kept = select(
        func.coalesce(func.min(oldest.c.xid).filter(recent), func.max(oldest.c.xid))
    ).scalar_subquery()
    return delete(outbox).where(outbox.c.xid < first_kept)


@statement(Session)
def drop_old_sessions() -> ClauseElement:
    session = table(Session)
    before = bindparam("before", type_=Instant)
    return delete(session).where(session.c.created_at < before)


@statement(TableChange)
def drop_old_table_changes() -> ClauseElement:
    change = table(TableChange)
    before = bindparam("before", type_=Instant)
    return delete(change).where(change.c.at < before)
