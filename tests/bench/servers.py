"""The servers that are compared, one worker each, all on the same database."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.load import Request
from tests.bench.operations import Operation


@dataclass(frozen=True, slots=True)
class Server:
    name: str
    url: str
    pid: int
    request: Callable[[Operation, str], Request]


@contextmanager
def gateway(database_url: str, core: int | None) -> Iterator[Server]:
    """The gateway as it is served, with every guard on."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("gradebook")), "serve", "--port", str(port)]
    with process(command, {"GRADEBOOK_DATABASE_URL": database_url}, port, core) as (url, pid):
        yield Server("gateway", url, pid, Operation.graphql)


@contextmanager
def handwritten(
    database_url: str, sessions: dict[str, list[str]], core: int | None
) -> Iterator[Server]:
    port = free_port()
    command = [
        sys.executable, "-m", "uvicorn", "tests.bench.handwritten:app", "--port", str(port),
        "--http", "httptools", "--no-access-log", "--no-server-header", "--log-level", "warning",
    ]  # fmt: skip
    settings = {"BENCH_DATABASE_URL": database_url, "BENCH_SESSIONS": json.dumps(sessions)}
    with process(command, settings, port, core) as (url, pid):
        yield Server("hand-written", url, pid, Operation.rest)


@contextmanager
def process(
    command: list[str], settings: dict[str, str], port: int, core: int | None
) -> Iterator[tuple[str, int]]:
    """The address and process of the command, once it takes connections."""
    running = subprocess.Popen(
        command, env=os.environ | settings, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        if core is not None:
            os.sched_setaffinity(running.pid, {core})
        wait_for(port, running)
        yield f"http://127.0.0.1:{port}", running.pid
    finally:
        running.terminate()
        running.wait(20)


def wait_for(port: int, running: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if running.poll() is not None:
            raise RuntimeError(f"{running.args!r} ended with {running.returncode}.")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{running.args!r} takes no connections.")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
