"""What has been committed since an earlier look, in whichever order and whatever is still open."""

from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ARRAY, ClauseElement, String, Text, bindparam, text
from sqlalchemy.types import TypeEngine

from db.statement import statement
from db.tables.feed import Outbox

MOST_CHANGES = 2_000
"""More than these are not worth telling apart."""


class ChangeRow(Protocol):
    """A row of the outbox, with its `topic`; or of a table that was written, with its `name`. One
    row without either comes if nothing has changed.

    `snapshot` is PostgreSQL's text for what the look could see; `identity` is another if this is
    another database than before, or was started, restored or promoted since.
    """

    snapshot: str
    identity: str
    school_id: int | None
    topic: str | None
    name: str | None
    ref: UUID | None
    concerns: list[UUID] | None


TEXTS: TypeEngine[Any] = ARRAY(Text)


@statement(Outbox)
def changes_since() -> ClauseElement:
    """What this look sees and an earlier one did not, whose snapshot ended before the transaction
    `xmax`, with the transactions `open` that ran then.

    A snapshot sees every transaction below its end but those that were running. So new are the rows
    of later transactions, and of those that have ended since: a long transaction is not looked at
    before it ends, and what was committed above it is not found again.
    """
    found = text(f"""
        WITH ended AS MATERIALIZED (
          SELECT CAST(open AS xid8) AS xid FROM unnest(CAST(:open AS text[])) AS open
          WHERE pg_visible_in_snapshot(CAST(open AS xid8), pg_current_snapshot())
        ), found AS (
          SELECT school_id, topic, NULL AS name, ref, concerns FROM outbox
          WHERE xid >= CAST(CAST(:xmax AS text) AS xid8)
          UNION ALL
          SELECT school_id, topic, NULL, ref, concerns FROM outbox
          WHERE xid = ANY (ARRAY(SELECT xid FROM ended))
          UNION ALL
          SELECT school_id, NULL, name, NULL, NULL FROM table_change
          WHERE xid >= CAST(CAST(:xmax AS text) AS xid8)
          UNION ALL
          SELECT school_id, NULL, name, NULL, NULL FROM table_change
          WHERE xid = ANY (ARRAY(SELECT xid FROM ended))
          LIMIT {MOST_CHANGES + 1}
        )
        SELECT CAST(pg_current_snapshot() AS text) AS snapshot, concat_ws(
            ' ', (SELECT epoch FROM feed_key), pg_postmaster_start_time(),
            left(pg_walfile_name(pg_current_wal_insert_lsn()), 8),
            (SELECT oid FROM pg_database WHERE datname = current_database())
          ) AS identity, found.*
        FROM (SELECT 1) AS one LEFT JOIN found ON true
    """)  # noqa: S608 - a number of ours
    return found.bindparams(bindparam("xmax", type_=String), bindparam("open", type_=TEXTS))
