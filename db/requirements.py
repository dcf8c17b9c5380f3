"""What the gateway needs of a PostgreSQL server."""

from typing import Any

import asyncpg

from db.address import asyncpg_parameters
from db.cluster import OF_A_WORKER, is_worker

OLDEST = 15
"""The oldest major version of PostgreSQL; `MERGE` and `NULLS NOT DISTINCT` are of it."""
POOLED = (
    "It is a connection pooler, such as pgbouncer, that gives each transaction another connection."
    " Prepared statements and LISTEN need one that stays: give the address of the server itself, or"
    " of a pool with pool_mode=session"
)

ANEW = "make another with CREATE DATABASE name ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0"


class Unsuitable(Exception):
    """The gateway cannot work on the server; the message says why."""


async def check_server(url: str, connection: Any) -> None:
    """Raise Unsuitable if the server that the connection leads to is too old, is a worker of a
    cluster, or is reached through a pool of transactions, or if the database has another encoding
    than UTF8."""
    version = connection.get_server_version()
    if version.major < OLDEST:
        raise Unsuitable(f"It is PostgreSQL {version.major}, and {OLDEST} is needed at least")
    encoding = connection.get_settings().server_encoding
    if encoding != "UTF8":
        raise Unsuitable(f"Its encoding is {encoding}, and UTF8 is needed: {ANEW}")
    if await is_worker(connection):
        raise Unsuitable(OF_A_WORKER)
    first = await _backend(connection)
    if first == connection.get_server_pid():
        return
    # Somebody stands between: whoever asks next gets the same server if it was given back.
    other = await asyncpg.connect(**asyncpg_parameters(url), statement_cache_size=0)
    try:
        if await _backend(other) == first:
            raise Unsuitable(POOLED)
    finally:
        await other.close()


async def _backend(connection: Any) -> int:
    """The process of the server that answers."""
    async with connection.transaction():
        return int(await connection.fetchval("SELECT pg_backend_pid()"))
