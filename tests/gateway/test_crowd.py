"""Bounds of what one address or account may hold, and how those are told who come after."""

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from websockets import connect
from websockets.exceptions import ConnectionClosedError, InvalidStatus

from gateway.connection_limits import Quota, QuotaExceeded
from gateway.server import Server
from tests.gateway import toy
from tests.gateway.test_punctual import GET, connected, ended, said
from tests.gateway.test_websocket import (
    COOKIE,
    FOREVER,
    INIT,
    PROTOCOL,
    opened,
    ready,
    receive,
    send,
    subscribe,
)

ANNA = {"Authorization": "Bearer token-of-anna"}
EVENTS = {"Accept": "text/event-stream"}


async def empty(server: Server) -> None:
    """Wait until everybody has left, and nothing is held of them."""
    crowd = server.gateway.connection_limits
    async with asyncio.timeout(20):
        while any(bound.holders() for bound in (crowd.connections, crowd.sockets, crowd.streams)):
            await asyncio.sleep(0.01)


def test_a_bound_is_of_each_address_and_place_is_made_by_leaving() -> None:
    bound = Quota("hats", of_address=2, of_account=1)
    first, _ = bound.at("192.0.2.1"), bound.at("192.0.2.1")
    bound.at("192.0.2.2")
    with pytest.raises(QuotaExceeded, match=r"^One address may hold 2 hats at once\.$"):
        bound.at("192.0.2.1")
    first.release()
    first.release()
    bound.at("192.0.2.1")
    with pytest.raises(QuotaExceeded):
        bound.at("::ffff:192.0.2.1")
    bound.of("anna")
    with pytest.raises(QuotaExceeded, match=r"^One account may hold 1 hats at once\.$"):
        bound.of("anna")


def test_a_network_of_ipv6_holds_more_than_a_household_and_not_as_many_as_all_of_its() -> None:
    bound = Quota("hats", of_address=10)

    def taken(prefixes: list[str]) -> int:
        count = 0
        for prefix in prefixes:
            for host in range(100):
                try:
                    bound.at(f"{prefix}::{host:x}")
                except QuotaExceeded:
                    break
                count += 1
        return count

    assert taken(["2001:db8:1:0"]) == 10
    assert taken([f"2001:db8:1:{net:x}" for net in range(256)]) == 10  # the /56 has 20
    assert taken([f"2001:db8:1:{net:x}" for net in range(256, 65_536, 256)]) == 20  # the /48 has 40
    assert taken(["2001:db8:2:0"]) == 10


async def test_connections_of_an_address_are_bounded_and_more_are_told_so() -> None:
    async with toy.served(toy.app(max_connections_per_address=2)) as (host, server):
        async with connected(host) as (reader, writer), connected(host):
            async with connected(host) as (refused, _):
                assert await said(refused) == (
                    429,
                    {
                        "errors": [
                            {
                                "message": "One address may hold 2 connections at once.",
                                "extensions": {"code": "LIMIT_EXCEEDED"},
                            }
                        ]
                    },
                )
                assert await ended(refused) == b""
            writer.write(GET + b"\r\n")
            assert await said(reader) == (200, {"status": "ok"})
        await empty(server)
        async with httpx.AsyncClient(base_url=f"http://{host}") as client:
            assert (await client.get("/healthz")).status_code == 200


async def test_connections_of_a_process_are_bounded_and_sockets_are_connections_too() -> None:
    async with toy.served(toy.app(max_connections=2)) as (host, server):
        async with ready(host), connected(host):
            async with connected(host) as (refused, _):
                status, answer = await said(refused)
            [error] = answer["errors"]
            assert (status, error["extensions"]["code"]) == (503, "LIMIT_EXCEEDED")
        await empty(server)
        async with ready(host), ready(host):
            assert server.gateway.connection_limits.connections.holders() == 1


async def test_a_proxy_holds_as_many_connections_as_it_likes_but_not_its_clients_sockets() -> None:
    settings = {
        "trusted_proxies": 1,
        "max_connections_per_address": 2,
        "max_sockets_per_address": 1,
    }
    one, other = ({"X-Forwarded-For": f"192.0.2.{number}"} for number in (1, 2))
    async with (
        toy.served(toy.app(**settings)) as (host, _),
        ready(host, **one),
        ready(host, **other),
        connected(host),
    ):
        with pytest.raises(InvalidStatus) as refused:
            async with opened(host, **one):
                pass
        assert refused.value.response.status_code == 429


async def test_sockets_of_an_address_are_bounded_and_a_handshake_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with toy.served(toy.app(max_sockets_per_address=2)) as (host, server):
        async with ready(host), ready(host):
            with pytest.raises(InvalidStatus) as refused:
                await connect(f"ws://{host}/graphql", subprotocols=[PROTOCOL])
            response = refused.value.response
            assert response.status_code == 429
            assert response.body == b"One address may hold 2 WebSockets at once."
            assert response.headers["Retry-After"] == "30"
        await empty(server)
        async with ready(host):
            pass
    assert caplog.records == []


@pytest.mark.parametrize("how", ["cookie", "header", "payload"])
async def test_sockets_of_an_account_are_bounded_however_it_says_who_it_is(how: str) -> None:
    init: dict[str, Any] = {**INIT, "payload": ANNA} if how == "payload" else INIT
    async with toy.served(toy.app(max_sockets_per_account=2)) as (host, server):
        cookie = {**COOKIE, "Origin": f"http://{host}"}
        headers = {"cookie": cookie, "header": ANNA, "payload": {}}[how]
        async with AsyncExitStack() as stack:
            for _ in range(2):
                socket = await stack.enter_async_context(opened(host, **headers))
                await send(socket, init)
                assert await receive(socket) == {"type": "connection_ack"}
            third = await stack.enter_async_context(opened(host, **headers))
            await send(third, init)
            with pytest.raises(ConnectionClosedError):
                await receive(third)
            assert third.close_code == 1013
            assert third.close_reason == "One account may hold 2 WebSockets at once."
            await stack.enter_async_context(ready(host))  # a stranger
        await empty(server)


def refused(message: str) -> list[dict[str, Any]]:
    return [{"message": message, "extensions": {"code": "LIMIT_EXCEEDED"}}]


async def events(response: httpx.Response) -> list[Any]:
    """The answers of a stream that ends."""
    async with asyncio.timeout(10):
        lines = [line async for line in response.aiter_lines()]
    return [json.loads(line[6:]) for line in lines if line.startswith("data: ")]


async def test_subscriptions_of_an_account_are_bounded_over_sockets_and_streams_together() -> None:
    message = "One account may hold 2 subscriptions at once."
    async with (
        toy.served(toy.app(max_streams_per_account=2)) as (host, server),
        httpx.AsyncClient(base_url=f"http://{host}", headers=EVENTS) as client,
    ):
        async with ready(host, **ANNA) as socket, ready(host) as strangers:
            asked = {"query": FOREVER}
            async with client.stream("POST", "/graphql", json=asked, headers=ANNA) as response:
                lines = response.aiter_lines()
                assert (await anext(lines)).startswith("retry: ")
                await subscribe(socket, "1", FOREVER)
                assert (await receive(socket))["type"] == "next"
                while toy.world.running < 2:
                    await asyncio.sleep(0.01)
                await subscribe(socket, "2", FOREVER)
                while (told := await receive(socket))["id"] == "1":
                    pass
                assert told == {"id": "2", "type": "error", "payload": refused(message)}
                async with client.stream("POST", "/graphql", json=asked, headers=ANNA) as third:
                    assert await events(third) == [{"errors": refused(message)}]
                await subscribe(strangers, "1", FOREVER)
                assert (await receive(strangers))["type"] == "next"
            await send(socket, {"id": "1", "type": "complete"})
            while toy.world.running > 1:
                await asyncio.sleep(0.01)
            await subscribe(socket, "3", FOREVER)
            while (told := await receive(socket))["id"] != "3":
                pass
            assert told["type"] == "next"
        await empty(server)


async def test_subscriptions_of_an_address_are_bounded_whoever_asks() -> None:
    message = "One address may hold 1 subscriptions at once."
    async with (
        toy.served(toy.app(max_streams_per_address=1)) as (host, _),
        ready(host, **ANNA) as one,
        ready(host) as other,
    ):
        await subscribe(one, "1", FOREVER)
        await receive(one)
        await subscribe(other, "1", FOREVER)
        payload = refused(message)
        assert await receive(other) == {"id": "1", "type": "error", "payload": payload}
        await subscribe(other, "1", "{ double(number: 2) }")
        assert (await receive(other))["payload"] == {"data": {"double": 4}}
