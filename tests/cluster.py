"""Databases of a Citus cluster for the tests, where one is at hand: `GRADEBOOK_TEST_DATABASE_URL`
leads to its coordinator, and `GRADEBOOK_TEST_WORKERS` names its workers, `HOST:PORT,HOST:PORT`."""

import os
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from db import cluster

SHARDS = 2
"""Few, since each test distributes all tables anew."""


def workers() -> list[str]:
    given = os.environ.get("GRADEBOOK_TEST_WORKERS", "")
    return [each for each in given.split(",") if each]


async def spread(url: str) -> None:
    """Distribute the tables of a database, which is there on the coordinator alone so far."""
    parts = urlsplit(url)
    for worker in workers():
        place = parts._replace(netloc=_netloc(parts.netloc, worker))
        await run(
            urlunsplit(place._replace(path="/postgres")), f'CREATE DATABASE "{parts.path[1:]}"'
        )
        await run(urlunsplit(place), "CREATE EXTENSION citus")
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("CREATE EXTENSION citus")
        await connection.execute(
            "SELECT citus_set_coordinator_host($1, $2)", parts.hostname, parts.port or 5432
        )
        for worker in workers():
            host, port = worker.split(":")
            await connection.execute("SELECT citus_add_node($1, $2)", host, int(port))
        await cluster.distribute(connection, SHARDS)
    finally:
        await connection.close()


async def drop(url: str) -> None:
    """Drop the database on the workers."""
    parts = urlsplit(url)
    for worker in workers():
        place = parts._replace(netloc=_netloc(parts.netloc, worker), path="/postgres")
        await run(urlunsplit(place), f'DROP DATABASE IF EXISTS "{parts.path[1:]}" WITH (FORCE)')


async def run(url: str, command: str) -> None:
    connection: Any = await asyncpg.connect(url)
    try:
        await connection.execute(command)
    finally:
        await connection.close()


def _netloc(coordinator: str, worker: str) -> str:
    user, at, _ = coordinator.rpartition("@")
    return f"{user}{at}{worker}"
