"""Searches that a request asks for, such as for the marks that are needed: in a thread of their
own, one at a time, and for so long in all."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import TypeVar

T = TypeVar("T")
MOST_SECONDS = 3.0
"""For all searches of a request: what is asked for beyond is given up at once."""
THREAD = ThreadPoolExecutor(1, "searches")
"""One, so that searches leave the threads of everything else alone, and the other cores."""


class Searching:
    """The searches of one request."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MOST_SECONDS

    async def run(self, search: Callable[[float], T], seconds: float) -> T:
        """What the search finds, which is told how many seconds it has."""
        return await asyncio.get_running_loop().run_in_executor(
            THREAD, lambda: self._timed(search, seconds)
        )

    def _timed(self, search: Callable[[float], T], seconds: float) -> T:
        begun = monotonic()
        try:
            return search(min(seconds, self.left))
        finally:
            self.left = max(self.left - (monotonic() - begun), 0.0)
