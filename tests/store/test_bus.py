"""The bus between processes, over PostgreSQL and over a real NATS server."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import pytest
from nats.aio.client import Client

from db import bus
from db.bus import Bus
from db.store import Store
from tests.store.nats_server import NatsServer


@pytest.fixture
def nats() -> Iterator[NatsServer]:
    with NatsServer.running() as server:
        yield server


@pytest.fixture(params=["postgresql", "nats"])
def nats_url(request: pytest.FixtureRequest) -> str | None:
    """For each test once without and once with NATS."""
    if request.param == "postgresql":
        return None
    url: str = request.getfixturevalue("nats").url
    return url


@asynccontextmanager
async def process(url: str, nats_url: str | None) -> AsyncIterator[tuple[Store, Bus]]:
    """The store and the bus as one process has them, once it is heard."""
    store = await Store.connect(url, connections=3, nats_url=nats_url)
    one = Bus(store)
    running = asyncio.create_task(one.run())
    try:
        yield store, one
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await store.close()


async def hears(listener: Bus, caller: Bus) -> None:
    """Until a call of the one reaches the other; a call may be lost, so it is repeated."""
    async with asyncio.timeout(20):
        while True:
            listener.received.clear()
            caller.call()
            with suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    await listener.received.wait()
                    return


async def is_quiet(listener: Bus) -> None:
    """Until nothing of earlier calls is under way any more."""
    async with asyncio.timeout(20):
        while True:
            listener.received.clear()
            await asyncio.sleep(0.1)
            if not listener.received.is_set():
                return


async def test_a_call_reaches_the_other_process(database_url: str, nats_url: str | None) -> None:
    async with (
        process(database_url, nats_url) as (_, caller),
        process(database_url, nats_url) as (_, listener),
    ):
        await hears(listener, caller)
        await is_quiet(listener)
        await hears(caller, listener)


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    told = [one.getMessage() for one in caplog.records if one.name == "db.bus"]
    return ["back" if one == "The feed's bus is back" else "lost" for one in told]


async def test_a_listener_that_postgresql_cuts_off_listens_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(bus, "RECONNECT_DELAY", 0.05)
    async with (
        process(database_url, None) as (_, caller),
        process(database_url, None) as (store, listener),
    ):
        await hears(listener, caller)
        caplog.clear()
        await store.pool.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE '%gradebook_feed%'"
            " AND pid <> pg_backend_pid()"
        )
        async with asyncio.timeout(20):
            while sorted(said(caplog)) != ["back", "back", "lost", "lost"]:
                await asyncio.sleep(0.01)
        await is_quiet(listener)
        await hears(listener, caller)


async def test_calls_are_heard_again_once_a_killed_nats_server_is_back(
    database_url: str,
    nats: NatsServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(bus, "RECONNECT_DELAY", 0.05)
    async with process(database_url, nats.url) as (_, listener):
        async with process(database_url, nats.url) as (_, caller):
            await hears(listener, caller)
        await is_quiet(listener)
        caplog.clear()
        nats.kill()
        async with asyncio.timeout(20):
            for _ in range(5):  # readers look for themselves at each vain try
                await listener.received.wait()
                listener.received.clear()
        assert said(caplog) == ["lost"]
        nats.start()
        async with process(database_url, nats.url) as (_, caller):
            await hears(listener, caller)
        assert said(caplog)[:1] + said(caplog)[-1:] == ["lost", "back"]


@pytest.mark.parametrize(
    "greeting",
    [
        b"INFO",
        b"INFO []\r\n",
        b"x" * 200_000,
        b'INFO {"max_payload": 1048576, "connect_urls": 5}\r\n',
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
    ],
    ids=["cut", "a list", "endless", "odd addresses", "a proxy"],
)
async def test_a_feed_outlives_whatever_nats_says(
    database_url: str, monkeypatch: pytest.MonkeyPatch, greeting: bytes
) -> None:
    monkeypatch.setattr(bus, "RECONNECT_DELAY", 0.01)
    greeted = 0

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal greeted
        greeted += 1
        writer.write(greeting)
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, process(database_url, f"nats://127.0.0.1:{port}") as (_, listener):
        async with asyncio.timeout(20):
            while greeted < 3:
                await asyncio.sleep(0.01)
        await hears(listener, listener)


async def test_a_process_ends_though_the_client_of_nats_swallows_its_cancellation(
    database_url: str, nats: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    publishing = asyncio.Event()

    async def publish(*_: object) -> None:
        publishing.set()
        with suppress(asyncio.CancelledError):  # as the client does where it flushes
            await asyncio.sleep(3600)

    monkeypatch.setattr(Client, "publish", publish)
    store = await Store.connect(database_url, connections=2, nats_url=nats.url)
    running = asyncio.create_task(Bus(store).run())
    await publishing.wait()
    running.cancel()
    done, _ = await asyncio.wait({running}, timeout=20)
    assert done == {running}
    assert running.cancelled()
    await store.close()
