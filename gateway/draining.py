"""The end of a process: what has begun is answered, and clients are told to come back elsewhere."""

import asyncio
from collections.abc import Awaitable, Callable

RESTARTS = 1012
"""The WebSocket close code of a service that restarts (IANA's registry for RFC 6455)."""
REASON = "The service restarts: connect again and resume"
A_SECOND = 1_000
"""How many clients are sent away in a second, where there is time: all at once they would also come
again at once, and the other processes would hear of nothing else."""
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

    def begin(self, within: float = 0.0) -> None:
        """Guests are asked to leave one after another, all of them `within` so many seconds."""
        self.announced = True
        self.begun.set()
        pause = apart(len(self._guests), within)
        for place, leave in enumerate(self._guests):
            asyncio.get_running_loop().call_later(place * pause, self.hurry, leave)

    def hurry(self, leave: Leave) -> None:
        """Ask a guest to leave now, unless it has been asked."""
        if leave in self._guests:
            self._guests.discard(leave)
            self._ask(leave)

    def guest(self, leave: Leave) -> "Guest":
        """While the block runs, `leave` is what happens when the process drains."""
        return Guest(self, leave)

    def welcome(self, leave: Leave) -> None:
        self._guests.add(leave)
        if self.begun.is_set():
            self.hurry(leave)

    def part(self, leave: Leave) -> None:
        self._guests.discard(leave)

    def _ask(self, leave: Leave) -> None:
        leaving = asyncio.ensure_future(leave())
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)


def apart(guests: int, within: float) -> float:
    """Seconds from one guest's leaving to the next one's."""
    return min(1 / A_SECOND, within / max(guests, 1))


class Guest:
    """A block that is asked to leave; no generator, as there are thousands of them."""

    __slots__ = ("_draining", "_leave")

    def __init__(self, draining: Draining, leave: Leave) -> None:
        self._draining = draining
        self._leave = leave

    def __enter__(self) -> None:
        self._draining.welcome(self._leave)

    def __exit__(self, *_: object) -> None:
        self._draining.part(self._leave)
