"""A process that is told to stop: what has begun is answered, and clients are sent elsewhere."""

import asyncio
import signal
from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.draining import REASON
from gateway.server import Server
from tests.gateway import toy
from tests.gateway.test_websocket import FOREVER, closing, ready, receive, subscribe

EVENTS = {"Accept": "text/event-stream"}


@pytest.fixture
async def gateway() -> AsyncIterator[tuple[str, Server]]:
    async with toy.served(toy.app()) as served:
        toy.world.gate.clear()
        yield served


def stop(server: Server) -> None:
    server.handle_exit(signal.SIGINT, None)


async def drained(server: Server) -> None:
    async with asyncio.timeout(5):
        await server.gateway.draining.begun.wait()


async def test_a_mutation_over_a_websocket_is_answered_before_the_socket_closes(
    gateway: tuple[str, Server],
) -> None:
    host, server = gateway
    async with ready(host) as socket:
        await subscribe(socket, "live", FOREVER)
        await subscribe(socket, "asked", "mutation { waits }")
        while toy.world.waiting == 0:
            await asyncio.sleep(0)
        stop(server)
        await drained(server)
        toy.world.gate.set()
        while (message := await receive(socket))["id"] == "live":
            pass
        assert message == {"id": "asked", "type": "next", "payload": {"data": {"waits": True}}}
        assert await closing(socket) == (1012, REASON)
    assert toy.world.running == 0


async def test_an_operation_that_comes_too_late_is_not_begun(gateway: tuple[str, Server]) -> None:
    host, server = gateway
    async with ready(host) as socket:
        await subscribe(socket, "asked", "mutation { waits }")
        while toy.world.waiting == 0:
            await asyncio.sleep(0)
        stop(server)
        await drained(server)
        await subscribe(socket, "late", "{ double(number: 2) }")
        await (await socket.ping())
        toy.world.gate.set()
        ids = [(await receive(socket))["id"] for _ in range(2)]
        assert ids == ["asked", "asked"]
        assert await closing(socket) == (1012, REASON)


async def test_a_stream_of_events_breaks_off_so_that_a_browser_connects_again(
    gateway: tuple[str, Server],
) -> None:
    host, server = gateway
    async with (
        httpx.AsyncClient(base_url=f"http://{host}") as client,
        client.stream("POST", "/graphql", json={"query": FOREVER}, headers=EVENTS) as response,
    ):
        lines = response.aiter_lines()
        retry = await anext(lines)
        assert retry.startswith("retry: ")
        assert 500 <= int(retry.removeprefix("retry: ")) <= 3_000
        stop(server)
        async with asyncio.timeout(5):
            told = [line async for line in lines]
    assert "event: next" in told
    assert "event: complete" not in told
    assert toy.world.running == 0


async def test_a_request_is_answered_and_its_connection_closed(gateway: tuple[str, Server]) -> None:
    host, server = gateway
    async with httpx.AsyncClient(base_url=f"http://{host}") as client:
        asked = asyncio.create_task(client.post("/graphql", json={"query": "mutation { waits }"}))
        while toy.world.waiting == 0:
            await asyncio.sleep(0)
        stop(server)
        await drained(server)
        await asyncio.sleep(0)
        toy.world.gate.set()
        response = await asked
        assert response.json() == {"data": {"waits": True}}
        assert response.headers["connection"] == "close"
        with pytest.raises(httpx.ConnectError):
            await client.get("/healthz")


async def test_load_balancers_are_told_before_the_port_closes() -> None:
    async with (
        toy.served(toy.app(drain_delay_seconds=0.5)) as (host, server),
        httpx.AsyncClient(base_url=f"http://{host}") as client,
        ready(host) as socket,
    ):
        assert (await client.get("/readyz")).status_code == 200
        server.handle_exit(signal.SIGTERM, None)
        while (response := await client.get("/readyz")).status_code == 200:
            await asyncio.sleep(0.01)
        assert (response.status_code, response.json()) == (503, {"status": "draining"})
        await subscribe(socket, "1", "{ double(number: 2) }")
        assert (await receive(socket))["payload"] == {"data": {"double": 4}}
        assert (await client.get("/healthz")).status_code == 200
        await receive(socket)
        assert await closing(socket) == (1012, REASON)


async def test_what_takes_longer_than_the_grace_is_given_up(gateway: tuple[str, Server]) -> None:
    host, server = gateway
    async with httpx.AsyncClient(base_url=f"http://{host}", timeout=10) as client:
        server.config.timeout_graceful_shutdown = 0
        asked = asyncio.create_task(client.post("/graphql", json={"query": "mutation { waits }"}))
        while toy.world.waiting == 0:
            await asyncio.sleep(0)
        stop(server)
        assert (await asked).status_code == 500
