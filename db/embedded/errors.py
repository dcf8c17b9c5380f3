"""Errors of the embedded server; operators read them, clients never do."""

from pathlib import Path


class EmbeddedServerError(RuntimeError):
    """The server could not be set up or started."""


class EmbeddedServerInUse(EmbeddedServerError):
    """The data directory belongs to the server of another living owner.

    `sockets` is the folder of that server's socket, where the owner is known.
    """

    def __init__(self, message: str, sockets: Path | None = None) -> None:
        super().__init__(message)
        self.sockets = sockets
