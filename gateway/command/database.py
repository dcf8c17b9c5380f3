"""The database that a command uses: the configured one, or the gateway's own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from typing import Any, NoReturn, TypeVar

import asyncpg
import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from db.embedded import EmbeddedServer, EmbeddedServerError, started
from db.migrations import migrate
from domain import clock
from gateway.settings import Settings

T = TypeVar("T")
Check = Callable[[], None]


def fail(message: str) -> NoReturn:
    """End the command with a line on stderr."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


def read_settings(**given: Any) -> Settings:
    """The settings from the arguments and the environment; ends the command if one is invalid.
    Sets the clock if they say so."""
    try:
        settings = Settings(**given)
    except ValidationError as error:
        fail(" ".join(map(_wrong, error.errors())))
    if settings.clock is not None:
        clock.set_to(settings.clock)
    return settings


def _wrong(error: ErrorDetails) -> str:
    why = error["msg"].removeprefix("Value error, ")
    name = "".join(f"GRADEBOOK_{str(part).upper()}: " for part in error["loc"][:1])
    return f"{name}{why}."


@contextmanager
def database(settings: Settings, *, joins: bool = False) -> Iterator[str]:
    """The address of the database, which runs while the block does. With `joins`, a running
    gateway's own server is used if there is one."""
    with supervised_database(settings, joins=joins) as (url, _):
        yield url


@contextmanager
def supervised_database(settings: Settings, *, joins: bool = False) -> Iterator[tuple[str, Check]]:
    """As `database`, with a function that restarts an embedded server if it has ended; the caller
    calls it regularly."""
    if settings.database_url is not None:
        yield settings.database_url, lambda: None
        return
    settings.data.mkdir(parents=True, exist_ok=True)
    server = EmbeddedServer(settings.data / "postgresql")
    with ExitStack() as stack:
        try:
            url = stack.enter_context(started(server, joins=joins))
        except EmbeddedServerError as error:
            fail(f"The gateway's own PostgreSQL cannot be used: {error}")
        yield url, server.restart_if_ended


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    """An asyncpg connection to the database, with its tables upgraded."""
    try:
        await migrate(url)
        connection = await asyncpg.connect(url)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        fail(f"The database cannot be used: {error}")
    try:
        yield connection
    except (asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError) as error:
        fail(f"The database has ended meanwhile: {error}")
    finally:
        await connection.close()


def with_connection(work: Callable[[Any], Awaitable[T]], settings: Settings | None = None) -> T:
    """Run the work with a connection to the database, also while a gateway serves it."""

    async def run(url: str) -> T:
        async with connected(url) as connection:
            return await work(connection)

    with database(settings or read_settings(), joins=True) as url:
        return asyncio.run(run(url))
