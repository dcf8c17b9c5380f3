"""The database that a command uses: the configured one, or the gateway's own."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from typing import Any, NoReturn, TypeVar

import asyncpg
import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import SettingsError
from sqlalchemy.exc import SQLAlchemyError

from db import address
from db.address import asyncpg_parameters
from db.embedded import EmbeddedServer, EmbeddedServerError, started
from db.migrations import NewerTables, migrate
from db.requirements import Unsuitable, check_server
from domain import clock
from gateway import tracing
from gateway.environment import WrongEnvironment, check_names, name_of
from gateway.settings import Settings

T = TypeVar("T")
Check = Callable[[], None]
CANNOT_BE_USED = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    SQLAlchemyError,
    Unsuitable,
    NewerTables,
)
NOT_CONNECTED = ("Connect call failed", "Connection refused")
"""What asyncio and uvloop say of an address at which nothing answers."""
FAILED, WRONGLY_USED = 1, 2
"""Exit codes: something did not work, or the command or a setting has to be changed first."""


def fail(message: str, code: int = FAILED) -> NoReturn:
    """End the command with a line on stderr."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


def read_settings(**given: Any) -> Settings:
    """The settings from the arguments and the environment; ends the command if one is invalid.
    Sets the clock if they say so."""
    try:
        check_names(Settings, os.environ)
        tracing.check(os.environ)
        settings = Settings(**given)
    except ValidationError as error:
        fail(" ".join(map(_wrong, error.errors())), WRONGLY_USED)
    except WrongEnvironment as error:
        fail(str(error), WRONGLY_USED)
    except SettingsError as error:  # its message names the field and a class of pydantic
        field = str(error).split('"')[1]
        fail(f"{name_of(field)}: It is not valid JSON.", WRONGLY_USED)
    if settings.clock is not None:
        clock.set_to(settings.clock)
    return settings


def _wrong(error: ErrorDetails) -> str:
    why = error["msg"].removeprefix("Value error, ")
    name = "".join(f"{name_of(str(part))}: " for part in error["loc"][:1])
    return f"{name}{why}."


def told(settings: Settings) -> str:
    """Which database it is, for people."""
    if settings.database_url is not None:
        return f"Database: {address.shown(settings.database_url)}"
    if not settings.embedded:
        return "Database: none"
    return f"Database: the gateway's own, in {settings.data.absolute()}"


@contextmanager
def database(settings: Settings, *, joins: bool = False, makes: bool = False) -> Iterator[str]:
    """The address of the database, which runs while the block does; people are told which it is.
    With `joins`, a running gateway's own server is used if there is one; with `makes`, a new one is
    made if there is none."""
    typer.echo(told(settings), err=True)
    with supervised_database(settings, joins=joins, makes=makes) as (url, _):
        yield url


@contextmanager
def supervised_database(
    settings: Settings, *, joins: bool = False, makes: bool = True
) -> Iterator[tuple[str, Check]]:
    """As `database`, with a function that restarts an embedded server if it has ended; the caller
    calls it regularly."""
    if settings.database_url is not None:
        yield settings.database_url, lambda: None
        return
    if not settings.embedded:
        fail(
            "GRADEBOOK_DATABASE_URL: There is no database, and GRADEBOOK_EMBEDDED is false.",
            WRONGLY_USED,
        )
    folder = settings.data / "postgresql"
    if not makes and not (folder / "PG_VERSION").exists():
        fail(
            f"There is no database in {settings.data.absolute()}: `gradebook serve`, `demo`,"
            " `new-school` and `restore` make one there; GRADEBOOK_DATA names another folder, and"
            " GRADEBOOK_DATABASE_URL a server."
        )
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"GRADEBOOK_DATA: {settings.data} cannot be made: {error.strerror}.", WRONGLY_USED)
    server = EmbeddedServer(folder)
    with ExitStack() as stack:
        try:
            url = stack.enter_context(started(server, joins=joins))
        except EmbeddedServerError as error:
            fail(f"The gateway's own PostgreSQL cannot be used: {error}")
        yield url, server.restart_if_ended


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    """An asyncpg connection to the database, with its tables upgraded."""
    connection: Any = None
    try:
        connection = await asyncpg.connect(**asyncpg_parameters(url))
        await check_server(url, connection)
        await migrate(url)
    except CANNOT_BE_USED as error:
        if connection is not None:
            await connection.close()
        fail(f"The database cannot be used: {_why(error)}")
    try:
        yield connection
    except (asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError) as error:
        fail(f"The database has ended meanwhile: {error}")
    finally:
        await connection.close()


def _why(error: BaseException) -> str:
    """The first line of what was told, without the number of a system's error."""
    found = getattr(error, "orig", None) or error
    told = (getattr(found, "strerror", None) or str(found)).splitlines()
    if told and any(each in told[0] for each in NOT_CONNECTED):
        return "nothing answers at this address."
    return told[0] if told else type(error).__name__


def with_connection(
    work: Callable[[Any], Awaitable[T]], settings: Settings | None = None, *, makes: bool = False
) -> T:
    """Run the work with a connection to the database, also while a gateway serves it."""

    async def run(url: str) -> T:
        async with connected(url) as connection:
            return await work(connection)

    with database(settings or read_settings(), joins=True, makes=makes) as url:
        return asyncio.run(run(url))
