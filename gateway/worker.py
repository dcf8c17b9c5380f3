"""One serving process: alone, or one of several under a parent."""

import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from db.embedded.child_process import end_with_parent
from domain import clock
from gateway import logs
from gateway.garbage import collect_seldom, freeze_long_lived_objects, no_collections
from gateway.graphiql import DemoAccount
from gateway.settings import Settings

SECONDS_BETWEEN_THREADS = 0.001


@dataclass(frozen=True, slots=True)
class Job:
    """What a serving process needs."""

    settings: Settings
    database_url: str
    demo_accounts: Sequence[DemoAccount] = ()
    clock_ahead: timedelta = clock.NOT_AHEAD
    """How far ahead of the system's the clock of every worker is, so that all agree."""
    demo: bool = False
    metrics_folder: Path | None = None
    """Where the processes of the port keep what they have counted, if they are several."""

    def serve(
        self,
        listener: socket.socket,
        up: Callable[[], None],
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """Serve until a signal; `up` is called once the port is served, `check` regularly."""
        with no_collections():
            from gateway.process import build_app  # the schema takes a while to build
            from gateway.server import Server

        clock.set_ahead(self.clock_ahead)
        app = build_app(
            self.settings,
            self.database_url,
            self.demo_accounts,
            demo=self.demo,
            metrics_folder=self.metrics_folder,
        )
        freeze_long_lived_objects()
        shorten_switch_interval()
        Server(app, up, check).run(sockets=[listener])


def shorten_switch_interval() -> None:
    """Shorten the time that the event loop waits for the GIL while a thread prepares a document."""
    sys.setswitchinterval(SECONDS_BETWEEN_THREADS)


def work(job: Job, listener: socket.socket, up: Connection) -> None:
    """The main function of a worker process, which ends when its parent does."""
    collect_seldom()
    logs.set_up_by(job.settings)
    # A terminal sends SIGHUP to the workers too, but only the parent handles it.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None
    assert parent.pid is not None
    end_with_parent(parent.pid, signal.SIGKILL)
    if sys.platform != "linux":
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    job.serve(listener, lambda: up.send_bytes(b"up"))


def _end_with(parent: "multiprocessing.process.BaseProcess") -> None:
    parent.join()
    os._exit(1)
