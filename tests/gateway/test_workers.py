"""Several processes on one port: replaced when they die, renewed one by one, ended together."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import httpx
import pytest
from websockets import Subprotocol, connect

from db.demo import Demo
from gateway.draining import REASON
from resolvers import global_id
from tests.conftest import Server
from tests.gateway.processes import Client, Gateway, serving
from tests.gateway.test_live_diary import A_LESSON
from tests.store.nats_server import NatsServer

GUESS = """
  mutation { signIn(input: {login: "nobody-at-all", password: "guess"}) { errors { code } } }
"""
GIVE = """
  mutation ($input: GiveGradeInput!) {
    giveGrade(input: $input) { grade { id version } errors { code } }
  }
"""
REVISE = """
  mutation ($input: ReviseGradeInput!) {
    reviseGrade(input: $input) { grade { id version } errors { code } }
  }
"""
CHANGES = """
  subscription ($after: String) {
    gradeChanged(after: $after) { cursor version grade { id } }
  }
"""


@pytest.fixture(scope="module")
async def school(server: Server, school_template: tuple[str, Demo]) -> AsyncIterator[str]:
    async with server.copy(school_template[0]) as url:
        yield url


@pytest.fixture(scope="module")
def nats() -> Iterator[NatsServer]:
    with NatsServer.running() as server:
        yield server


@pytest.fixture(scope="module")
def gateway(school: str, nats: NatsServer) -> Iterator[Gateway]:
    with serving("--demo", "--workers", "2", DATABASE_URL=school, NATS_URL=nats.url) as gateway:
        yield gateway


@pytest.fixture
async def lesson(school: str) -> Any:
    connection = await asyncpg.connect(school)
    try:
        return await connection.fetchrow(A_LESSON)
    finally:
        await connection.close()


async def give(teacher: Client, lesson: Any, key: str) -> tuple[str, int]:
    """A grade that is given and then revised; its id and last version."""
    grade = {
        "student": global_id.make("Student", lesson["school_id"], lesson["student_id"]),
        "lesson": global_id.make("Lesson", lesson["school_id"], lesson["lesson_id"]),
        "workType": global_id.make("WorkType", lesson["school_id"], lesson["work_type_id"]),
        "value": "4",
        "idempotencyKey": key,
    }
    given = (await teacher.ask(GIVE, input=grade))["giveGrade"]
    assert given["errors"] == []
    id_, version = given["grade"]["id"], given["grade"]["version"]
    revised = {"id": id_, "expectedVersion": version, "reason": "Read again", "value": "5"}
    answer = (await teacher.ask(REVISE, input=revised))["reviseGrade"]
    # A retry of what was done finds the version that it has made itself.
    assert [error["code"] for error in answer["errors"]] in ([], ["CONFLICT"])
    assert answer["grade"]["version"] == version + 1
    return id_, version + 1


async def a_cursor(gateway: Gateway, lesson: Any) -> str:
    """Of a change after which nothing has happened yet."""
    async with (
        Client.signed_in(gateway.host, lesson["teacher"]) as teacher,
        Client.signed_in(gateway.host, lesson["parent"]) as parent,
        aclosing(parent.follow(CHANGES)) as changes,
    ):
        first = asyncio.ensure_future(anext(changes))
        while not first.done():
            id_, last = await give(teacher, lesson, f"cursor {uuid4()}")
        change = await first
        while (change["grade"]["id"], change["version"]) != (id_, last):
            change = await anext(changes)
        cursor: str = change["cursor"]
        return cursor


async def test_somebody_who_guesses_has_no_more_tries_because_there_are_more_processes(
    gateway: Gateway,
) -> None:
    async def guess() -> str:
        client = Client(gateway.host)
        async with client.http:
            [error] = (await client.ask(GUESS))["signIn"]["errors"]
        return str(error["code"])

    codes = await asyncio.gather(*(guess() for _ in range(30)))
    assert sorted(codes) == ["RATE_LIMITED"] * 20 + ["UNAUTHENTICATED"] * 10


async def test_in_a_rolling_restart_a_follower_sees_every_grade_once_and_in_order(
    gateway: Gateway, lesson: Any
) -> None:
    before = gateway.workers
    told: list[Any] = []
    closed: list[int] = []
    given: list[tuple[str, int]] = []

    async def follow() -> None:
        async with aclosing(parent.follow(CHANGES)) as changes:
            async for change in changes:
                (closed if isinstance(change, int) else told).append(change)

    async def write() -> None:
        given.append(await give(teacher, lesson, f"grade {len(given)}"))

    async with (
        asyncio.timeout(180),
        Client.signed_in(gateway.host, lesson["teacher"]) as teacher,
        Client.signed_in(gateway.host, lesson["parent"]) as parent,
        asyncio.TaskGroup() as group,
    ):
        following = group.create_task(follow())
        while not told:  # from now on the follower has a cursor
            await write()
        gateway.process.send_signal(signal.SIGHUP)
        renewed = group.create_task(gateway.until_renewed(before, 2))
        while not renewed.done():
            await write()
        await write()
        while (told[-1]["grade"]["id"], told[-1]["version"]) != given[-1]:
            await asyncio.sleep(0.05)
        following.cancel()
    assert len(given) > 10
    assert set(closed) == {1012}
    seen = list({change["cursor"]: change for change in told}.values())
    assert seen == told
    first = [id_ for id_, _ in given].index(told[0]["grade"]["id"])
    made = [(id_, version) for id_, last in given[first:] for version in (last - 1, last)]
    assert [(c["grade"]["id"], c["version"]) for c in told] in (made, made[1:])


async def test_grades_arrive_while_nats_is_gone_and_when_it_is_back(
    gateway: Gateway, lesson: Any, nats: NatsServer
) -> None:
    async with (
        asyncio.timeout(180),
        Client.signed_in(gateway.host, lesson["teacher"]) as teacher,
        Client.signed_in(gateway.host, lesson["parent"]) as parent,
        aclosing(parent.follow(CHANGES, await a_cursor(gateway, lesson))) as changes,
    ):
        for happens in (nats.kill, nats.start, nats.kill, nats.start):
            happens()
            id_, last = await give(teacher, lesson, f"after {uuid4()}")
            told = [await anext(changes) for _ in range(2)]
            assert [(one["grade"]["id"], one["version"]) for one in told] == [
                (id_, last - 1),
                (id_, last),
            ]


async def test_a_worker_that_is_killed_is_replaced_while_the_others_answer(
    gateway: Gateway,
) -> None:
    before = gateway.workers
    victim = next(iter(before))
    victim.kill()
    async with asyncio.timeout(180), httpx.AsyncClient(timeout=120) as client:
        for _ in range(20):  # a new connection each, to whichever worker
            response = await client.get(
                f"http://{gateway.host}/readyz", headers={"Connection": "close"}
            )
            assert response.json() == {"status": "ok"}
    assert len(gateway.workers) == 2
    assert before - gateway.workers == {victim}


async def test_workers_that_cannot_be_renewed_go_on(
    gateway: Gateway, server: Server, school: str
) -> None:
    before = gateway.workers
    name = urlsplit(school).path[1:]
    await server.run(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    try:
        gateway.process.send_signal(signal.SIGHUP)
        async with asyncio.timeout(180):
            while gateway.workers == before:
                await asyncio.sleep(0.05)
            assert before < gateway.workers
            while gateway.workers != before:
                await asyncio.sleep(0.05)
    finally:
        await server.run(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    async with httpx.AsyncClient(timeout=60) as client:
        response = await client.get(f"http://{gateway.host}/readyz")
    assert response.json() == {"status": "ok"}
    await asyncio.sleep(0.5)
    assert gateway.workers == before


async def test_a_stop_tells_the_followers_and_ends_well(gateway: Gateway) -> None:
    """The last of those that ask this gateway."""
    workers = gateway.workers
    protocols = [Subprotocol("graphql-transport-ws")]
    endpoint = f"ws://{gateway.host}/graphql"
    socket = await connect(endpoint, subprotocols=protocols, open_timeout=60)
    await socket.send('{"type": "connection_init"}')
    assert await socket.recv() == '{"type":"connection_ack"}'
    code = asyncio.create_task(asyncio.to_thread(gateway.stop, signal.SIGINT))
    await socket.wait_closed()
    assert (socket.close_code, socket.close_reason) == (1012, REASON)
    assert await code == 0
    assert len(workers) == 2
    assert [one for one in workers if one.is_running()] == []
