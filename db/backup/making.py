"""Making a backup, of one moment, while gateways go on writing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg

from db.address import asyncpg_parameters
from db.backup.archive import Manifest, seal
from db.backup.errors import BackupError
from db.backup.programs import connection_of, program, running
from db.backup.unaudited import unaudited
from db.cluster import is_distributed
from domain import clock

NOT_CARRIED = (
    "session",
    "trusted_device",
    "sign_in_challenge",
    "provider_sign_in",
    "pending_identity",
    "provider_session",
    "passkey_challenge",
    "sign_in_tries",
    "password_code",
    "mail",
    "account_tally",
    "outbox",
    "table_change",
)
"""Tables whose rows mean nothing in another database, or should not come back."""
TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
    ORDER BY relname
"""


async def refuse_cluster(url: str) -> None:
    """Raises BackupError if the tables are distributed."""
    connection = await asyncpg.connect(**asyncpg_parameters(url))
    try:
        if await is_distributed(connection):
            raise BackupError(
                "The tables are distributed over a cluster, and a backup would hold those of the"
                " coordinator, which are empty: nothing was written. Back every node up by"
                " pg_basebackup with an archive of its WAL, and name a moment of all of them by"
                " SELECT citus_create_restore_point('NAME')"
            )
    finally:
        await connection.close()


async def back_up(url: str, path: Path) -> Manifest:
    """Write everything in the database to a new file, which only its owner may read."""
    await refuse_cluster(url)
    with _in_words(path):
        writing = _begun(path)
    try:
        manifest = await _write(url, writing)
        with _in_words(path):
            seal(writing, manifest)
            _keep(writing, path)
    except asyncpg.PostgresError as error:
        raise BackupError(f"The database cannot be read: {error}") from error
    finally:
        writing.unlink(missing_ok=True)
    return manifest


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Say of which file it is that it cannot be written, and why."""
    try:
        yield
    except OSError as error:
        folder = path.parent
        why = error.strerror if folder.is_dir() else f"there is no folder {folder}"
        raise BackupError(f"{path} cannot be written: {why}") from error


def _begun(path: Path) -> Path:
    """A new file beside the one to write, which gets its name when it is whole."""
    if path.exists():
        raise _there(path)
    writing = path.with_name(f"{path.name}.part")
    writing.unlink(missing_ok=True)  # of a backup that was interrupted
    os.close(os.open(writing, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600))
    return writing


async def _write(url: str, path: Path) -> Manifest:
    # The transaction stays idle while pg_dump reads by its snapshot.
    settings = {"idle_in_transaction_session_timeout": "0"}
    connection = await asyncpg.connect(**asyncpg_parameters(url), server_settings=settings)
    try:
        major = connection.get_server_version().major
        pg_dump = program("pg_dump", at_least=major)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            manifest = await _described(connection, pg_dump.major)
            snapshot = await connection.fetchval("SELECT pg_export_snapshot()")
            schema = await connection.fetchval("SELECT current_schema()")
            without = [f'--exclude-table-data="{schema}"."{table}"' for table in NOT_CARRIED]
            address, environment = connection_of(url)
            command = [
                *(str(pg_dump.path), "--format=custom", "--encoding=UTF8", "--no-password"),
                *("--no-owner", "--no-privileges", f"--snapshot={snapshot}"),
                *(f'--schema="{schema}"', *without),
                *(f"--file={path}", f"--dbname={address}"),
            ]
            async with running(command, environment) as output:
                await output.read()
    finally:
        await connection.close()
    return manifest


async def _described(connection: Any, major: int) -> Manifest:
    there = [row["relname"] for row in await connection.fetch(TABLES)]
    if "alembic_version" not in there or "school" not in there:
        raise BackupError("The database holds nothing of Gradebook")
    carried = [table for table in there if table not in NOT_CARRIED]
    rows = {
        table: await connection.fetchval(f'SELECT count(*) FROM "{table}"')  # noqa: S608
        for table in carried
    }
    names = await connection.fetch("SELECT name FROM school ORDER BY school_id")
    return Manifest(
        made_at=clock.now(),
        revision=await connection.fetchval("SELECT version_num FROM alembic_version"),
        server=await connection.fetchval("SHOW server_version"),
        program=major,
        schools=tuple(row["name"] for row in names),
        rows=rows,
        unaudited=await unaudited(connection),
    )


def _keep(writing: Path, path: Path) -> None:
    """Name the file once all of it is on the disk; another that came meanwhile is kept."""
    with writing.open("rb") as file:
        os.fsync(file.fileno())
    try:
        os.link(writing, path)
    except FileExistsError:
        raise _there(path) from None


def _there(path: Path) -> BackupError:
    return BackupError(f"{path} is there already: name another file")
