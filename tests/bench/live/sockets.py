"""Followers over bare sockets, as light as can be: a WebSocket each, and what it hears."""

import asyncio
import base64
import os
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from struct import pack, unpack_from
from time import time
from typing import NamedTuple

import orjson

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
CURSOR = re.compile(rb'"cursor":"([^"]+)"')
GRADE = re.compile(rb'"grade":\{"id":"([^"]+)"')
LIVE = """subscription Live($after: String) { gradeChanged(after: $after) { cursor
  grade { id value weight version comment workType { name } student { displayName }
    course { title } } change version at } }"""
RETRIES = (0.2, 0.6)
"""Seconds, drawn anew each time, until one that was not taken in tries again."""


class Seat(NamedTuple):
    """A follower's number, session and last cursor."""

    number: int
    token: str
    after: str


class Heard(NamedTuple):
    """`at` is the time of the frame's arrival, in seconds since 1970."""

    number: int
    at: float
    grade: str


@dataclass(slots=True)
class Crowd:
    """The followers of one process; `lost` counts the ends of connections by their codes."""

    host: str
    port: int
    frames: list[tuple[int, float, bytes]] = field(default_factory=list)
    followers: list["Follower"] = field(default_factory=list)
    lost: Counter[int] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    closing: bool = False

    async def hold(self, seats: list[Seat], at_once: int) -> int:
        """Connect and subscribe them all, so many at once; how many there are now."""
        gate = asyncio.Semaphore(at_once)

        async def take(seat: Seat) -> None:
            async with gate:
                follower = Follower(self, seat)
                self.followers.append(follower)
                await follower.connect()
                await follower.acknowledged

        await asyncio.gather(*map(take, seats))
        return self.standing

    @property
    def standing(self) -> int:
        """How many are connected and acknowledged."""
        return sum(one.stands for one in self.followers)

    def heard(self) -> list[Heard]:
        """What has come since this was asked last."""
        frames, self.frames = self.frames, []
        return [
            Heard(number, at, found[1].decode())
            for number, at, text in frames
            if (found := GRADE.search(text))
        ]

    def leave(self) -> None:
        self.closing = True
        for one in self.followers:
            one.abort()


class Follower(asyncio.Protocol):
    """One subscription, taken up again after its last cursor wherever its connection ends."""

    __slots__ = (
        "_buffer", "_code", "_last", "_transport", "acknowledged", "crowd", "seat", "stands",
    )  # fmt: skip

    def __init__(self, crowd: Crowd, seat: Seat) -> None:
        self.crowd = crowd
        self.seat = seat
        self.stands = False
        self.acknowledged: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._last = b""
        self._code = 1006

    async def connect(self, *, wait: bool = False) -> None:
        """Again and again, until somebody listens."""
        loop = asyncio.get_running_loop()
        if wait:
            await asyncio.sleep(random.uniform(*RETRIES))
        while not self.crowd.closing:
            try:
                await loop.create_connection(lambda: self, self.crowd.host, self.crowd.port)
            except OSError:
                await asyncio.sleep(random.uniform(*RETRIES))
            else:
                return

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._buffer = b""
        self._code = 1006
        transport.write(self._handshake())

    def _handshake(self) -> bytes:
        lines = [
            "GET /graphql HTTP/1.1",
            f"Host: {self.crowd.host}:{self.crowd.port}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Protocol: graphql-transport-ws",
            f"Authorization: Bearer {self.seat.token}",
        ]
        return "\r\n".join([*lines, "", ""]).encode()

    def _subscribe(self) -> None:
        found = CURSOR.search(self._last)
        after = found[1].decode() if found else self.seat.after
        payload = {"query": LIVE, "variables": {"after": after}}
        self._send(TEXT, b'{"type":"connection_init"}')
        self._send(TEXT, orjson.dumps({"id": "1", "type": "subscribe", "payload": payload}))

    def data_received(self, data: bytes) -> None:
        now = time()
        data = self._buffer + data if self._buffer else data
        if data.startswith(b"HTTP/"):
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._buffer = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.crowd.failed.append(head.decode()[:200])
            self._subscribe()
        while (whole := frame(data)) is not None:
            opcode, text, data = whole
            self._take(opcode, text, now)
        self._buffer = data

    def _take(self, opcode: int, text: bytes, now: float) -> None:
        if opcode == PING:
            self._send(PONG, text)
        elif opcode == CLOSE:
            self._code = unpack_from(">H", text)[0] if text else 1005
            self._send(CLOSE, text)
        elif b'"next"' in text:
            self._last = text
            self.crowd.frames.append((self.seat.number, now, text))
        elif b'"connection_ack"' in text:
            self.stands = True
            if not self.acknowledged.done():
                self.acknowledged.set_result(None)
        else:
            self.crowd.failed.append(text.decode()[:300])

    def _send(self, opcode: int, text: bytes) -> None:
        """Masked with zeros, which a client may draw as well as any other four bytes."""
        length = pack("B", 0x80 | len(text)) if len(text) < 126 else pack(">BH", 0xFE, len(text))
        assert self._transport is not None
        self._transport.write(bytes([0x80 | opcode]) + length + b"\0\0\0\0" + text)

    def connection_lost(self, exc: Exception | None) -> None:
        stood, self.stands = self.stands, False
        if not self.crowd.closing:
            self.crowd.lost[self._code] += 1
            again = asyncio.ensure_future(self.connect(wait=not stood))
            again.add_done_callback(lambda done: done.exception())

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()


def frame(data: bytes) -> tuple[int, bytes, bytes] | None:
    """The first frame's opcode and text, and what follows it; None where it is not whole yet."""
    if len(data) < 2:
        return None
    length, start = data[1], 2
    if length == 126 and len(data) >= 4:
        length, start = unpack_from(">H", data, 2)[0], 4
    elif length == 127 and len(data) >= 10:
        length, start = unpack_from(">Q", data, 2)[0], 10
    elif length > 125:
        return None
    end = start + length
    return (data[0] & 0x0F, data[start:end], data[end:]) if len(data) >= end else None
