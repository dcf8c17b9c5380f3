"""A worker as its parent sees it, and the place on the port that one worker after another has."""

import os
import signal
import socket
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import monotonic

from gateway.worker import Job, work

STABLE = 10.0
"""Seconds of service after which a worker's death has nothing to do with its start."""
SHORTEST, LONGEST = 0.5, 30.0
"""Seconds between two starts of a worker that dies again and again."""
PATIENCE = 10.0
"""Seconds beyond its grace after which a worker that does not end is killed."""


class Worker:
    """One process from its start to its end."""

    def __init__(self, job: Job, listener: socket.socket) -> None:
        context = get_context("spawn")  # a fresh interpreter: no threads, and the newest code
        self._up, up = context.Pipe(duplex=False)
        self._process = context.Process(target=work, args=(job, listener, up))
        self._process.start()
        up.close()
        settings = job.settings
        self._grace = settings.drain_delay_seconds + settings.drain_seconds + PATIENCE
        self.since = monotonic()
        self.is_up = False
        self.ends_by: float | None = None
        """When it is killed, once it was told to end."""

    def __str__(self) -> str:
        return f"Worker {self._process.pid}"

    @property
    def exit_code(self) -> int | None:
        """None while it lives; negative for the signal that ended it."""
        return self._process.exitcode

    @property
    def news(self) -> list[int | Connection]:
        """What becomes readable when it is up, and when it has ended."""
        return [self._process.sentinel, *(() if self._up.closed else (self._up,))]

    def check(self) -> None:
        """Take note of what has happened to it; end it where it does not end itself."""
        if not self._up.closed and self._up.poll():
            with suppress(EOFError):
                self.is_up = bool(self._up.recv_bytes())
            self._up.close()
        if self.ends_by is not None and monotonic() > self.ends_by:
            self._process.kill()

    def stop(self, signal_: signal.Signals) -> None:
        """Tell it to drain; after SIGINT it takes no more work at once."""
        if self._process.is_alive() and self._process.pid is not None:
            os.kill(self._process.pid, signal_)
        self.ends_by = monotonic() + self._grace

    def kill(self) -> None:
        self._process.kill()


@dataclass
class WorkerSlot:
    """A share of the port; there is always a worker for it, or soon will be."""

    number: int
    worker: Worker | None = None
    successor: Worker | None = None
    """Takes the worker's place when it is up."""
    failures: int = 0
    """How many workers in a row have died early."""
    start_at: float = 0.0

    @property
    def is_served(self) -> bool:
        return self.worker is not None and self.worker.is_up

    def on_death(self, worker: Worker) -> float:
        """The worker has died; in how many seconds the next one starts."""
        self.worker = None
        lived = worker.is_up and monotonic() - worker.since > STABLE
        self.failures = 0 if lived else self.failures + 1
        # The first one to die is replaced at once.
        again = SHORTEST * 2.0 ** (self.failures - 2) if self.failures > 1 else 0.0
        delay = min(LONGEST, again)
        self.start_at = monotonic() + delay
        return delay

    def promote(self) -> Worker | None:
        """The heir takes over; the worker it takes over from, if any."""
        before, self.worker, self.successor = self.worker, self.successor, None
        self.failures = 0
        return before
