"""What carries calls between processes."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

Call = Callable[[], Awaitable[object]]


class Line(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def may_open(self) -> bool:
        """Whether there is any use in trying."""

    def open(
        self, heard: Callable[[], None], lost: Callable[[], None]
    ) -> AbstractAsyncContextManager[Call]:
        """A connection, and how to call over it: `heard` is called back for each call of another
        process, `lost` when the connection ends by itself."""
