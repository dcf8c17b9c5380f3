"""The feeds over real sockets: events that a browser resumes, and clients that stop reading."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from websockets import ClientConnection, Subprotocol, connect
from websockets.exceptions import ConnectionClosedError

from gateway import process, write_timeouts
from gateway.process import build_app
from gateway.settings import Settings
from resolvers.feed import Feed, subscribers
from resolvers.sessions import sign_in
from tests.gateway.small_school import HERE, TODAY
from tests.gateway.toy import running

PROTOCOL = Subprotocol("graphql-transport-ws")
FOLLOW = """
  subscription ($after: String) { gradeChanged(after: $after) { cursor version grade { comment } } }
"""
MANY = 250


@dataclass
class Gateway:
    """A gateway over the demo school, its feed at hand, and a parent's session."""

    address: str
    feed: Feed
    token: str

    @property
    def store(self) -> Any:
        return self.feed._changes._store

    async def followed_by(self, count: int) -> None:
        async with asyncio.timeout(20):
            while len(self.feed._subscribers) != count:
                await asyncio.sleep(0.01)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def tell(self, topic: str, ref: Any, versions: range) -> None:
        """A transaction that tells of each version."""
        await self.store.pool.execute(
            "INSERT INTO outbox (school_id, seq, topic, change, ref, version, at)"
            " SELECT $1, each, $2, 'CHANGED', $3, each, now() FROM unnest($4::int[]) AS each",
            HERE,
            topic,
            ref,
            list(versions),
        )
        self.feed.wake()

    async def child(self) -> Any:
        """A grade of the parent's child, at a lesson with homework that we set."""
        grade = await self.store.pool.fetchrow(
            "SELECT g.* FROM grade g JOIN guardianship s USING (school_id, student_id)"
            " JOIN membership m USING (school_id, guardian_id) JOIN account a ON a.id = account_id"
            " WHERE a.login = 'parent1' AND g.school_id = $1 LIMIT 1",
            HERE,
        )
        homework = await self.store.pool.fetchval(
            "INSERT INTO homework (school_id, id, lesson_id, course_id, lesson_day, due_on, text,"
            " withdrawn, set_at, version) VALUES ($1, gen_random_uuid(), $2, $3, $4, $4, '', false,"
            " now(), 1) RETURNING id",
            HERE,
            grade["lesson_id"],
            grade["course_id"],
            TODAY,
        )
        return {"GRADE": grade["id"], "HOMEWORK": homework, "LESSON": grade["lesson_id"]}


@pytest.fixture
async def gateway(school_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gateway]:
    made: list[Feed] = []

    def feed(*arguments: Any) -> Feed:
        made.append(Feed(*arguments))
        return made[-1]

    monkeypatch.setattr(process, "Feed", feed)
    async with running(build_app(Settings(), school_url), send_buffer=16_384) as address:
        token = (await sign_in(made[0]._changes._store, "parent1", "demo")).token
        yield Gateway(address, made[0], token)


@asynccontextmanager
async def events(gateway: Gateway, query: str, **headers: str) -> AsyncIterator[AsyncIterator[Any]]:
    """The events of a stream, each as its id and data."""

    async def read(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, Any]]:
        id_ = ""
        async for line in lines:
            if line.startswith("id: "):
                id_ = line[4:]
            if line.startswith("data: "):
                yield id_, json.loads(line[6:])

    asked = gateway.headers | {"Accept": "text/event-stream"} | headers
    await gateway.followed_by(0)
    async with (
        httpx.AsyncClient(base_url=f"http://{gateway.address}", timeout=20) as client,
        client.stream("POST", "/graphql", json={"query": query}, headers=asked) as response,
    ):
        await gateway.followed_by(1)
        yield read(response.aiter_lines())


@pytest.mark.parametrize(
    ("feed", "topic"),
    [
        ("gradeChanged", "GRADE"),
        ("homeworkChanged", "HOMEWORK"),
        ("lessonChanged", "LESSON"),
        ("diaryChanged", "LESSON"),
    ],
)
async def test_a_browser_that_reconnects_goes_on_after_the_last_event_of_any_feed(
    gateway: Gateway, feed: str, topic: str
) -> None:
    ref = (await gateway.child())[topic]
    query = f"subscription {{ {feed} {{ __typename cursor version }} }}"

    async def told(stream: AsyncIterator[Any], count: int) -> list[Any]:
        """The next events, but for the reminders that are written in the afternoon."""
        found: list[Any] = []
        async with asyncio.timeout(20):
            while len(found) < count:
                id_, data = await anext(stream)
                if data["data"][feed]["__typename"] != "NoticeChange":
                    found.append((id_, data))
        return found

    async with events(gateway, query) as stream:
        await gateway.tell(topic, ref, range(1, 4))
        seen = await told(stream, 3)
    assert [data["data"][feed]["version"] for _, data in seen] == [1, 2, 3]
    assert [id_ for id_, _ in seen] == [data["data"][feed]["cursor"] for _, data in seen]
    async with events(gateway, query, **{"Last-Event-ID": seen[0][0]}) as stream:
        assert await told(stream, 2) == seen[1:]


async def test_a_browser_that_reconnects_goes_on_after_the_last_event_whatever_cursor_it_began_with(
    gateway: Gateway,
) -> None:
    ref = (await gateway.child())["GRADE"]
    async with events(gateway, "subscription { gradeChanged { cursor version } }") as stream:
        await gateway.tell("GRADE", ref, range(1, 4))
        async with asyncio.timeout(20):
            seen = [await anext(stream) for _ in range(3)]
    query = f'subscription {{ gradeChanged(after: "{seen[0][0]}") {{ cursor version }} }}'
    async with events(gateway, query, **{"Last-Event-ID": seen[1][0]}) as stream:
        async with asyncio.timeout(20):
            assert await anext(stream) == seen[2]


async def test_a_browser_that_reconnects_before_anything_came_goes_on_from_where_it_began(
    gateway: Gateway,
) -> None:
    ref = (await gateway.child())["GRADE"]
    query = {"query": "subscription { gradeChanged { version } }"}
    asked = gateway.headers | {"Accept": "text/event-stream"}
    await gateway.followed_by(0)
    async with (
        httpx.AsyncClient(base_url=f"http://{gateway.address}", timeout=20) as client,
        client.stream("POST", "/graphql", json=query, headers=asked) as response,
    ):
        lines = response.aiter_lines()
        while not (line := await anext(lines)).startswith("id: "):
            pass
    await gateway.tell("GRADE", ref, range(1, 3))
    began = line.removeprefix("id: ")
    async with events(gateway, query["query"], **{"Last-Event-ID": began}) as stream:
        async with asyncio.timeout(20):
            seen = [await anext(stream) for _ in range(2)]
    assert [data["data"]["gradeChanged"]["version"] for _, data in seen] == [1, 2]


@asynccontextmanager
async def following(gateway: Gateway, after: str | None = None) -> AsyncIterator[ClientConnection]:
    """A WebSocket with little room for what is not read."""
    host, port = gateway.address.split(":")
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    narrow.setblocking(False)
    await asyncio.get_running_loop().sock_connect(narrow, (host, int(port)))
    await gateway.followed_by(0)
    async with connect(
        f"ws://{gateway.address}/graphql",
        subprotocols=[PROTOCOL],
        additional_headers=gateway.headers,
        sock=narrow,
        compression=None,
        close_timeout=1,
    ) as client:
        await client.send(json.dumps({"type": "connection_init"}))
        assert json.loads(await client.recv()) == {"type": "connection_ack"}
        payload = {"query": FOLLOW, "variables": {"after": after}}
        await client.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
        await gateway.followed_by(1)
        yield client


async def write_more_than_fits(gateway: Gateway) -> None:
    """A few changes at a time, so that a client that reads would keep up."""
    grade = (await gateway.child())["GRADE"]
    await gateway.store.pool.execute(
        "UPDATE grade SET comment = repeat('x', 4000) WHERE id = $1", grade
    )
    for first in range(1, MANY, 10):
        await gateway.tell("GRADE", grade, range(first, first + 10))
        newest = await gateway.feed._outbox.open()
        async with asyncio.timeout(20):
            while gateway.feed._tailer.position < newest:
                await asyncio.sleep(0.001)


async def test_a_client_that_reads_keeps_up(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribers, "LONGEST_QUEUE", 100)
    async with following(gateway) as client:
        writing = asyncio.create_task(write_more_than_fits(gateway))
        for version in range(1, MANY + 1):
            message = json.loads(await client.recv())
            assert message["payload"]["data"]["gradeChanged"]["version"] == version
        await writing


async def test_a_stalled_client_is_told_to_resume_and_misses_nothing(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribers, "LONGEST_QUEUE", 20)
    async with following(gateway) as client:
        client.transport.pause_reading()
        await write_more_than_fits(gateway)
        (follower,) = gateway.feed._subscribers._all
        assert follower._resync is not None
        client.transport.resume_reading()
        messages: list[Any] = []
        while not messages or messages[-1]["type"] == "next":
            async with asyncio.timeout(20):
                messages.append(json.loads(await client.recv()))
    *told, last = messages
    assert (last["type"], last["payload"][0]["extensions"]) == ("error", {"code": "RESYNC"})
    changes = [message["payload"]["data"]["gradeChanged"] for message in told]
    seen = [change["version"] for change in changes]
    assert seen == list(range(1, len(seen) + 1))
    assert 20 <= len(seen) < MANY
    monkeypatch.setattr(subscribers, "LONGEST_QUEUE", 1_000)
    async with following(gateway, after=changes[-1]["cursor"]) as client:
        for version in range(len(seen) + 1, MANY + 1):
            message = json.loads(await client.recv())
            assert message["payload"]["data"]["gradeChanged"]["version"] == version


async def test_a_client_that_reads_no_more_is_cut_off_in_the_end(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_timeouts, "WRITE_TIMEOUT", 0.3)
    async with following(gateway) as client:
        client.transport.pause_reading()
        await write_more_than_fits(gateway)
        await gateway.followed_by(0)
        client.transport.resume_reading()
        with pytest.raises(ConnectionClosedError):
            await read_all(client)


async def read_all(client: ClientConnection) -> None:
    while True:
        await client.recv()
