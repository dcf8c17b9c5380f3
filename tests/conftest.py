"""A real PostgreSQL for every test: an empty school register, or a copy of a small demo school."""

import asyncio
import gc
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import disk_usage, rmtree
from tempfile import TemporaryDirectory, gettempdir
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import psutil
import pytest
import uvloop
from hypothesis import settings

from db.demo import Demo, fill
from db.embedded import running
from db.migrations import migrate
from db.store import Store
from domain import clock
from domain.origin import ORIGIN
from gateway.garbage import collect_seldom
from schema.build import schema  # with it all nouns are declared
from tests import cluster
from tests.certificates import read_once
from tests.gateway.small_school import SmallSchool, found
from tests.store.staff_room import StaffRoom, begin_versions, opened

__all__ = ["schema"]
settings.register_profile("any machine", settings.default, deadline=None)
settings.load_profile("any machine")
LONGEST = {
    "test_differential.py": 90, "test_chaos.py": 85, "test_roster_years.py": 55,
    "test_workers.py": 60, "test_garbage.py": 50, "test_backup.py": 45, "test_year.py": 40,
    "test_database_away.py": 40, "test_clock.py": 20, "test_wheel.py": 20,
}  # fmt: skip
"""Files whose tests begin first, so that no worker has one left when the others have ended, and the
seconds that they take, by which they are dealt out among the workers."""
TODAY = clock.today("UTC")
FOR_TESTS = {
    "shared_buffers": "64MB",
    "max_parallel_workers_per_gather": "0",
    "autovacuum": "off",
}
"""Of PostgreSQL: tables are small, and no database lives long enough to be vacuumed."""
MEMORY, NEEDED = Path("/dev/shm"), 1 << 30
"""Where Linux keeps files in memory, and the bytes that have to be free there."""


gc.disable()  # while the tests are imported
read_once()
if sys.version_info < (3, 14):  # which has no policies
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())  # as the gateway is served


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each worker is given the next share of the tests, all as many."""
    workers = int(getattr(config, "workerinput", {}).get("workercount", 1))
    long = {name: [each for each in items if each.path.name == name] for name in LONGEST}
    others = [each for each in items if each.path.name not in LONGEST]
    shares: list[list[pytest.Item]] = [[] for _ in range(workers)]
    loads = [0] * workers
    for name, seconds in LONGEST.items():
        least = loads.index(min(loads))
        shares[least] += long[name]
        loads[least] += seconds
    left = len(items)
    items.clear()
    for place, share in enumerate(shares):
        room = max(0, left // (workers - place) - len(share))
        share += others[:room]
        del others[:room]
        items += share
        left -= len(share)
    items += others


def pytest_collection_finish() -> None:
    """No collection scans the modules and the thousands of tests."""
    gc.freeze()
    gc.enable()
    collect_seldom()


@pytest.fixture(autouse=True)
def no_origin() -> None:
    """A command that ran in this process says no more that it wrote what comes."""
    ORIGIN.set(None)


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server on which tests make databases of their own."""

    url: str

    def database(self, name: str) -> str:
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    @asynccontextmanager
    async def copy(self, template: str) -> AsyncIterator[str]:
        """The address of a database made from the template, dropped at the end; on every node where
        there are several."""
        name = f"test_{uuid4().hex[:12]}"
        try:
            if cluster.workers():
                await cluster.copy(self.url, template, name)
            else:  # To copy files is half the work of what PostgreSQL does else: to log every page.
                await self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
            yield self.database(name)
        finally:
            if cluster.workers():
                await cluster.drop(self.url, name)
            else:
                await self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def run(self, command: str) -> None:
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute(command)
        finally:
            await connection.close()


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory to be, which an embedded server's own user can reach."""
    everybodys = Path(gettempdir()).resolve()  # as pytest has resolved its own
    for folder in (tmp_path, *tmp_path.parents):
        if everybodys in folder.parents:
            folder.chmod(0o755)
    return tmp_path / "data"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if given := os.environ.get("GRADEBOOK_TEST_DATABASE_URL"):
        yield Server(given)
        return
    with (
        in_memory(tmp_path_factory) as folder,
        running(folder / "data", durable=False, settings=FOR_TESTS) as url,
    ):
        yield Server(url)


@contextmanager
def in_memory(otherwise: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for a server's data, in memory if there is room.

    Databases are made and dropped by the thousand. On some file systems, such as ext4 without a
    journal, that takes twenty times as long as in memory.
    """
    if not MEMORY.is_dir() or disk_usage(MEMORY).free < NEEDED:
        yield otherwise.mktemp("postgresql")
        return
    for left in MEMORY.glob("gradebook-tests-*"):  # by a process that was killed
        if not psutil.pid_exists(int(left.name.split("-")[2])):
            rmtree(left, ignore_errors=True)
    with TemporaryDirectory(prefix=f"gradebook-tests-{os.getpid()}-", dir=MEMORY) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
async def empty_template(server: Server) -> AsyncIterator[str]:
    """A database with tables and nothing in them, to copy from."""
    if cluster.workers():
        yield await cluster.empty(server.url)
        return
    async with server.copy("template0") as url:
        await migrate(url)
        yield urlsplit(url).path[1:]


@pytest.fixture(scope="session")
async def small_template(
    server: Server, empty_template: str
) -> AsyncIterator[tuple[str, SmallSchool]]:
    """A database with the small school, to copy from."""
    async with server.copy(empty_template) as url:
        async with connected(url) as connection:
            small = await found(connection)
        yield urlsplit(url).path[1:], small


@pytest.fixture(scope="session")
async def room_template(
    server: Server, small_template: tuple[str, SmallSchool]
) -> AsyncIterator[str]:
    """A database with the small school, whose histories are yet to begin, to copy from."""
    async with server.copy(small_template[0]) as url:
        async with connected(url) as connection:
            await begin_versions(connection)
        yield urlsplit(url).path[1:]


@pytest.fixture(scope="session")
async def school_template(server: Server, empty_template: str) -> AsyncIterator[tuple[str, Demo]]:
    """A database with the demo school at a twentieth of its size, to copy from."""
    async with server.copy(empty_template) as url:
        async with connected(url) as connection:
            demo = await fill(connection, students=60, seed=7, today=TODAY)
        yield urlsplit(url).path[1:], demo


@pytest.fixture
async def database_url(server: Server, empty_template: str) -> AsyncIterator[str]:
    """A migrated database with nothing in it."""
    async with server.copy(empty_template) as url:
        yield url


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[Any]:
    """A connection to a migrated database with nothing in it."""
    async with connected(database_url) as connection:
        yield connection


@pytest.fixture
def small_school(small_template: tuple[str, SmallSchool]) -> SmallSchool:
    """The small school of the template, in dicts of the test's own."""
    made = small_template[1]
    return SmallSchool(dict(made.records), dict(made.accounts))


@pytest.fixture
async def small_url(server: Server, small_template: tuple[str, SmallSchool]) -> AsyncIterator[str]:
    """A copy of the small school."""
    async with server.copy(small_template[0]) as url:
        yield url


@pytest.fixture
async def room_url(server: Server, room_template: str) -> AsyncIterator[str]:
    """The database of the `room`."""
    async with server.copy(room_template) as url:
        yield url


@pytest.fixture
async def room(room_url: str, small_school: SmallSchool) -> AsyncIterator[StaffRoom]:
    async with opened(room_url, small_school) as room:
        yield room


@pytest.fixture(scope="module")
async def still_room(
    server: Server, room_template: str, small_template: tuple[str, SmallSchool]
) -> AsyncIterator[StaffRoom]:
    """The room for all tests of a module that are refused and change nothing."""
    async with server.copy(room_template) as url, opened(url, small_template[1]) as room:
        before = await room.written()
        yield room
        assert await room.written() == before


@pytest.fixture
async def school_url(server: Server, school_template: tuple[str, Demo]) -> AsyncIterator[str]:
    """A copy of the small demo school, free to be changed."""
    async with server.copy(school_template[0]) as url:
        yield url


@pytest.fixture
def demo(school_template: tuple[str, Demo]) -> Demo:
    return school_template[1]


@pytest.fixture
async def store(school_url: str) -> AsyncIterator[Store]:
    """A store on a copy of the small demo school."""
    store = await Store.connect(school_url, connections=4)
    try:
        yield store
    finally:
        await store.close()
