"""The parent of several workers on one port: starts, replaces and stops them."""

import logging
import signal
import socket
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait
from time import monotonic

from gateway.listeners import Listeners
from gateway.worker import Job
from gateway.workers import Worker, WorkerSlot

STOP = frozenset({signal.SIGTERM, signal.SIGINT})
TICK = 1.0
log = logging.getLogger("gradebook")


class Supervisor:
    """SIGTERM and SIGINT drain all workers and end; SIGHUP replaces them one after another."""

    def __init__(
        self,
        job: Job,
        listeners: Listeners,
        up: Callable[[], None],
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """`up` is called once, when all workers can be reached; `check` at least every second."""
        self._job = job
        self._listeners = listeners
        self._up: Callable[[], None] | None = up
        self._check = check
        self._slots = [WorkerSlot(number) for number in range(job.settings.workers)]
        self._workers: set[Worker] = set()
        self._to_renew: deque[WorkerSlot] = deque()
        self._stopping = False
        self._failed = False

    def run(self) -> bool:
        """Serve until a signal; False if the workers could not be started."""
        with caught({*STOP, signal.SIGHUP}) as signals:
            while not self._stopping or self._workers:
                news = [signals, *(one for worker in self._workers for one in worker.news)]
                wait(news, self._until_next())
                self._hear(signals)
                self._check_workers()
                if not self._stopping:
                    self._check()
                    self._fill()
                    self._renew()
        return not self._failed

    def _until_next(self) -> float:
        waits = (p.start_at - monotonic() for p in self._slots if p.worker is None)
        return max(0.0, min(waits, default=TICK))

    def _hear(self, signals: socket.socket) -> None:
        received = b""
        with suppress(BlockingIOError):
            received = signals.recv(64)
        for number in received:
            if number == signal.SIGHUP:
                self._to_renew = deque(self._slots)
            elif not self._stopping:
                self._stop()
            elif number == signal.SIGINT:  # a second signal ends them at once
                for worker in self._workers:
                    worker.kill()

    def _stop(self) -> None:
        self._stopping = True
        self._listeners.close()
        for worker in self._workers:
            worker.stop(signal.SIGTERM)

    def _check_workers(self) -> None:
        for worker in list(self._workers):
            worker.check()
            if worker.exit_code is not None:
                self._workers.remove(worker)
                self._ended(worker)
        for slot in self._slots:
            if slot.successor is not None and slot.successor.is_up and (before := slot.promote()):
                before.stop(signal.SIGINT)
        if self._up is not None and all(slot.is_served for slot in self._slots):
            self._up()
            self._up = None

    def _ended(self, worker: Worker) -> None:
        slot = next((p for p in self._slots if worker in (p.worker, p.successor)), None)
        if slot is None or self._stopping:
            return
        log.error("%s has ended with %s", worker, worker.exit_code)
        if worker is slot.successor:
            log.error("The workers are not renewed: those that serve go on")
            slot.successor = None
            self._to_renew.clear()
        elif self._up is not None and not worker.is_up:
            self._failed = True
            self._stop()
        elif slot.on_death(worker):
            self._listeners.give_up(slot.number)

    def _fill(self) -> None:
        for slot in self._slots:
            if slot.worker is None and slot.successor is None and monotonic() >= slot.start_at:
                slot.worker = self._start(slot)

    def _renew(self) -> None:
        """Replace the next worker once the previous one has ended."""
        busy = any(slot.successor is not None or not slot.is_served for slot in self._slots)
        if self._to_renew and not busy and all(w.ends_by is None for w in self._workers):
            slot = self._to_renew.popleft()
            slot.successor = self._start(slot)

    def _start(self, slot: WorkerSlot) -> Worker:
        worker = Worker(self._job, self._listeners[slot.number])
        self._workers.add(worker)
        return worker


@contextmanager
def caught(signals: set[signal.Signals]) -> Iterator[socket.socket]:
    """Catch the signals; yields a socket that receives their numbers."""
    receiver, sender = socket.socketpair()
    with receiver, sender:
        receiver.setblocking(False)
        sender.setblocking(False)
        descriptor = signal.set_wakeup_fd(sender.fileno())
        before = {one: signal.signal(one, lambda *_: None) for one in signals}
        try:
            yield receiver
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)
            signal.set_wakeup_fd(descriptor)
