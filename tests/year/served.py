"""A gateway on a port of this process, on a database of its own, with a clock that is set."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import asyncpg
from typer.testing import CliRunner

from db.migrations import migrate
from domain import clock
from domain.ids import uuid7
from gateway.command import app as command
from gateway.process import build_app
from gateway.server import Server
from gateway.settings import Settings
from resolvers.global_id import read
from tests.quick_passwords import quick_passwords
from tests.year.model.world import PASSWORD as PASSWORD
from tests.year.model.world import Account, Guardian, Person, Student, Teacher

CONNECTIONS = 6


class CommandFailed(Exception):
    """A command of `gradebook` that ended with an error."""


@dataclass
class Served:
    """`host` is the host and port; the database may be looked at by its address."""

    host: str
    database_url: str
    hash: str
    connection: "asyncpg.Connection[asyncpg.Record]"
    today: date = date.min

    def set_clock(self, day: date, hour: int = 6) -> None:
        self.today = day
        clock.set_to(datetime.combine(day, time(hour), UTC))

    async def gradebook(self, *arguments: str, typed: str | None = None) -> str:
        return await gradebook(self.database_url, *arguments, typed=typed)

    async def add_account(self, account: Account) -> None:
        """Make an account for people, by hand: the public API has no way to yet.

        Nobody has asked by it, so no rights of it are remembered.
        """
        async with self.connection.transaction():
            await self.connection.execute(
                "INSERT INTO account"
                " (id, login, password_hash, display_name, active, created_at)"
                " VALUES ($1, $2, $3, $2, true, now())",
                number := uuid7(), account.login, self.hash,
            )  # fmt: skip
            for person in account.people:
                await self._join(number, person)

    async def join_account(self, account: Account, person: Person) -> None:
        """Have an account be one more person, likewise."""
        number = await self.connection.fetchval(
            "SELECT id FROM account WHERE login = $1", account.login
        )
        await self._join(number, person)

    async def _join(self, account: UUID, person: Person) -> None:
        _, school, number = read(person.id)
        role = _role(person)
        await self.connection.execute(
            f"INSERT INTO membership (school_id, id, account_id, role, {role}_id)"
            " VALUES ($1, $2, $3, $4, $5)",
            school, uuid7(), account, role.upper(), number,
        )  # fmt: skip


async def gradebook(database_url: str, *arguments: str, typed: str | None = None) -> str:
    """What a command of `gradebook` prints; it is run on a thread, by the same clock."""
    environment = {"GRADEBOOK_DATABASE_URL": database_url}
    result = await asyncio.to_thread(
        CliRunner().invoke, command, arguments, input=typed, env=environment
    )
    if result.exit_code != 0:
        raise CommandFailed(f"gradebook {' '.join(arguments)}: {result.output}")
    return result.output


def _role(person: object) -> str:
    for kind in (Student, Guardian, Teacher):
        if isinstance(person, kind):
            return kind.__name__.lower()
    raise TypeError(person)


@asynccontextmanager
async def new_database(server_url: str, *, tables: bool = True) -> AsyncIterator[str]:
    """The address of an empty database on the server, dropped at the end."""
    name = f"year_{uuid4().hex[:12]}"
    await _run(server_url, f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        url = urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
        if tables:
            await migrate(url)
        yield url
    finally:
        await _run(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _run(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


class Quiet(Server):
    """Leaves signals to the process that it is a part of."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(database_url: str, port: int = 0) -> AsyncIterator[Served]:
    """The gateway while the block runs; the clock is as it was again afterwards."""
    ahead = clock.ahead()
    folder = TemporaryDirectory(prefix="year-files-")
    files = folder.name
    listener = socket.create_server(("127.0.0.1", port))
    host = "{}:{}".format(*listener.getsockname())
    settings = Settings(
        database_url=database_url, connections=CONNECTIONS, drain_seconds=1, host="127.0.0.1",
        files=files,
    )  # fmt: skip
    started = asyncio.Event()
    server = Quiet(build_app(settings, database_url), started.set)
    connection = await asyncpg.connect(database_url)
    with folder, quick_passwords(PASSWORD) as hash_, listener:
        running = asyncio.create_task(server.serve(sockets=[listener]))
        waiting = asyncio.create_task(started.wait())
        try:
            await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                await running
            yield Served(host, database_url, hash_, connection)
        finally:
            waiting.cancel()
            server.should_exit = True
            with suppress(asyncio.CancelledError):
                await running
            clock.set_ahead(ahead)
            await connection.close()
