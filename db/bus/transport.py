"""What carries calls between processes."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

Notify = Callable[[], Awaitable[object]]


class Transport(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def may_open(self) -> bool:
        """Whether there is any use in trying."""

    def open(
        self, received: Callable[[], None], disconnected: Callable[[], None]
    ) -> AbstractAsyncContextManager[Notify]:
        """A connection, and how to call over it: `received` is called back for each call of another
        process, `disconnected` when the connection ends by itself."""
