"""`gradebook serve` and `gradebook migrate`."""

import asyncio
import logging
import socket
from typing import Annotated

import typer
import uvicorn

from gateway.command.database import connected, database, fail, with_connection
from gateway.command.demo import Accounts, demo_accounts, show
from gateway.patience import PatientHTTP, PatientWebSocket
from gateway.settings import Settings

Host = Annotated[str | None, typer.Option(help="The address to listen at.")]
Port = Annotated[int | None, typer.Option(help="The port to listen at.", min=0, max=65_535)]
Demo = Annotated[bool, typer.Option("--demo", help="Fill an empty database with a demo school.")]


def serve(demo: Demo = False, host: Host = None, port: Port = None) -> None:
    """Serve the gateway, over a PostgreSQL of its own unless GRADEBOOK_DATABASE_URL is set."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    given = {"host": host, "port": port}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    with listening(settings) as listener, database(settings) as url:
        accounts = asyncio.run(prepare(settings, url, demo))
        run(settings, url, accounts, listener)


def listening(settings: Settings) -> socket.socket:
    """The port, taken before anything else is started."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        fail(
            f"Cannot listen at {settings.host}:{settings.port}: {error.strerror}."
            " Choose another with --port."
        )
    return listener


async def prepare(settings: Settings, url: str, demo: bool) -> Accounts:
    """Bring the database to the newest tables; the accounts of the demo school, if wanted."""
    async with connected(url) as connection:
        return await demo_accounts(connection, settings) if demo else ()


def run(settings: Settings, url: str, accounts: Accounts, listener: socket.socket) -> None:
    from gateway.process import build_app  # the schema takes a while to build

    config = uvicorn.Config(
        build_app(settings, url, accounts),
        http=PatientHTTP,
        ws=PatientWebSocket,
        ws_max_size=settings.max_body_bytes,
        ws_per_message_deflate=False,
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=5,
    )
    Server(config, settings.host, listener, accounts).run(sockets=[listener])


class Server(uvicorn.Server):
    """Says where it is once it can be reached."""

    def __init__(
        self, config: uvicorn.Config, host: str, listener: socket.socket, accounts: Accounts
    ) -> None:
        super().__init__(config)
        name = f"[{host}]" if ":" in host else host
        self.address = f"http://{name}:{listener.getsockname()[1]}"
        self.accounts = accounts

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            show(self.accounts)
            typer.echo(f"Gradebook: {self.address}/graphiql")


def migrate() -> None:
    """Bring the database to the tables of this version."""

    async def nothing_more(_: object) -> None: ...

    with_connection(nothing_more)
    typer.echo("The database has the newest tables.")
