"""Peers that are gone without a word are let go, and what ran for them ends."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator

import pytest

from tests.gateway import toy
from tests.gateway.test_websocket import ready, receive, subscribe

UPGRADE = (
    b"GET /graphql HTTP/1.1\r\nHost: gradebook\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)
LITTLE = "subscription { forever(every: 60) { cursor } }"
FIELDS = " ".join(f"{'long' * 20}{number}: number" for number in range(90))
MUCH = f"subscription {{ forever(every: 0) {{ {FIELDS} }} }}"


@pytest.fixture
async def host() -> AsyncIterator[str]:
    async with toy.running(toy.app(ping_seconds=0.5)) as host:
        yield host


def frame(message: object) -> bytes:
    """A short text as a client's frame, masked with zeros."""
    text = json.dumps(message).encode()
    length = bytes([0xFE]) + len(text).to_bytes(2, "big")
    return b"\x81" + length + bytes(4) + text


async def silent_peer(host: str, query: str) -> socket.socket:
    """A peer that subscribes and does not read on, nor answers a ping."""
    name, port = host.split(":")
    peer = socket.socket()
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    peer.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(peer, (name, int(port)))
    await loop.sock_sendall(peer, UPGRADE)
    await loop.sock_recv(peer, 1_000)
    await loop.sock_sendall(peer, frame({"type": "connection_init"}))
    payload = {"query": query}
    await loop.sock_sendall(peer, frame({"type": "subscribe", "id": "1", "payload": payload}))
    return peer


@pytest.mark.parametrize("query", [LITTLE, MUCH], ids=["little", "much"])
async def test_a_silent_peer_is_let_go_however_much_waits_for_it(host: str, query: str) -> None:
    peer = await silent_peer(host, query)
    async with asyncio.timeout(20):
        while toy.world.running == 0:
            await asyncio.sleep(0.01)
        while toy.world.running:
            await asyncio.sleep(0.01)
    peer.close()


async def test_a_peer_that_only_slept_is_told_to_connect_again(host: str) -> None:
    peer = await silent_peer(host, LITTLE)
    said = b""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(20):
        while more := await loop.sock_recv(peer, 1_000):
            said += more
    peer.close()
    assert said.endswith(b"\x03\xe9No answer to a ping: connect again and resume")


async def test_a_peer_that_answers_pings_stays_however_silent_it_is(host: str) -> None:
    async with ready(host) as socket:
        await asyncio.sleep(1.5)
        await subscribe(socket, "1", "{ double(number: 2) }")
        assert (await receive(socket))["payload"] == {"data": {"double": 4}}
