"""A change of who somebody is, felt by their running session, sockets and streams at once."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from websockets import Subprotocol, connect

from resolvers import global_id
from tests.gateway.front_door import FrontDoor
from tests.gateway.small_school import HERE, TODAY

GUARDIAN, STUDENT, HEAD = "guardian of this child", "the student", "the head"
TEACHER, CLASS_TEACHER, OTHER_TEACHER = (
    "the course's teacher", "the class teacher", "another teacher",
)  # fmt: skip
DEPUTY = "a deputy head"
PROTOCOL = Subprotocol("graphql-transport-ws")
YESTERDAY = str(TODAY - timedelta(1))
SEES = "query ($id: ID!) { node(id: $id) { ... on Grade { value } } }"
MAY = "query ($id: ID!) { node(id: $id) { ... on Homework { viewerMay } } }"


class Socket:
    """One WebSocket, over which its viewer asks and follows."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.last = 0

    async def begin(self, query: str, **variables: Any) -> str:
        self.last += 1
        payload = {"query": query, "variables": variables}
        message = {"id": str(self.last), "type": "subscribe", "payload": payload}
        await self.connection.send(json.dumps(message))
        return str(self.last)

    async def next(self, id_: str) -> Any:
        """The next message about the operation."""
        while True:
            message = json.loads(await self.connection.recv())
            if message.get("id") == id_:
                return message

    async def ask(self, query: str, **variables: Any) -> Any:
        id_ = await self.begin(query, **variables)
        answer = await self.next(id_)
        await self.next(id_)
        return answer["payload"]["data"]["node"]


@asynccontextmanager
async def socket_of(door: FrontDoor, token: str) -> AsyncIterator[Socket]:
    headers = {"Authorization": f"Bearer {token}"}
    url = f"ws://{door.host}/graphql"
    async with connect(url, subprotocols=[PROTOCOL], additional_headers=headers) as connection:
        await connection.send(json.dumps({"type": "connection_init"}))
        assert json.loads(await connection.recv()) == {"type": "connection_ack"}
        yield Socket(connection)


LOSING = {
    "restrictGuardianship": GUARDIAN,
    "endGuardianship": GUARDIAN,
    "endTeaching": TEACHER,
    "changeClassGroup": CLASS_TEACHER,
    "endRole": DEPUTY,
}
"""By the mutation, who then sees a grade no more."""


async def input_of(door: FrontDoor, mutation: str) -> dict[str, Any]:
    id_ = door.small.id
    if mutation == "endTeaching":
        teacher = await door.id_of(TEACHER)
        return {"course": id_("Course"), "teacher": teacher, "endsOn": YESTERDAY}
    if mutation == "changeClassGroup":
        return {"id": id_("ClassGroup"), "classTeacher": None, "deputy": None}
    if mutation == "endRole":
        role = await door.pool.fetchval("SELECT id FROM membership WHERE role = 'DEPUTY_HEAD'")
        return {"school": id_("School"), "roleId": str(role)}
    tie = {"student": id_("Student"), "guardian": id_("Guardian"), "reason": "An order"}
    more = {"endsOn": YESTERDAY} if mutation == "endGuardianship" else {}
    return tie | (more or {"restriction": "NOTHING_SEEN"})


@pytest.mark.parametrize("mutation", LOSING)
async def test_who_is_somebody_no_more_is_told_nothing_more_at_once(
    door: FrontDoor, mutation: str
) -> None:
    who, more = LOSING[mutation], await input_of(door, mutation)
    grade, token, head = door.small.id("Grade"), await door.token(who), await door.token(HEAD)
    follow = "subscription ($of: [ID!]) { gradeChanged(students: $of) { cursor } }"
    of = {"of": [door.small.id("Student")]}
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    body = {"query": follow, "variables": of}
    async with (
        socket_of(door, token) as socket,
        socket_of(door, token) as following,
        door.http.stream("POST", "/graphql", json=body, headers=headers) as streamed,
    ):
        assert await socket.ask(SEES, id=grade) == {"value": "4"}
        id_ = await following.begin(follow, **of)
        await asyncio.sleep(0.5)
        done = await door.do(mutation, "", head, **more)
        assert done["errors"] == []
        async with asyncio.timeout(10):  # a second, on a machine that has time
            ended = await following.next(id_)
            text = "".join([part async for part in streamed.aiter_text()])
            while await socket.ask(SEES, id=grade) is not None:
                await asyncio.sleep(0.05)
    assert ended["type"] == "error"
    code = ended["payload"][0]["extensions"]["code"]
    assert code in ("NOT_FOUND", "FORBIDDEN")
    assert f'"code":"{code}"' in text
    answer = (await door.post(SEES, token, id=grade)).json()
    assert answer["data"] == {"node": None}


async def test_who_stands_in_or_is_granted_a_role_may_at_once_what_they_then_may(
    door: FrontDoor,
) -> None:
    grade, head, days = door.small.id("Grade"), await door.token(HEAD), str(TODAY)
    token, other = await door.token(OTHER_TEACHER), await door.id_of(OTHER_TEACHER)
    stands_in = {
        "course": door.small.id("Course"), "teacher": other,
        "standsInFor": await door.id_of(TEACHER), "beginsOn": days, "endsOn": days,
    }  # fmt: skip
    await door.pool.execute("UPDATE grade SET day = $1", TODAY)
    async with socket_of(door, token) as socket:
        assert await socket.ask(SEES, id=grade) is None
        assert (await door.do("standIn", "", head, **stands_in))["errors"] == []
        async with asyncio.timeout(10):
            while await socket.ask(SEES, id=grade) is None:
                await asyncio.sleep(0.05)
        await door.pool.execute("UPDATE teaching SET active = false WHERE stands_in_for_id"
                                " IS NOT NULL")  # fmt: skip
        granted = {
            "school": door.small.id("School"), "teacher": other, "role": "DEPUTY_HEAD",
            "reason": "While the head is ill", "endsOn": days,
        }  # fmt: skip
        assert (await door.do("grantRole", "", head, **granted))["errors"] == []
        school = global_id.make("School", HERE, global_id.NIL)
        may = "query ($id: ID!) { node(id: $id) { ... on School { viewerMay } } }"
        async with asyncio.timeout(10):
            while "grantRole" not in (await socket.ask(may, id=school))["viewerMay"]:
                await asyncio.sleep(0.05)
        assert await socket.ask(SEES, id=grade) == {"value": "4"}


async def test_a_student_who_leaves_reads_on_and_may_do_nothing_more_at_once(
    door: FrontDoor,
) -> None:
    head, homework = await door.token(HEAD), door.small.id("Homework")
    async with socket_of(door, await door.token(STUDENT)) as socket:
        assert "tickHomework" in (await socket.ask(MAY, id=homework))["viewerMay"]
        left = {"id": door.small.id("Student"), "endsOn": YESTERDAY}
        assert (await door.do("setStudentLeaving", "", head, **left))["errors"] == []
        async with asyncio.timeout(10):
            while (await socket.ask(MAY, id=homework) or {}).get("viewerMay"):
                await asyncio.sleep(0.05)
        assert await socket.ask(SEES, id=door.small.id("Grade")) == {"value": "4"}
