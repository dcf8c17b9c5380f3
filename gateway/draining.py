"""The end of a process: what has begun is answered, and clients are told to come back elsewhere."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

RESTARTS = 1012
"""The WebSocket close code of a service that restarts (IANA's registry for RFC 6455)."""
REASON = "The service restarts: connect again and resume"
Leave = Callable[[], Awaitable[None]]


class Draining:
    """Begins at most once; whoever holds a connection open is asked to leave then."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        """No more work is taken here."""
        self.announced = False
        """A load balancer should choose another process; this one still takes work."""
        self._guests: set[Leave] = set()
        self._leaving: set[asyncio.Future[None]] = set()

    def begin(self) -> None:
        self.announced = True
        self.begun.set()
        for leave in list(self._guests):
            self._ask(leave)

    @contextmanager
    def guest(self, leave: Leave) -> Iterator[None]:
        """While the block runs, `leave` is what happens when the process drains."""
        self._guests.add(leave)
        if self.begun.is_set():
            self._ask(leave)
        try:
            yield
        finally:
            self._guests.discard(leave)

    def _ask(self, leave: Leave) -> None:
        leaving = asyncio.ensure_future(leave())
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)
