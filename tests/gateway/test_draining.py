"""A process that is told to stop: what has begun is answered, and clients are sent elsewhere."""

import asyncio
import signal
from collections.abc import AsyncIterator

import httpx
import pytest

from gateway import draining
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
    async with asyncio.timeout(20):
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


async def test_clients_are_sent_away_one_after_another_and_told_all_until_then(
    gateway: tuple[str, Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draining, "CALLS_PER_SECOND", 0.001)
    host, server = gateway
    server.config.timeout_graceful_shutdown = 3_600
    async with ready(host) as one, ready(host) as other:
        for socket in (one, other):
            await subscribe(socket, "live", FOREVER)
            await receive(socket)
        stop(server)
        ends = {asyncio.create_task(socket.wait_closed()): socket for socket in (one, other)}
        (first,), (second,) = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        assert await closing(ends[first]) == (1012, REASON)
        for _ in range(3):
            assert (await receive(ends[second]))["type"] == "next"
        assert not second.done()
        await subscribe(ends[second], "late", "{ double(number: 2) }")
        assert await closing(ends[second]) == (1012, REASON)


def test_many_clients_leave_within_the_time_for_it_and_few_at_once() -> None:
    assert draining.pause_between(1, 10) == draining.pause_between(10_000, 10) == 0.001
    assert draining.pause_between(40_000, 10) == 0.00025
    assert draining.pause_between(0, 10) == 0.001
    assert draining.pause_between(5, 0) == 0


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
        async with asyncio.timeout(20):
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


async def test_who_has_connected_before_the_port_closed_is_answered(
    gateway: tuple[str, Server],
) -> None:
    host, server = gateway
    name, port = host.split(":")
    async with httpx.AsyncClient(base_url=f"http://{host}") as kept:
        await kept.get("/healthz")
        reader, writer = await asyncio.open_connection(name, int(port))
        while len(server.server_state.connections) < 2:
            await asyncio.sleep(0)
        stop(server)
        await drained(server)
        response = await kept.post("/graphql", json={"query": "{ double(number: 2) }"})
        assert response.json() == {"data": {"double": 4}}
        assert response.headers["connection"] == "close"
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: gradebook\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"connection: close\r\n" in head
        writer.close()


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
