"""The migrations, run at start under a lock."""

from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from db.address import asyncpg_parameters
from db.cluster import SEQUENTIALLY
from db.migrations.on_cluster import are_distributed
from db.sort_keys import renew_keys
from db.telling import tell_of

ONE_AT_A_TIME = 7_162_534_211
"""The advisory lock of this project's migrations."""


class NewerTables(Exception):
    """The tables are of a version that this one does not know."""


def config() -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    return settings


async def migrate(url: str) -> None:
    """Upgrade the database at `url` to the newest tables, and renew its sort keys. Several
    processes may call it at once."""
    engine = engine_of(url)
    try:
        async with engine.begin() as connection:
            await connection.execute(
                text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ONE_AT_A_TIME}
            )
            before = await connection.run_sync(revision)
            if before is not None and before not in known_revisions():
                raise NewerTables(
                    f"It is of a newer version of Gradebook (its tables are of {before}):"
                    " run that version or a later one"
                )
            if await connection.run_sync(are_distributed):
                await connection.execute(text(SEQUENTIALLY))
            await connection.run_sync(upgrade)
            raw = await connection.get_raw_connection()
            await renew_keys(raw.driver_connection)  # in the same transaction
            if before != await connection.run_sync(revision):
                await tell_of(raw.driver_connection)
    finally:
        await engine.dispose()


def engine_of(url: str) -> AsyncEngine:
    """An engine that keeps no connection. asyncpg reads the address, as it does for the store."""
    parameters = asyncpg_parameters(url)
    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: asyncpg.connect(**parameters),
        poolclass=pool.NullPool,
    )


def asyncpg_url(url: str) -> str:
    return "postgresql+asyncpg" + url[url.index("://") :]


def upgrade(connection: Connection, to: str = "head") -> None:
    """Upgrade the tables to a revision, in the transaction that is open."""
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, to)


def known_revisions() -> frozenset[str]:
    """The revisions that this version can upgrade from."""
    return frozenset(
        each.revision for each in ScriptDirectory.from_config(config()).walk_revisions()
    )


def revision(connection: Connection) -> str | None:
    """The revision of the database; None before the first migration."""
    return MigrationContext.configure(connection).get_current_revision()
