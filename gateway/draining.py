"""Draining: a process that ends finishes what has begun, and has its clients reconnect
elsewhere."""

import asyncio
from collections.abc import Awaitable, Callable

RESTARTS = 1012
"""The WebSocket close code "Service Restart" (IANA's registry for RFC 6455)."""
REASON = "The service restarts: connect again and resume"
CALLS_PER_SECOND = 1_000
"""Clients that are disconnected in a second, if there is time: if all reconnected at once, the
other processes would be busy with nothing else."""
OnDrain = Callable[[], Awaitable[None]]


class Draining:
    """Begins at most once, and then calls back all who hold a connection open."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        """The process takes no more work."""
        self.announced = False
        """Load balancers should choose another process; this one still takes work."""
        self._callbacks: set[OnDrain] = set()
        self._running: set[asyncio.Future[None]] = set()

    def begin(self, within: float = 0.0) -> None:
        """Begin, and call the callbacks one after another `within` this many seconds."""
        self.announced = True
        self.begun.set()
        pause = pause_between(len(self._callbacks), within)
        for place, callback in enumerate(self._callbacks):
            asyncio.get_running_loop().call_later(place * pause, self.call_now, callback)

    def call_now(self, callback: OnDrain) -> None:
        """Call the callback now, unless it was called already."""
        if callback in self._callbacks:
            self._callbacks.discard(callback)
            self._call(callback)

    def on_drain(self, callback: OnDrain) -> "DrainRegistration":
        """While the block runs, `callback` is registered for the draining."""
        return DrainRegistration(self, callback)

    def register(self, callback: OnDrain) -> None:
        self._callbacks.add(callback)
        if self.begun.is_set():
            self.call_now(callback)

    def unregister(self, callback: OnDrain) -> None:
        self._callbacks.discard(callback)

    def _call(self, callback: OnDrain) -> None:
        running = asyncio.ensure_future(callback())
        self._running.add(running)
        running.add_done_callback(self._running.discard)


def pause_between(callbacks: int, within: float) -> float:
    """Seconds between two callbacks."""
    return min(1 / CALLS_PER_SECOND, within / max(callbacks, 1))


class DrainRegistration:
    """A context manager that registers a callback; no generator, as there are thousands."""

    __slots__ = ("_callback", "_draining")

    def __init__(self, draining: Draining, callback: OnDrain) -> None:
        self._draining = draining
        self._callback = callback

    def __enter__(self) -> None:
        self._draining.register(self._callback)

    def __exit__(self, *_: object) -> None:
        self._draining.unregister(self._callback)
