"""The end of a process: what has begun is answered, and clients are told to come back elsewhere."""

import asyncio
from collections.abc import Awaitable, Callable

RESTARTS = 1012
"""The WebSocket close code of a service that restarts (IANA's registry for RFC 6455)."""
REASON = "The service restarts: connect again and resume"
CALLS_PER_SECOND = 1_000
"""How many clients are sent away in a second, where there is time: all at once they would also come
again at once, and the other processes would hear of nothing else."""
OnDrain = Callable[[], Awaitable[None]]


class Draining:
    """Begins at most once; whoever holds a connection open is asked to leave then."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        """No more work is taken here."""
        self.announced = False
        """A load balancer should choose another process; this one still takes work."""
        self._callbacks: set[OnDrain] = set()
        self._running: set[asyncio.Future[None]] = set()

    def begin(self, within: float = 0.0) -> None:
        """Guests are asked to leave one after another, all of them `within` so many seconds."""
        self.announced = True
        self.begun.set()
        pause = pause_between(len(self._callbacks), within)
        for place, callback in enumerate(self._callbacks):
            asyncio.get_running_loop().call_later(place * pause, self.call_now, callback)

    def call_now(self, callback: OnDrain) -> None:
        """Ask a guest to leave now, unless it has been asked."""
        if callback in self._callbacks:
            self._callbacks.discard(callback)
            self._call(callback)

    def on_drain(self, callback: OnDrain) -> "DrainRegistration":
        """While the block runs, `callback` is what happens when the process drains."""
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
    """Seconds from one guest's leaving to the next one's."""
    return min(1 / CALLS_PER_SECOND, within / max(callbacks, 1))


class DrainRegistration:
    """A block that is asked to leave; no generator, as there are thousands of them."""

    __slots__ = ("_callback", "_draining")

    def __init__(self, draining: Draining, callback: OnDrain) -> None:
        self._draining = draining
        self._callback = callback

    def __enter__(self) -> None:
        self._draining.register(self._callback)

    def __exit__(self, *_: object) -> None:
        self._draining.unregister(self._callback)
