"""The migrations, run at start under a lock."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from db.sort_keys import renew_keys
from db.telling import tell_of

ONE_AT_A_TIME = 7_162_534_211
"""The advisory lock of this project's migrations."""


def config() -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    return settings


async def migrate(url: str) -> None:
    """Upgrade the database at `url` to the newest tables, and renew its sort keys. Several
    processes may call it at once."""
    engine = create_async_engine(asyncpg_url(url), poolclass=pool.NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(
                text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ONE_AT_A_TIME}
            )
            before = await connection.run_sync(revision)
            await connection.run_sync(upgrade)
            raw = await connection.get_raw_connection()
            await renew_keys(raw.driver_connection)  # in the same transaction
            if before != await connection.run_sync(revision):
                await tell_of(raw.driver_connection)
    finally:
        await engine.dispose()


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
