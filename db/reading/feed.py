"""The feed's rows, in the order in which transactions became visible."""

from typing import Protocol
from uuid import UUID

from sqlalchemy import ClauseElement, Integer, String, bindparam, select, text

from db.reading.parts import table
from db.statement import statement
from db.tables import FeedKey, Outbox


class FeedRow(Protocol):
    school_id: int
    xid: int
    seq: int
    topic: str
    change: str
    ref: UUID
    version: int


class FeedKeyRow(Protocol):
    epoch: UUID
    secret: bytes
    head: int


SETTLED = text("outbox.xid < pg_snapshot_xmin(pg_current_snapshot())")
AFTER = text("(outbox.xid, outbox.seq) > (CAST(CAST(:xid AS text) AS xid8), :seq)").bindparams(
    bindparam("xid", type_=String), bindparam("seq", type_=Integer)
)


@statement(Outbox)
def rows_after() -> ClauseElement:
    """The next rows after a position, of transactions older than every open one.

    What lies below the snapshot's oldest open transaction can no longer be joined by another row,
    so a reader that stays below it never steps over one that commits late. Of all schools: one
    reader follows the feed for a whole process. Rows that share the last one's position come with
    it, whatever the limit.
    """
    outbox = table(Outbox)
    return (
        select(outbox)
        .where(SETTLED, AFTER)
        .order_by(outbox.c.xid, outbox.c.seq)
        .fetch(bindparam("limit", type_=Integer), with_ties=True)
    )


@statement(FeedKey)
def feed_key() -> ClauseElement:
    """The key that signs cursors, and the position before which all is settled."""
    head = text("pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS head")
    return select(table(FeedKey)).add_columns(head)
