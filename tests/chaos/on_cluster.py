"""The database of a round on a Citus cluster whose nodes all run on this machine: each of them is
killed in its turn."""

import asyncio
import os
import shlex
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import cycle
from pathlib import Path
from random import Random
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import psutil

from db.cluster import check, distribute
from db.embedded.ownership import postmaster
from tests import cluster
from tests.chaos.machines import ANSWERS, Database

START = "GRADEBOOK_TEST_CLUSTER_START"
"""Names the command that starts whatever node does not run, and returns once it answers."""


class OnCluster(Database):
    """A database of a cluster that runs already and goes on afterwards."""

    def __init__(self, url: str, nodes: Sequence[Path], seed: str) -> None:
        self.url = url
        self._nodes = nodes
        """Their folders of data, the coordinator's first."""
        self._name = urlsplit(url).path[1:]
        self._next = cycle(Random(f"{seed} nodes").sample(range(len(nodes)), len(nodes)))

    @classmethod
    @asynccontextmanager
    async def made(cls, seed: str) -> AsyncIterator["OnCluster"]:
        """One with nothing in it, dropped with the block."""
        server = os.environ["GRADEBOOK_TEST_DATABASE_URL"]
        name = f"chaos_{seed.replace('.', '_')}"
        await cluster.copy(server, "template0", name)
        try:
            url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
            folders = await cluster.everywhere(server, "SHOW data_directory")
            yield cls(url, [Path(each) for each in folders], seed)
        finally:
            await cluster.drop(server, name)

    async def founded(self) -> None:
        connection = await asyncpg.connect(self.url)
        try:
            await distribute(connection, cluster.SHARDS)
            await check(connection)
        finally:
            await connection.close()

    def start(self) -> None:
        command = shlex.split(os.environ[START])
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        """It is not ours."""

    def kill(self) -> str:
        """Each node in its turn."""
        place = next(self._next)
        server = postmaster(self._nodes[place])
        victims = [server, *server.children()] if server else []
        for victim in victims:
            with suppress(psutil.NoSuchProcess):
                victim.kill()
        psutil.wait_procs(victims, timeout=10)
        return "nodes with schools killed" if place else "coordinators killed"

    def kill_one(self, chance: Random) -> None:
        server = postmaster(chance.choice(self._nodes))
        clients = [each for each in server.children() if self._serves(each)] if server else []
        if clients:
            with suppress(psutil.NoSuchProcess):
                chance.choice(clients).kill()

    def _serves(self, process: psutil.Process) -> bool:
        with suppress(psutil.NoSuchProcess):
            return f" {self._name} " in " ".join(process.cmdline())
        return False

    async def until_up(self) -> None:
        """Until every node answers, and has what was committed in two phases."""
        await super().until_up()
        while True:
            with suppress(*ANSWERS):
                connection = await asyncpg.connect(self.url, timeout=5)
                try:
                    await connection.execute("SELECT recover_prepared_transactions()")
                    await connection.fetchval("SELECT count(*) FROM grade")
                finally:
                    connection.terminate()
                return
            await asyncio.sleep(0.05)
