"""What carries messages between processes."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

Notify = Callable[[], Awaitable[object]]


class Transport(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def may_open(self) -> bool:
        """Whether a connection can be opened at all."""

    def open(
        self, received: Callable[[], None], disconnected: Callable[[], None]
    ) -> AbstractAsyncContextManager[Notify]:
        """Open a connection and yield the function that sends a message. `received` is called for
        each message of another process, `disconnected` when the connection ends by itself."""
