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
from tempfile import TemporaryFile
from typing import Any

import orjson

from gateway.graphiql.build import find_node, install
from gateway.logs import SECURITY
from tests.bench import postgraphile as of_postgraphile
from tests.bench.load import Request
from tests.bench.operations import Operation

PEERS = Path(__file__).parent / "peers"
FUNCTIONS = PEERS / "functions.sql"


Sessions = dict[str, list[str]] | Path
"""By token, the ids of the students and courses that its holder may see; or a file of that."""


def as_it_is(_: Operation, body: bytes) -> Any:  # whatever JSON says
    return orjson.loads(body)


@dataclass(frozen=True, slots=True)
class Server:
    """`read` gives an answer the gateway's shape; `caches` says whether it keeps documents."""

    name: str
    url: str
    pid: int
    request: Callable[[Operation, str], Request]
    read: Callable[[Operation, bytes], Any] = as_it_is
    caches: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where the servers run: the database, and the core that all of them share."""

    database_url: str
    core: int | None


@contextmanager
def gateway(place: Place) -> Iterator[Server]:
    """The gateway as it is served, with every guard on."""
    port = free_port()
    command = [
        str(Path(sys.executable).with_name("gradebook")),
        "serve",
        "--demo",
        "--port",
        str(port),
    ]
    with process(command, {"GRADEBOOK_DATABASE_URL": place.database_url}, port, place.core) as run:
        yield Server("gateway", *run, Operation.graphql, caches=True)


@contextmanager
def handwritten(place: Place, sessions: Sessions) -> Iterator[Server]:
    with python("tests.bench.handwritten", place, sessions) as run:
        yield Server("hand-written", *run, Operation.rest)


@contextmanager
def tutorial(place: Place, sessions: Sessions) -> Iterator[Server]:
    with python("tests.bench.tutorial", place, sessions) as run:
        yield Server("Strawberry tutorial", *run, Operation.graphql)


@contextmanager
def mercurius(place: Place, sessions: Sessions) -> Iterator[Server]:
    with node("mercurius.js", place, sessions) as run:
        yield Server("Mercurius + JIT", *run, Operation.graphql, caches=True)


@contextmanager
def postgraphile(place: Place, sessions: Sessions) -> Iterator[Server]:
    ask, read = of_postgraphile.asked, of_postgraphile.as_ours
    with node("postgraphile.js", place, sessions) as run:
        yield Server("PostGraphile 5", *run, ask, read, caches=True)


Running = tuple[str, int]
"""A server's address and process."""


@contextmanager
def python(module: str, place: Place, sessions: Sessions) -> Iterator[Running]:
    port = free_port()
    command = [
        sys.executable, "-m", "uvicorn", f"{module}:app", "--port", str(port),
        "--http", "httptools", "--no-access-log", "--no-server-header", "--log-level", "warning",
    ]  # fmt: skip
    with process(command, told(place, sessions), port, place.core) as run:
        yield run


@contextmanager
def node(script: str, place: Place, sessions: Sessions) -> Iterator[Running]:
    install(PEERS)
    port = free_port()
    command = [str(find_node()[0]), str(PEERS / script)]
    settings = told(place, sessions) | {"BENCH_PORT": str(port), "NODE_ENV": "production"}
    with process(command, settings, port, place.core) as run:
        yield run


def told(place: Place, sessions: Sessions) -> dict[str, str]:
    """A file of sessions is for those that are too many for an environment."""
    given = f"@{sessions}" if isinstance(sessions, Path) else json.dumps(sessions)
    return {"BENCH_DATABASE_URL": place.database_url, "BENCH_SESSIONS": given}


def sessions_told() -> dict[str, frozenset[str]]:
    """What a server in Python was told: by token, the ids that its holder may see."""
    given = os.environ["BENCH_SESSIONS"]
    text = Path(given[1:]).read_text() if given.startswith("@") else given
    return {token: frozenset(ids) for token, ids in json.loads(text).items()}


@contextmanager
def process(
    command: list[str], settings: dict[str, str], port: int, core: int | None
) -> Iterator[Running]:
    """The address and process of the command, once it takes connections. What it has logged is
    shown when it has ended, but for the bench's own sign-ins."""
    with TemporaryFile("w+") as log:
        with on_core(core):
            running = subprocess.Popen(
                command, env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        try:
            wait_for(port, running)
            yield f"http://127.0.0.1:{port}", running.pid
        finally:
            running.terminate()
            running.wait(20)
            log.seek(0)
            sys.stderr.writelines(line for line in log if f"{SECURITY}: signed_in" not in line)


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """What is started meanwhile runs on the core with all of its threads."""
    if core is None:
        yield
        return
    own = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, own)


def wait_for(port: int, running: "subprocess.Popen[bytes]") -> None:
    for _ in range(3_600):  # a machine that is busy with other things takes its time
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
