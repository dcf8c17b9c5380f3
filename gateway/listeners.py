"""The port: taken before anything else is started, and shared by the processes that serve it."""

import socket
import sys
from typing import Self

from gateway.settings import Settings

BALANCED = sys.platform == "linux"
"""Whether the kernel spreads connections evenly over sockets of one port. Processes that accept
from a single socket were measured to take up to five times as many as their neighbours."""


class Listeners:
    """One socket a worker where the kernel balances them, or else one for all.

    They stay open here while workers come and go, so that no connection is lost that has been
    made but not yet accepted. `OSError` where the port is not to be had.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._apart = BALANCED and settings.workers > 1
        # Bound on its own it also finds another gateway that would share the port.
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
        """Nobody accepts from this socket for a while: clients shall not wait at it."""
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
                # Connections inherit it, and end where a peer has taken nothing for so long.
                patience = int(2_000 * self._settings.ping_seconds)
                made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, patience)
            made.bind((host, port))
        except OSError:
            made.close()
            raise
        return made
