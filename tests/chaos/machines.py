"""What can be killed: PostgreSQL and the gateways, started again where they were."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from random import Random
from urllib.parse import quote

import asyncpg
import httpx
import psutil

from db.embedded import EmbeddedServer
from db.embedded.cluster import NAME
from db.embedded.ownership import postmaster
from tests.chaos.bugs import CHAOS_BUG
from tests.chaos.proxy import Proxy
from tests.gateway.processes import GRADEBOOK

ANSWERS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""What a client of a database may meet that is killed."""

METRICS = "of-the-metrics"
"""The bearer token of a host's `/metrics`."""
USED = re.compile(r'^gradebook_kept_answers_total\{kind="hits"\} (\S+)$', flags=re.MULTILINE)
CUT = """
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def serves_a_client(process: psutil.Process) -> bool:
    """False for one that has just ended."""
    with suppress(psutil.NoSuchProcess):
        return "[local]" in "".join(process.cmdline())
    return False


class Database:
    """A PostgreSQL whose address stays, though the embedded server moves at every start.

    It is durable: what it has acknowledged outlives SIGKILL.
    """

    def __init__(self, folder: Path) -> None:
        self._link = folder / "postgresql"
        self._server = EmbeddedServer(folder / "data", settings={"shared_buffers": "64MB"})
        self.url = f"postgresql://{NAME}@/{NAME}?host={quote(str(self._link))}"

    def start(self) -> None:
        self._server.start()
        self._link.unlink(missing_ok=True)
        sockets = self._server.url.partition("?host=")[2]
        self._link.symlink_to(sockets.replace("%2F", "/"))

    def stop(self) -> None:
        self._server.stop()

    def kill(self) -> str:
        """SIGKILL for the server and all its processes at once; what it was."""
        server = postmaster(self._server.data)
        if server is not None:
            victims = [server, *server.children()]
            for victim in victims:
                with suppress(psutil.NoSuchProcess):
                    victim.kill()
            psutil.wait_procs(victims, timeout=10)
        self._server.stop()
        return "PostgreSQL killed"

    def kill_one(self, chance: Random) -> None:
        """SIGKILL for one client's process, after which the server recovers by itself."""
        server = postmaster(self._server.data)
        clients = list(filter(serves_a_client, server.children())) if server else []
        if clients:
            with suppress(psutil.NoSuchProcess):
                chance.choice(clients).kill()

    async def cut_readers(self, seconds: float) -> int:
        """Keep students and courses from being read for a while, then cut whoever waits for them;
        how many there were."""
        with suppress(*ANSWERS):
            connection = await asyncpg.connect(self.url, timeout=5)
            try:
                async with connection.transaction():
                    await connection.execute("LOCK student, course IN ACCESS EXCLUSIVE MODE")
                    await asyncio.sleep(seconds)
                    return len(await connection.fetch(CUT))
            finally:
                connection.terminate()
        return 0

    async def until_up(self) -> None:
        while True:
            with suppress(*ANSWERS):
                connection = await asyncpg.connect(self.url, timeout=5)
                await connection.close()
                return
            await asyncio.sleep(0.05)

    async def founded(self) -> None:
        """Called once the school is there, before a gateway serves it."""


class Host:
    """`gradebook serve` on one machine, and the proxy by which its clients come."""

    def __init__(
        self, proxy: Proxy, workers: int, environment: Mapping[str, str], log: Path, bug: str | None
    ) -> None:
        self.proxy = proxy
        self.workers = workers
        self._log = log
        self._environment = os.environ | dict(environment)
        self._command = [str(GRADEBOOK)]
        if bug is not None:
            self._environment[CHAOS_BUG] = bug
            self._command = [sys.executable, "-m", "tests.chaos.bugged"]
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it, as often as needed until it serves."""
        while not await self._started():
            await asyncio.sleep(0.2)

    async def _started(self) -> bool:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, "serve", "--port", "0", "--workers", str(self.workers),
                env=self._environment, stdout=asyncio.subprocess.PIPE, stderr=log,
            )  # fmt: skip
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            if line.startswith(b"Gradebook: http://"):
                host, _, port = line.decode().split("/")[2].partition(":")
                self.proxy.upstream = (host, int(port))
                return True
        await self._process.wait()
        return False

    async def end(self, by: signal.Signals) -> None:
        """SIGKILL takes the workers with it, SIGTERM lets them drain."""
        self.proxy.upstream = None
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(by)
            await self._process.wait()

    def renew(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGHUP)

    def kill_worker(self, chance: Random) -> bool:
        """SIGKILL for a worker, whom the parent replaces; whether there was one."""
        with suppress(psutil.NoSuchProcess):
            assert self._process is not None
            children = psutil.Process(self._process.pid).children()
            workers = [one for one in children if "--multiprocessing-fork" in one.cmdline()]
            if workers:
                chance.choice(workers).kill()
                return True
        return False

    async def until_up(self) -> None:
        async with httpx.AsyncClient(timeout=10) as client:
            while True:
                with suppress(httpx.TransportError):
                    answer = await client.get(f"http://{self.proxy.address}/readyz")
                    if answer.status_code == 200:
                        return
                await asyncio.sleep(0.1)

    async def kept_answers(self) -> int:
        """How many requests kept answers have served, of processes that still live."""
        headers = {"Authorization": f"Bearer {METRICS}"}
        async with httpx.AsyncClient(headers=headers, timeout=10) as client:
            with suppress(httpx.TransportError):
                page = await client.get(f"http://{self.proxy.address}/metrics")
                return sum(int(float(each)) for each in USED.findall(page.text))
        return 0
