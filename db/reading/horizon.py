"""The number below which every transaction that writes the feed has ended.

One PostgreSQL finds it in the statement that reads up to it. On a cluster it is read first, in a
statement of its own, and given to those that read: the numbers are the coordinator's, and a worker
that evaluated it would take its own. What is below an older horizon has ended by then too.
"""

from typing import Any

from sqlalchemy import ClauseElement, ColumnElement, Text, bindparam, cast, select, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from db.statement import OF_CLUSTER, statement
from db.store import Store
from db.tables.columns import TransactionId
from db.tables.feed import Outbox

HORIZON = bindparam("horizon", type_=Text)
FOUND_HERE = "(SELECT pg_snapshot_xmin(pg_current_snapshot()))"


class Horizon(ColumnElement[int]):
    """The parameter `horizon`. Where it is null, as on one PostgreSQL, that of the statement."""

    inherit_cache = True
    type = TransactionId()


@compiles(Horizon)
def _compiled(_: Horizon, compiler: SQLCompiler, **options: Any) -> str:
    given = compiler.process(cast(cast(HORIZON, Text), TransactionId()), **options)
    return given if compiler.dialect is OF_CLUSTER else f"COALESCE({given}, {FOUND_HERE})"


def below(xid: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether the transaction with the number has ended, by the horizon."""
    return xid < Horizon()


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


async def horizon_to_give(store: Store) -> str | None:
    """The parameter `horizon` of one statement: one PostgreSQL needs no other statement for it."""
    return await read_horizon(store) if store.distributed else None


async def read_horizon(store: Store) -> str:
    """The horizon, for several statements. On a cluster it is moved on if transactions of several
    workers hold it back."""
    found: Any = await store.first(horizon_of_cluster if store.distributed else horizon)
    if store.distributed and found.waits and await store.finish_prepared():
        found = await store.first(horizon_of_cluster)
    below_: str = found.xid
    return below_
