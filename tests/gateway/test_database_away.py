"""The gateway's own PostgreSQL is killed: it is started again, and the log stays readable."""

import asyncio
import json
import re
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest
from websockets import Subprotocol, connect

from db.embedded import running
from db.migrations import migrate
from domain.clock import now
from resolvers import global_id
from tests.gateway.processes import Client, Gateway, serving
from tests.gateway.small_school import HERE, SmallSchool, found
from tests.store.staff_room import TEACHER

TOKEN = "a session that was begun before"
FOLLOW = "subscription ($after: String) { diaryChanged(after: $after) { cursor __typename } }"
SET = """
  mutation ($input: SetLessonTopicInput!) { setLessonTopic(input: $input) {
    lesson { version } errors { code message } } }
"""
SIGN_IN = {
    "query": 'mutation { signIn(input: {login: "a", password: "b"}) { errors { code } } }',
}
TRIES = 40
BACK = re.compile(r"PostgreSQL is back(?: \(\d+ lines about the database were left out\))?$")
BEGINS = re.compile(r"\d{4}-\d\d-\d\d ")


@pytest.fixture
async def school(data: Path) -> SmallSchool:
    """The small school in the gateway's own PostgreSQL, with a teacher who is signed in."""
    with running(data / "postgresql") as url:
        await migrate(url)
        connection = await asyncpg.connect(url)
        try:
            small = await found(connection)
            await connection.execute("DELETE FROM lesson_revision")  # of a version to come
            await connection.execute(
                "INSERT INTO session"
                " (token_hash, account_id, created_at, expires_at, id, last_used_at)"
                " VALUES ($1, $2, $3, $4, gen_random_uuid(), $3)",
                sha256(TOKEN.encode()).digest(),
                small.accounts[TEACHER],
                now(),
                now() + timedelta(days=1),
            )
        finally:
            await connection.close()
    return small


def postmaster(gateway: Gateway) -> psutil.Process | None:
    """The living server of the gateway's."""
    for child in gateway.parent.children():
        with suppress(psutil.NoSuchProcess):
            if child.name() == "postgres" and child.status() != psutil.STATUS_ZOMBIE:
                return child
    return None


async def hammer(gateway: Gateway, token: str, answers: list[int]) -> None:
    """Requests of every kind: a query, a page of changes, a stream of events, a socket."""
    headers = {"Authorization": f"Bearer {token}"}
    query = {"query": "{ viewer { schools { name } } changes { cursor } }"}
    async with httpx.AsyncClient(base_url=f"http://{gateway.host}", headers=headers) as http:
        for _ in range(TRIES):
            answers.append((await http.post("/graphql", json=query)).status_code)
            answers.append((await http.get("/readyz")).status_code)
        answers.append((await http.post("/graphql", json=SIGN_IN)).status_code)
        events = {"Accept": "text/event-stream"}
        stream = {"query": FOLLOW}
        async with http.stream("POST", "/graphql", json=stream, headers=events) as response:
            answers.append(response.status_code)
    async with connect(
        f"ws://{gateway.host}/graphql",
        subprotocols=[Subprotocol("graphql-transport-ws")],
        additional_headers=headers,
    ) as socket:
        await socket.send(json.dumps({"type": "connection_init"}))
        payload = {"query": FOLLOW}
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
        with suppress(Exception):
            await asyncio.wait_for(socket.recv(), 5)


async def ready(gateway: Gateway) -> None:
    async with httpx.AsyncClient(base_url=f"http://{gateway.host}") as http, asyncio.timeout(120):
        while (await http.get("/readyz")).status_code != 200:
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("workers", [1, 2])
async def test_a_postgresql_that_is_killed_is_started_again_and_nobody_loses_anything(
    school: SmallSchool, data: Path, tmp_path: Path, workers: int
) -> None:
    """When the parent is killed in the end, all that it has started ends with it."""
    lesson = global_id.make("Lesson", HERE, school.records["Lesson"])
    with (
        (tmp_path / "log").open("w+") as log,
        serving("--workers", str(workers), DATA=str(data), log=log) as gateway,
    ):
        somebody = Client(gateway.host, TOKEN)
        following = somebody.follow(FOLLOW)
        upcoming = asyncio.create_task(anext(following))
        version = 1
        for topic in ("Before", "After"):
            server = postmaster(gateway)
            asked = {"lesson": lesson, "topic": topic, "expectedVersion": version}
            while not upcoming.done():  # the follower may not be there yet
                answer = await somebody.ask(SET, input=asked | {"topic": topic + "." * version})
                assert answer["setLessonTopic"]["errors"] == []
                version = answer["setLessonTopic"]["lesson"]["version"]
                asked["expectedVersion"] = version
                await asyncio.wait({upcoming}, timeout=0.5)
            assert (await upcoming)["__typename"] == "LessonChange"
            upcoming = asyncio.create_task(anext(following))
            if topic == "After":
                break
            assert server is not None
            server.kill()
            answers: list[int] = []
            for token in (TOKEN, "a session that nobody remembers"):
                await hammer(gateway, token, answers)
            await ready(gateway)
            assert postmaster(gateway) not in (None, server)
        async with asyncio.timeout(60):
            while "PostgreSQL is back" not in (tmp_path / "log").read_text():
                await asyncio.sleep(0.05)
        upcoming.cancel()
        await somebody.http.aclose()
        log.seek(0)
        lines = log.read().splitlines()
        family = gateway.parent.children()
        assert len(gateway.workers) == (workers if workers > 1 else 0)
        assert postmaster(gateway) in family
        gateway.process.kill()
        _, alive = psutil.wait_procs(family, timeout=20)
        assert alive == []
    told = [line for line in lines if "PostgreSQL" in line]
    assert "PostgreSQL has ended with -9 and is started again" in told[0]
    # A new server may find what is left of the old one and be started once more.
    assert [line for line in told if BACK.search(line)] == told[-1:]
    assert len(told) < 5
    assert [line for line in lines if not BEGINS.match(line) or len(line) > 600] == []
    away = [line for line in lines if "the database is away: " in line]
    assert away or max(answers) < 500  # it may be back before anybody has asked
    assert len(away) < TRIES
    assert [line for line in lines if "Internal error" in line and line not in away] == []
