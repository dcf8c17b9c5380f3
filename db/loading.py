"""Filling tables with many rows at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from db.cluster import is_distributed


@asynccontextmanager
async def checked_at_the_end(connection: Any) -> AsyncIterator[None]:
    """Drop foreign keys and indexes, and create them again at the end: checking foreign keys row by
    row takes ten times as long.

    Not on a cluster, where that would be a transaction of thousands of tables."""
    if await is_distributed(connection):
        yield
        return
    keys = await connection.fetch(
        "SELECT conrelid::regclass::text AS table, conname, pg_get_constraintdef(oid) AS key"
        " FROM pg_constraint WHERE contype IN ('f', 'u')"
        " AND connamespace = current_schema()::regnamespace"
        " ORDER BY contype"  # a foreign key may lead to a unique one
    )
    for key in keys:
        await connection.execute(f'ALTER TABLE {key["table"]} DROP CONSTRAINT "{key["conname"]}"')
    indexes = await connection.fetch(
        "SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS made"
        " FROM pg_index JOIN pg_class ON pg_class.oid = indrelid"
        " WHERE relnamespace = current_schema()::regnamespace"
        " AND NOT indisunique AND indpred IS NULL"
    )
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['name']}")
    yield
    for index in indexes:
        await connection.execute(index["made"])
    for key in reversed(keys):
        await connection.execute(
            f'ALTER TABLE {key["table"]} ADD CONSTRAINT "{key["conname"]}" {key["key"]}'
        )
