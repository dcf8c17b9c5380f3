"""Databases of a Citus cluster for the tests, where one is at hand: `GRADEBOOK_TEST_DATABASE_URL`
leads to its coordinator, and `GRADEBOOK_TEST_WORKERS` names its workers, `HOST:PORT,HOST:PORT`."""

import asyncio
import hashlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

import db
from db import cluster
from db.migrations import migrate

SHARDS = 2
TESTS_JOIN = "citus.enable_repartition_joins TO on"
"""For queries of the tests themselves that join records by their ids alone."""
KEPT = "gradebook_tests_"
"""Begins the name of the database with distributed tables and nothing in them. It outlives the
tests: to copy its files on every node is quick, to distribute a hundred tables is not."""
WAITING = """
    SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE NOT granted AND datname = current_database()
"""
_CLOSED: set[str] = set()
"""Databases that are copied, so that nobody may connect to them."""


def workers() -> list[str]:
    given = os.environ.get("GRADEBOOK_TEST_WORKERS", "")
    return [each for each in given.split(",") if each]


def worker_of(url: str) -> str:
    """The database's address on a worker, or itself where there is none."""
    return _at(url, workers()[0]) if workers() else url


def on_one_postgresql(reason: str) -> pytest.MarkDecorator:
    """Leaves a test out where there is a cluster."""
    return pytest.mark.skipif(bool(workers()), reason=f"on one PostgreSQL alone: {reason}")


async def empty(server: str) -> str:
    """The name of a database with distributed tables, those of this version."""
    tables = hashlib.sha256()
    for file in sorted((Path(db.__file__).parent).glob("**/*.py")):
        if {"migrations", "tables"} & set(file.parts) or file.name == "cluster.py":
            tables.update(file.read_bytes())
    name = f"{KEPT}{tables.hexdigest()[:12]}"
    connection: Any = await asyncpg.connect(server)
    try:
        rows = await connection.fetch(
            "SELECT datname, datallowconn AS open FROM pg_database WHERE starts_with(datname, $1)",
            KEPT,
        )
    finally:
        await connection.close()
    if name in {row["datname"] for row in rows if not row["open"]}:
        _CLOSED.add(name)
        return name
    for row in rows:
        await drop(server, row["datname"])
    await copy(server, "template0", name)
    url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    await migrate(url)
    connection = await asyncpg.connect(url)
    try:
        await cluster.distribute(connection, SHARDS)
        await cluster.check(connection)
    finally:
        await connection.close()
    await _close(server, name)
    return name


async def copy(server: str, template: str, name: str) -> None:
    """Make a database from the template on every node; from `template0` one without tables."""
    if template == "template0":
        await _join(server, name)
        return
    if template not in _CLOSED:
        await _close(server, template)
    try:
        await everywhere(server, _copying(template, name))
    except asyncpg.ObjectInUseError:  # a process of Citus was not told in time
        await _close(server, template)
        await drop(server, name)
        await everywhere(server, _copying(template, name))
    for setting in (cluster.ALL_VISIBLE, TESTS_JOIN):
        await everywhere(server, f'ALTER DATABASE "{name}" SET {setting}')


async def drop(server: str, name: str) -> None:
    for tries_left in reversed(range(5)):
        try:
            await everywhere(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        except asyncpg.ObjectInUseError:  # a process that the machine has no time for may not end
            if not tries_left:
                raise
        else:
            return


async def _close(server: str, name: str) -> None:
    await everywhere(server, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    await everywhere(  # Citus has a process of its own in it
        server,
        f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'",
    )
    _CLOSED.add(name)


async def everywhere(server: str, command: str) -> list[Any]:
    """Run the command on the coordinator and on all workers; the value that each tells."""
    at = [urlsplit(server).netloc.rpartition("@")[2], *workers()]
    done = await asyncio.gather(
        *(run(_at(server, each), command) for each in at), return_exceptions=True
    )
    for each in done:
        if isinstance(each, BaseException):
            raise each
    return done


def trigger_of_audit(able: str) -> str:
    """The SQL that has the trigger which keeps entries of the audit `ENABLE`d or `DISABLE`d; a
    cluster has none."""
    return "SELECT" if workers() else f"ALTER TABLE audit_entry {able} TRIGGER USER"


async def until_somebody_waits(url: str, seconds: float = 20) -> None:
    """Until somebody waits for a lock: on a cluster, on the node that has the row."""
    async with asyncio.timeout(seconds):
        while not sum(await everywhere(url, WAITING)):
            await asyncio.sleep(0.01)


async def run(url: str, command: str) -> Any:
    connection: Any = await asyncpg.connect(url)
    try:
        return await connection.fetchval(command)
    finally:
        await connection.close()


def _copying(template: str, name: str) -> str:
    return f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'


async def _join(server: str, name: str) -> None:
    """Make the database on each node, and tell the coordinator of the others."""
    await everywhere(server, f'CREATE DATABASE "{name}" TEMPLATE template0')
    for worker in workers():
        await run(_at(server, worker, name), "CREATE EXTENSION citus")
    parts = urlsplit(server)
    connection: Any = await asyncpg.connect(urlunsplit(parts._replace(path=f"/{name}")))
    try:
        await connection.execute("CREATE EXTENSION citus")
        await connection.execute(
            "SELECT citus_set_coordinator_host($1, $2)", parts.hostname, parts.port or 5432
        )
        for worker in workers():
            host, port = worker.split(":")
            await connection.execute("SELECT citus_add_node($1, $2)", host, int(port))
    finally:
        await connection.close()


async def pretend(url: str, group: int = 0) -> None:
    """Give a database of one server the tables by which Citus says that it is distributed, and of
    which group the node is; the coordinator's is 0. On a cluster that is so already."""
    connection: Any = await asyncpg.connect(url)
    try:
        if await connection.fetchval(cluster.IS_CLUSTER) is None:
            await connection.execute("SET allow_system_table_mods = on")
            for table, column, value in (
                ("pg_dist_partition", "logicalrelid regclass", "'outbox'"),
                ("pg_dist_local_group", "groupid int", str(group)),
            ):
                await connection.execute(f"CREATE TABLE pg_catalog.{table} ({column})")
                await connection.execute(f"INSERT INTO pg_catalog.{table} VALUES ({value})")
    finally:
        await connection.close()


def _at(server: str, node: str, name: str | None = None) -> str:
    """The server's address on another node."""
    parts = urlsplit(server)
    user, at, _ = parts.netloc.rpartition("@")
    path = parts.path if name is None else f"/{name}"
    return urlunsplit(parts._replace(netloc=f"{user}{at}{node}", path=path))
