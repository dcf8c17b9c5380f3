"""A request that is known by its bytes is answered as one that is read anew."""

from datetime import timedelta
from typing import Any

import orjson

from gateway.known_requests import LARGEST, KnownRequests
from tests.cluster import on_one_postgresql
from tests.gateway.front_door import RESPONSE, FrontDoor
from tests.gateway.small_school import TODAY

NAME = "query ($id: ID!) { student(id: $id) { displayName courses { title } } }"
JSON = "application/json"


def known_to(door: FrontDoor) -> KnownRequests:
    endpoint: Any = door.app.requests  # type: ignore[attr-defined]
    known: KnownRequests = endpoint.known
    return known


async def sent(door: FrontDoor, body: bytes, token: str | None, **headers: str) -> Any:
    given = {"content-type": JSON, "accept": JSON, "accept-encoding": "identity"}
    if token is not None:
        given["authorization"] = f"Bearer {token}"
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    door.http.cookies.clear()
    return await door.http.post("/graphql", content=body, headers=given)


@on_one_postgresql("no answers are kept on a cluster")
async def test_equal_bodies_are_answered_by_who_sends_them_and_how(door: FrontDoor) -> None:
    body = orjson.dumps({"query": NAME, "variables": {"id": door.small.id("Student")}})
    tokens = {
        who: await door.token(who)
        for who in ("the student", "guardian of this child", "guardian of another")
    }
    mine = tokens["the student"]
    hits = door.app.state.process.kept.figures
    first = await sent(door, body, mine)
    shown = first.json()["data"]["student"]
    for _ in range(3):
        assert (await sent(door, body, mine)).content == first.content
    assert hits.hits == 3
    assert known_to(door).prepared(body) is not None

    others = {
        "guardian of this child": {"student": shown},
        "guardian of another": {"student": None},
    }
    for who, data in others.items():
        assert (await sent(door, body, tokens[who])).json() == {"data": data}
    for authorization in (f"Bearer {mine}x", f"Basic {mine}", mine):
        refused = await sent(door, body, None, authorization=authorization)
        assert refused.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert (await sent(door, body, None)).json()["data"] == {"student": None}
    cookie = f"gradebook_session={mine}"
    assert (await sent(door, body, None, cookie=cookie)).content == first.content
    other = await sent(door, body, tokens["guardian of another"], cookie=cookie)
    assert other.json() == {"data": {"student": None}}

    assert first.headers["content-type"] == f"{JSON}; charset=utf-8"
    for accept in RESPONSE["Accept"], "text/event-stream":
        answer = await sent(door, body, mine, accept=accept)
        assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
        assert first.content in answer.content
    for status, headers in (
        (406, {"accept": "image/png"}),
        (415, {"content_type": "text/plain"}),
        (415, {"content_type": f"{JSON}; charset=latin-1"}),
        (415, {"content_encoding": "gzip"}),
    ):
        assert (await sent(door, body, mine, **headers)).status_code == status
    assert (await sent(door, body[:-1], mine)).status_code == 400
    ids = [(await sent(door, body, mine)).headers["traceparent"] for _ in range(2)]
    assert ids[0] != ids[1]


async def test_a_known_request_is_refused_once_its_session_or_its_right_has_ended(
    door: FrontDoor,
) -> None:
    body = orjson.dumps({"query": NAME, "variables": {"id": door.small.id("Student")}})
    parent, head = await door.token("guardian of this child"), await door.token("the head")
    for _ in range(3):
        assert (await sent(door, body, parent)).json()["data"]["student"] is not None
    tie = {"student": door.small.id("Student"), "guardian": door.small.id("Guardian")}
    day = str(TODAY - timedelta(1))
    ended = await door.do("endGuardianship", "", head, **tie, reason="An order", endsOn=day)
    assert ended["errors"] == []
    assert (await sent(door, body, parent)).json() == {"data": {"student": None}}

    for _ in range(3):
        assert (await sent(door, body, head)).json()["data"]["student"] is not None
    await door.ask("mutation { signOut { errors { code } } }", head)
    refused = (await sent(door, body, head)).json()
    assert [each["extensions"]["code"] for each in refused["errors"]] == ["UNAUTHENTICATED"]
    assert "data" not in refused


@on_one_postgresql("no answers are kept on a cluster")
async def test_what_is_remembered_of_requests_is_bounded(door: FrontDoor) -> None:
    known, token, id_ = known_to(door), await door.token("the student"), door.small.id("Student")
    operations, senders = known._operations, known._senders

    def asking(query: str = NAME, **more: object) -> bytes:
        return orjson.dumps({"query": query, "variables": {"id": id_, **more}})

    public = orjson.dumps({"query": "{ viewer { account { id } } }"})
    for _ in range(3):
        await sent(door, public, None)
        await sent(door, asking(), None)
        await sent(door, asking(unused="x" * LARGEST), token)
    assert (len(operations), len(senders)) == (0, 1)
    for _ in range(2):
        await sent(door, asking(), token, user_agent="x" * LARGEST)
    assert (len(operations), len(senders)) == (1, 1)
    each = operations.bytes
    operations.most_bytes = senders.most_bytes = 5 * each
    for number in range(20):
        for _ in range(2):
            await sent(door, asking(unused=number), token, user_agent=f"Agent {number}")
    assert 2 < len(operations) < 6
    assert 0 < len(senders) < 6
    assert operations.bytes <= 5 * each
    assert senders.bytes <= 5 * each

    documents = door.app.state.gateway.engine.documents
    last = documents.known(NAME)
    assert last is not None
    documents._dropped([last])
    assert (len(operations), operations.bytes) == (0, 0)
