"""The number below which every transaction that writes the feed has ended.

It is read first, in a statement of its own, and given to the statements that read up to it: what is
below an older horizon has ended by then too. On a cluster the numbers are the coordinator's, and a
worker that evaluated the horizon itself would take its own.
"""

from typing import Any

from sqlalchemy import ClauseElement, ColumnElement, Text, bindparam, cast, select, text

from db.statement import statement
from db.store import Store
from db.tables.columns import TransactionId
from db.tables.feed import Outbox

HORIZON = bindparam("horizon", type_=Text)


def below(xid: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether the transaction with the number has ended, by the parameter `horizon`."""
    return xid < cast(cast(HORIZON, Text), TransactionId())


@statement(Outbox)
def horizon() -> ClauseElement:
    return select(text("CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS xid"))


@statement(Outbox)
def horizon_of_cluster() -> ClauseElement:
    """As `horizon`, on the coordinator of a cluster.

    A transaction that wrote to several workers ends on the coordinator first and is then committed
    on each of them. Until that is known its record is in `pg_dist_transaction`, written by the
    transaction itself, and holds the horizon back (`waits`). The record's `xmin` is the lower half
    of the transaction's number.
    """
    return text("""
        SELECT CAST(LEAST(xmin, pending) AS text) AS xid, pending IS NOT NULL AS waits
        FROM (SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) AS xmin
          ) AS seen,
          LATERAL (SELECT min(seen.xmin - 2147483648 + (
              CAST(CAST(record.xmin AS text) AS bigint) - seen.xmin % 4294967296 + 6442450944
            ) % 4294967296) AS pending FROM pg_dist_transaction AS record) AS records
    """)


async def read_horizon(store: Store) -> str:
    """The horizon. On a cluster it is moved on if transactions of several workers hold it back."""
    found: Any = await store.first(horizon_of_cluster if store.distributed else horizon)
    if store.distributed and found.waits and await store.finish_prepared():
        found = await store.first(horizon_of_cluster)
    below_: str = found.xid
    return below_
