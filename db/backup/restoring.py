"""Restoring a backup: in one transaction, so that all of it is there or nothing has changed."""

from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from db.backup.archive import Manifest, opened
from db.backup.errors import BackupError, NotEmpty
from db.backup.making import TABLES
from db.backup.programs import program, running
from db.backup.script import Script
from db.backup.unaudited import note_unaudited
from db.founding import MAY_REMOVE_AUDIT
from db.loading import checked_at_the_end
from db.migrations import ONE_AT_A_TIME, engine_of, known_revisions, revision, upgrade
from db.sort_keys import renew_keys
from db.tables import metadata

VERSION = "alembic_version"
SEQUENCES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'S'
"""


async def restore(url: str, path: Path, *, replace: bool = False) -> Manifest:
    """Bring the database to what the backup holds, in the newest tables.

    A database that holds a school or an account is refused, unless it is to be replaced. The feed
    gets a new epoch: cursors of before are answered with RESYNC, and a gateway that serves the
    database notices within two seconds.
    """
    manifest = opened(path)
    if manifest.revision not in known_revisions():
        raise BackupError(
            f"{path} was made by a newer version of Gradebook (its tables are of"
            f" {manifest.revision}): restore it with that version"
        )
    pg_restore = program("pg_restore", at_least=manifest.program)
    engine = engine_of(url)
    try:
        async with engine.begin() as connection:
            await _make_room(connection, replace)
            await connection.run_sync(upgrade, manifest.revision)
            raw: Any = (await connection.get_raw_connection()).driver_connection
            command = [str(pg_restore.path), "--data-only", "--file=-", str(path)]
            async with running(command) as output:
                await _fill(raw, Script(output), manifest)
            await connection.run_sync(upgrade, "head")
            await renew_keys(raw)
            await note_unaudited(raw, manifest.unaudited)
            await raw.execute("UPDATE feed_key SET epoch = $1", uuid4())
    except (SQLAlchemyError, asyncpg.PostgresError) as error:
        why = getattr(error, "orig", None) or error
        raise BackupError(f"Nothing was changed, because the database refused: {why}") from error
    else:
        with suppress(SQLAlchemyError):  # the server does it by itself, only later
            async with engine.begin() as connection:
                await connection.execute(text("ANALYZE"))
    finally:
        await engine.dispose()
    return manifest


async def _make_room(connection: AsyncConnection, replace: bool) -> None:
    """Leave none of our tables in the database; raises NotEmpty if they may not be deleted."""
    for setting in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        await connection.execute(text(f"SET LOCAL {setting} = 0"))
    await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ONE_AT_A_TIME})
    found = await connection.run_sync(revision)
    if found is None:
        return
    if found not in known_revisions():
        raise BackupError(f"The database is of a newer version of Gradebook ({found})")
    holds = await connection.scalar(
        text("SELECT EXISTS (SELECT 1 FROM school) OR EXISTS (SELECT 1 FROM account)")
    )
    if holds and not replace:
        raise NotEmpty("The database is not empty")
    await connection.run_sync(_drop_tables)


def _drop_tables(connection: Connection) -> None:
    upgrade(connection, "head")  # so that they are those that we know
    names = ", ".join(f'"{name}"' for name in (*metadata.tables, VERSION))
    connection.execute(text(f"DROP TABLE {names} CASCADE"))


async def _fill(connection: Any, script: Script, manifest: Manifest) -> None:
    """Copy the rows into the tables, which are those of the backup's version."""
    ours = {row["relname"] for row in await connection.fetch(TABLES)}
    wanted = {name: rows for name, rows in manifest.rows.items() if name in ours - {VERSION}}
    names = ", ".join(f'"{name}"' for name in sorted(ours - {VERSION}))
    await connection.execute(MAY_REMOVE_AUDIT)
    await connection.execute(f"TRUNCATE {names}")
    copied = dict.fromkeys(wanted, 0)
    async with checked_at_the_end(connection):
        async for block in script.blocks():
            if block.table in wanted:
                status = await connection.copy_to_table(
                    block.table, source=block.rows(), columns=block.columns
                )
                copied[block.table] += int(status.split()[-1])
            else:
                await block.skip()
    if copied != wanted:
        raise BackupError("Nothing was changed: the backup does not hold the rows that it promises")
    there = {row["relname"] for row in await connection.fetch(SEQUENCES)}
    for sequence, value, is_called in script.sequences:
        if sequence in there:
            await connection.execute("SELECT setval($1, $2, $3)", sequence, value, is_called)
