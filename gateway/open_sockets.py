"""The WebSockets of each account, which are closed when their session ends."""

from collections.abc import Hashable
from typing import Protocol


class Socket(Protocol):
    def expect_session(self) -> None:
        """Close the socket soon, unless its session still holds."""


class OpenSockets:
    def __init__(self) -> None:
        self._of: dict[Hashable, set[Socket]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._of.values()))

    def add(self, account: Hashable, socket: Socket) -> None:
        self._of.setdefault(account, set()).add(socket)

    def remove(self, account: Hashable, socket: Socket) -> None:
        sockets = self._of.get(account, set())
        sockets.discard(socket)
        if not sockets:
            self._of.pop(account, None)

    def sessions_changed(self, account: Hashable) -> None:
        """Sessions of the account may have ended."""
        for socket in tuple(self._of.get(account, ())):
            socket.expect_session()
