"""`gradebook serve` and `gradebook migrate`."""

import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, NoReturn

import typer

from db.demo import let_in
from domain import clock
from gateway import logs
from gateway.command.database import (
    WRONGLY_USED,
    connected,
    fail,
    read_settings,
    supervised_database,
    told,
    with_connection,
)
from gateway.command.demo import Accounts, demo_accounts, show
from gateway.listeners import Listeners
from gateway.settings import Settings
from gateway.supervisor import Supervisor
from gateway.worker import Job

Host = Annotated[str | None, typer.Option(help="The address to listen at.")]
Port = Annotated[int | None, typer.Option(help="The port to listen at.", min=0, max=65_535)]
Demo = Annotated[bool, typer.Option("--demo", help="Fill an empty database with a demo school.")]
Workers = Annotated[
    int | None,
    typer.Option(help="How many processes serve the port; GRADEBOOK_WORKERS or 1.", min=1),
]
log = logging.getLogger("gradebook")
RESERVED = 10
"""Connections that are left for superusers, imports and other commands."""


def serve(
    demo: Demo = False, host: Host = None, port: Port = None, workers: Workers = None
) -> None:
    """Serve the gateway, over a PostgreSQL of its own unless GRADEBOOK_DATABASE_URL is set.

    SIGTERM and Ctrl+C let what has begun be answered, and end. With several workers SIGHUP starts
    each anew, one after another, without a moment in which nobody answers.
    """
    logs.set_up()
    signal.signal(signal.SIGTERM, _end)
    given = {"host": host, "port": port, "workers": workers}
    settings = read_settings(**{name: value for name, value in given.items() if value is not None})
    logs.set_up_by(settings)
    _check_files(settings)
    if settings.workers > 1:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # there is nothing to renew yet
    try:
        listeners = Listeners(settings)
    except OSError as error:
        fail(
            f"Cannot listen at {settings.host}:{settings.port}: {error.strerror}."
            " Choose another with --port."
        )
    with (
        listeners,
        supervised_database(settings) as (url, check),
        metrics_folder(settings) as folder,
    ):
        accounts, connections = asyncio.run(prepare(settings, url, demo))
        shared = settings.model_copy(update={"connections": connections})
        job = Job(shared, url, accounts, clock.ahead(), demo, folder)
        if settings.clock is not None:
            log.warning("The clock is set: it is %s here", clock.now().isoformat(" ", "seconds"))

        def up() -> None:
            show(accounts)
            typer.echo(told(settings))
            typer.echo(f"Gradebook: {address(settings, listeners.port)}/")
            if demo and settings.smtp_url is None:
                typer.echo(f"Mail: {address(settings, listeners.port)}/mail")
            for public in settings.public_url[:1]:
                typer.echo(f"For people: {public.address}/")

        if settings.workers == 1:
            job.serve(listeners[0], up, check)
        elif not Supervisor(job, listeners, up, check).run():
            fail("The workers could not be started.")


def _check_files(settings: Settings) -> None:
    """End the command where the first upload would fail."""
    try:
        settings.storage.check()
    except OSError as error:
        fail(
            f"GRADEBOOK_FILES: {settings.storage.place} cannot be written: {error.strerror}.",
            WRONGLY_USED,
        )


def _end(*_: object) -> NoReturn:
    raise SystemExit(0)


@contextmanager
def metrics_folder(settings: Settings) -> Iterator[Path | None]:
    """Where several processes keep what they have counted, for whichever is asked."""
    if settings.workers == 1:
        yield None
        return
    with TemporaryDirectory(prefix="gradebook-metrics-") as folder:
        yield Path(folder)


async def prepare(settings: Settings, url: str, demo: bool) -> tuple[Accounts, int]:
    """Upgrade the database; returns the demo accounts, if wanted, and the connections of each
    process."""
    async with connected(url) as connection:
        accounts = await demo_accounts(connection, settings) if demo else ()
        await let_in(connection, demo)
        most = int(await connection.fetchval("SHOW max_connections"))
    return accounts, share(settings, most)


def share(settings: Settings, most: int) -> int:
    """The number of connections of a process, so that all processes fit into `max_connections`."""
    if settings.workers == 1:
        return settings.connections
    # One more process lives while another is renewed.
    each = (most - RESERVED) // (settings.workers + 1)
    if each < 2:
        fail(f"PostgreSQL's max_connections, {most}, are too few for {settings.workers} workers.")
    return min(settings.connections, each)


def address(settings: Settings, port: int) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{port}"


def migrate() -> None:
    """Bring the database to the tables of this version."""

    async def nothing_more(_: object) -> None: ...

    with_connection(nothing_more)
    typer.echo("The database has the newest tables.")
