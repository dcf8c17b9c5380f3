"""The listening sockets, opened before anything else starts and shared by the worker processes."""

import socket
import sys
from typing import Self

from gateway.settings import Settings

BALANCED = sys.platform == "linux"
"""Whether the kernel balances connections over several sockets of a port. With a single socket,
some processes accepted up to five times as many as others."""


class Listeners:
    """One socket for each worker if the kernel balances them, or else one for all.

    The parent keeps them open while workers are replaced, so that no pending connection is lost.
    Raises OSError if the port is not available.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._apart = BALANCED and settings.workers > 1
        # Binding it without SO_REUSEPORT fails if another gateway uses the port.
        alone = self._bound(settings.port)
        self.port: int = alone.getsockname()[1]
        self._sockets: list[socket.socket | None] = [alone] * settings.workers
        if self._apart:
            alone.close()
            self._sockets = [self._another() for _ in self._sockets]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getitem__(self, number: int) -> socket.socket:
        found = self._sockets[number]
        if found is None:
            found = self._sockets[number] = self._another()
        return found

    def give_up(self, number: int) -> None:
        """Close the socket of a worker that will be missing for a while, so that no client waits at
        it."""
        if self._apart:
            self._close(number)

    def close(self) -> None:
        for number in range(len(self._sockets)):
            self._close(number)

    def _close(self, number: int) -> None:
        if (one := self._sockets[number]) is not None:
            one.close()
            self._sockets[number] = None

    def _another(self) -> socket.socket:
        return self._bound(self.port, shared=True)

    def _bound(self, port: int, *, shared: bool = False) -> socket.socket:
        host = self._settings.host
        made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if shared:
                made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            if sys.platform == "linux":
                # Connections inherit it: they end if the peer acknowledges nothing for so long.
                patience = int(2_000 * self._settings.ping_seconds)
                made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, patience)
            made.bind((host, port))
        except OSError:
            made.close()
            raise
        return made
