"""A worker process as its parent sees it, and the slot that successive workers fill."""

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
"""Seconds of service after which a worker's death no longer delays the next start."""
SHORTEST, LONGEST = 0.5, 30.0
"""The shortest and longest delay, in seconds, before a failing worker is restarted."""
PATIENCE = 10.0
"""Seconds beyond the draining time after which a worker is killed."""


class Worker:
    """One worker process from start to end."""

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
        """When it is killed, once it was told to stop."""

    def __str__(self) -> str:
        return f"Worker {self._process.pid}"

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative for the signal that ended it."""
        return self._process.exitcode

    @property
    def news(self) -> list[int | Connection]:
        """Objects that become readable when it is up and when it has ended."""
        return [self._process.sentinel, *(() if self._up.closed else (self._up,))]

    def check(self) -> None:
        """Update its state; kill it if it does not end in time."""
        if not self._up.closed and self._up.poll():
            with suppress(EOFError):
                self.is_up = bool(self._up.recv_bytes())
            self._up.close()
        if self.ends_by is not None and monotonic() > self.ends_by:
            self._process.kill()

    def stop(self, signal_: signal.Signals) -> None:
        """Tell it to drain, with SIGTERM or, without delay for load balancers, SIGINT."""
        if self._process.is_alive() and self._process.pid is not None:
            os.kill(self._process.pid, signal_)
        self.ends_by = monotonic() + self._grace

    def kill(self) -> None:
        self._process.kill()


@dataclass
class WorkerSlot:
    """A slot on the port, which always has a worker or gets one soon."""

    number: int
    worker: Worker | None = None
    successor: Worker | None = None
    """Replaces the worker when it is up."""
    failures: int = 0
    """Consecutive workers that died early."""
    start_at: float = 0.0

    @property
    def is_served(self) -> bool:
        return self.worker is not None and self.worker.is_up

    def on_death(self, worker: Worker) -> float:
        """The worker has died; returns the delay before the next start."""
        self.worker = None
        lived = worker.is_up and monotonic() - worker.since > STABLE
        self.failures = 0 if lived else self.failures + 1
        # The first failure has no delay.
        again = SHORTEST * 2.0 ** (self.failures - 2) if self.failures > 1 else 0.0
        delay = min(LONGEST, again)
        self.start_at = monotonic() + delay
        return delay

    def promote(self) -> Worker | None:
        """Replace the worker by its successor; returns the old worker."""
        before, self.worker, self.successor = self.worker, self.successor, None
        self.failures = 0
        return before
