"""`gradebook backup` and `gradebook restore` as real processes, beside gateways that serve."""

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from websockets import ClientConnection, Subprotocol, connect

from tests.cluster import on_one_postgresql
from tests.complaints import complaints
from tests.gateway.processes import GRADEBOOK, Client, Gateway, serving
from tests.gateway.test_live_diary import A_LESSON
from tests.gateway.test_workers import CHANGES, give

pytestmark = on_one_postgresql("a cluster is backed up node by node, as README says")
GRADE = "query ($id: ID!) { node(id: $id) { ... on Grade { value student { id } } } }"
PAGE = "query ($after: String) { changes(after: $after) { cursor } }"


def gradebook(*arguments: object, **environment: object) -> tuple[int, str, str]:
    given = {f"GRADEBOOK_{name}": str(value) for name, value in environment.items()}
    done = subprocess.run(
        [GRADEBOOK, *map(str, arguments)], env=os.environ | given, capture_output=True, text=True
    )
    return done.returncode, done.stdout, complaints(done)


@pytest.fixture
async def lesson(school_url: str) -> Any:
    connection = await asyncpg.connect(school_url)
    try:
        return await connection.fetchrow(A_LESSON)
    finally:
        await connection.close()


@asynccontextmanager
async def following(client: Client) -> AsyncIterator[ClientConnection]:
    """A socket on which a subscription has begun."""
    protocols = [Subprotocol("graphql-transport-ws")]
    address = f"ws://{client.host}/graphql"
    async with connect(
        address, subprotocols=protocols, additional_headers=client.headers
    ) as socket:
        await socket.send('{"type": "connection_init"}')
        assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        asked = {"id": "1", "type": "subscribe", "payload": {"query": CHANGES}}
        await socket.send(json.dumps(asked))
        await socket.send('{"type": "ping"}')
        assert json.loads(await socket.recv()) == {"type": "pong"}
        yield socket


async def page_after(client: Client, cursor: str) -> Any:
    asked = {"query": PAGE, "variables": {"after": cursor}}
    return (await client.http.post("/graphql", json=asked)).json()


async def code_of(client: Client, cursor: str) -> str:
    answer = await page_after(client, cursor)
    return str(answer["errors"][0]["extensions"]["code"]) if "errors" in answer else "NONE"


async def grade_of(gateway: Gateway, teacher: str, id_: str) -> Any:
    async with Client.signed_in(gateway.host, teacher) as client:
        return (await client.ask(GRADE, id=id_))["node"]


async def test_a_gateway_goes_on_while_a_backup_is_made_and_notices_when_it_is_restored(
    school_url: str, lesson: Any, tmp_path: Path, data: Path
) -> None:
    file, login = tmp_path / "school.backup", lesson["teacher"]
    with serving("--demo", DATABASE_URL=school_url) as gateway:
        async with Client.signed_in(gateway.host, login) as teacher:
            before, _ = await give(teacher, lesson, "before the backup")
            code, told, errors = await asyncio.to_thread(
                gradebook, "backup", file, DATABASE_URL=school_url
            )
            assert (code, errors) == (0, "")
            assert told.startswith(f"{file} holds 2 schools (Lindenhof School, Seaside School), ")
            after, _ = await give(teacher, lesson, "after the backup")
            cursor = (await teacher.ask(PAGE))["changes"]["cursor"]
            assert await code_of(teacher, cursor) == "NONE"
            code, told, errors = await asyncio.to_thread(
                gradebook, "restore", file, DATABASE_URL=school_url
            )
            assert (code, told) == (1, "")
            assert errors.startswith("The database is not empty, so nothing was changed.")
            assert await code_of(teacher, cursor) == "NONE"
            async with following(teacher) as socket:
                code, told, errors = await asyncio.to_thread(
                    gradebook, "restore", file, "--replace", DATABASE_URL=school_url
                )
                assert (code, errors) == (0, "")
                assert told.startswith("Restored 2 schools (Lindenhof School, Seaside School), ")
                ended = json.loads(await asyncio.wait_for(socket.recv(), 30))
                assert ended["type"] == "error"
                assert ended["payload"][0]["extensions"]["code"] in {"RESYNC", "UNAUTHENTICATED"}
            assert await code_of(teacher, cursor) == "UNAUTHENTICATED"
        async with Client.signed_in(gateway.host, login) as teacher:
            assert await code_of(teacher, cursor) == "RESYNC"
            again, _ = await give(teacher, lesson, "after the restore")
        student = (await grade_of(gateway, login, before))["student"]
        assert await grade_of(gateway, login, again) == {"value": "5", "student": student}
        assert await grade_of(gateway, login, after) is None
    environment = {"DATA": str(data)}
    code, told, errors = await asyncio.to_thread(gradebook, "restore", file, **environment)
    assert (code, errors) == (0, "")
    with serving("--demo", DATA=str(data)) as gateway:
        assert await grade_of(gateway, login, before) == {"value": "5", "student": student}
        code, told, errors = await asyncio.to_thread(
            gradebook, "backup", tmp_path / "embedded.backup", **environment
        )
        assert (code, errors) == (0, "")
    code, told, errors = await asyncio.to_thread(gradebook, "restore", "/dev/null", **environment)
    assert (code, told, errors) == (1, "", "There is no file /dev/null.\n")
