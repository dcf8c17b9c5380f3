"""`gradebook backup` and `gradebook restore`."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import asyncpg
import typer
from asyncpg import InterfaceError, PostgresError, UndefinedTableError

from db.audit import chain_all
from db.backup import BackupError, Manifest, NotEmpty, back_up, refuse_cluster
from db.backup import restore as restore_backup
from db.reading.audit import terms_of_audit
from db.store import Store
from db.writing.audit import note_school
from domain.audit import AuditKind
from gateway.command.database import database, fail, read_settings
from gateway.settings import Settings

SHOWN = 5
"""Schools that are named."""


def backup(file: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Write all schools, accounts, histories and settings to a file, while gateways go on.

    Not carried are sessions, so that everybody signs in anew, and the live feed's rows.
    """
    settings = read_settings()
    if settings.database_url is None and not (settings.data / "postgresql").exists():
        fail(f"There is no database in {settings.data}.")

    async def work(url: str) -> Manifest:
        await refuse_cluster(url)  # before the audit is told of a backup
        if not await told(url):
            typer.echo("The audit was not told, as nothing can be written here.", err=True)
        return await back_up(url, file)

    manifest = _run(settings, work)
    typer.echo(f"{file} holds {_told(manifest)}.")
    if count := manifest.rows.get("file", 0):
        typer.echo(
            f"Not in it are the bytes of {count} files that people have uploaded: copy"
            f" {settings.storage.place} now, after the backup."
        )
    typer.echo("Keep it as safe as the database: it has the secrets of accounts and webhooks.")


async def told(url: str) -> bool:
    """Whether every school's audit has an entry of the backup, and none is missing before it."""
    store = None
    try:
        store = await Store.connect(url, connections=2)
        await chain_all(store)
        async with store.transaction() as reader:
            for school in await reader.fetch(terms_of_audit):
                await note_school(reader, school.school_id, AuditKind.EXPORTED.value, "backup")
        await chain_all(store)
    except UndefinedTableError:
        return True  # of before there was an audit
    except (OSError, PostgresError, InterfaceError):
        return False
    finally:
        if store is not None:
            await store.close()
    return True


def restore(
    file: Annotated[Path, typer.Argument(help="A file that gradebook backup has written.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Delete what the database holds now.")
    ] = False,
) -> None:
    """Restore a backup into an empty database, completely or not at all."""
    if not file.is_file():
        fail(f"There is no file {file}.")

    async def work(url: str) -> Manifest:
        try:
            return await restore_backup(url, file, replace=replace)
        except NotEmpty:
            fail(
                "The database is not empty, so nothing was changed. Give the backup another one"
                " (GRADEBOOK_DATABASE_URL or GRADEBOOK_DATA), or delete what this one holds with"
                " --replace."
            )

    manifest = _run(read_settings(), work, makes=True)
    typer.echo(f"Restored {_told(manifest)}.")
    typer.echo("Everybody signs in anew. Clients that follow the feed get RESYNC and load anew.")


def _run(
    settings: Settings, work: Callable[[str], Awaitable[Manifest]], *, makes: bool = False
) -> Manifest:
    async def run(url: str) -> Manifest:
        return await work(url)

    with database(settings, joins=True, makes=makes) as url:
        try:
            return asyncio.run(run(url))
        except BackupError as error:
            fail(f"{error}.")
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            fail(f"The backup or the database cannot be used: {error}")


def _told(manifest: Manifest) -> str:
    names = [*manifest.schools[:SHOWN], *(["…"] if len(manifest.schools) > SHOWN else [])]
    schools = f"{len(manifest.schools)} schools" if len(manifest.schools) != 1 else "1 school"
    named = f" ({', '.join(names)})" if names else ""
    at = manifest.made_at.isoformat(" ", "minutes")
    return f"{schools}{named}, {manifest.total:,} rows, as of {at}"
