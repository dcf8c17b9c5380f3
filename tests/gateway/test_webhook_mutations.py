"""Webhooks as a head sets them up: told the secret once, and nobody else told anything."""

from base64 import b64decode
from typing import Any

import pytest

from domain.webhooks import SECRET_BYTES
from gateway.process import build_app
from gateway.settings import Settings
from resolvers import global_id
from resolvers.context import Context
from resolvers.webhooks import Sender, Webhooks
from schema.build import schema
from tests.asking import graphql
from tests.gateway.small_school import HERE
from tests.gateway.toy import running
from tests.store.receiver import answer as answering
from tests.store.receiver import receiving
from tests.store.staff_room import (
    GUARDIAN,
    HEAD,
    STRANGER,
    STUDENT,
    TEACHER,
    StaffRoom,
)

SCHOOL = global_id.make("School", HERE, global_id.NIL)
URL = "https://receiver.example/hook?key=1"
CREATE = """
  mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) {
    webhook { id url description topics state version createdBy failingSince nextTryAt }
    secret errors { code path }
  } }
"""
CHANGE = """
  mutation ($input: ChangeWebhookInput!) { changeWebhook(input: $input) {
    webhook { url description topics state version createdBy } secret errors { code path }
  } }
"""
REMOVE = """
  mutation ($input: RemoveWebhookInput!) { removeWebhook(input: $input) { errors { code path } } }
"""
REPLAY = """
  mutation ($input: ReplayWebhookInput!) { replayWebhook(input: $input) {
    webhook { id version } errors { code path }
  } }
"""
PING = """
  mutation ($input: PingWebhookInput!) { pingWebhook(input: $input) {
    status error excerpt errors { code path }
  } }
"""
LIST = "query ($id: ID!) { school(id: $id) { webhooks { id } } }"


async def send(
    room: StaffRoom, kind: str, document: str, *, local: bool = False, **given: Any
) -> Any:
    settings = Settings(webhook_networks=("127.0.0.0/8",) if local else ())  # type: ignore[arg-type]
    webhooks = Webhooks(room.store, Sender(settings.webhook_networks))
    answer = await graphql(
        schema._schema,
        document,
        context_value=Context(room.store, await room.viewer(kind), webhooks=webhooks),
        variable_values=given,
    )
    return answer.formatted


def new(**other: Any) -> dict[str, Any]:
    return {"school": SCHOOL, "url": URL, "topics": ["GRADE"]} | other


async def created(room: StaffRoom, **other: Any) -> Any:
    answer = (await send(room, HEAD, CREATE, input=new(**other)))["data"]["createWebhook"]
    assert answer["errors"] == []
    return answer


async def changed(room: StaffRoom, id_: str, version: int, **other: Any) -> Any:
    given = {"id": id_, "expectedVersion": version} | other
    return (await send(room, HEAD, CHANGE, input=given))["data"]["changeWebhook"]


async def test_a_head_is_told_the_secret_once_and_it_is_the_one_that_signs(room: StaffRoom) -> None:
    answer = await created(room, description=" The register ", topics=["LESSON", "GRADE", "LESSON"])
    (row,) = await room.rows("SELECT * FROM webhook")
    assert answer["webhook"] == {
        "id": global_id.make("Webhook", HERE, row["id"]),
        "url": URL,
        "description": "The register",
        "topics": ["LESSON", "GRADE"],
        "state": "ENABLED",
        "version": 1,
        "createdBy": HEAD,
        "failingSince": None,
        "nextTryAt": None,
    }
    assert b64decode(answer["secret"].removeprefix("whsec_")) == row["secret"]
    assert len(row["secret"]) == SECRET_BYTES


async def test_no_field_but_that_of_the_mutation_tells_a_secret() -> None:
    told = {
        f"{name}.{field}"
        for name, type_ in schema._schema.type_map.items()
        for field in getattr(type_, "fields", {})
        if "secret" in field.lower()
    }
    assert told == {
        "CreateWebhookPayload.secret",
        "ChangeWebhookPayload.secret",
        "ChangeWebhookInput.rotateSecret",
        "BeginSecondFactorPayload.secret",
    }


async def test_creating_again_with_the_same_key_creates_no_second_and_tells_no_secret(
    room: StaffRoom,
) -> None:
    first = await created(room, idempotencyKey="a")
    again = await created(room, idempotencyKey="a")
    assert again == first | {"secret": None}
    other = await send(room, HEAD, CREATE, input=new(idempotencyKey="a", topics=["LESSON"]))
    assert other["data"]["createWebhook"]["errors"] == [
        {"code": "IDEMPOTENCY_KEY_REUSED", "path": ["idempotencyKey"]}
    ]
    assert len(await room.rows("SELECT FROM webhook")) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example/",
        "ftp://receiver.example/",
        "https://",
        "https://user:pass@receiver.example/",
        "https://receiver.example/#part",
        "https://receiver.example:99999/",
        "https://receiver.example:0/",
        "https://receiver .example/",
        "https://bücher.example/",
        "receiver.example",
        "",
        "https://receiver.example/" + "a" * 2_000,
        "https://10.0.0.1/",
        "https://10.1/",
        "https://0x7f000001/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://.org/",
        "https://@receiver.example/",
        "https://good.example\\@receiver.example/",
        "https://127.0.0.1@receiver.example/",
    ],
)
async def test_an_address_that_will_not_do_is_refused(still_room: StaffRoom, url: str) -> None:
    answer = await send(still_room, HEAD, CREATE, input=new(url=url))
    assert answer["data"]["createWebhook"] == {
        "webhook": None,
        "secret": None,
        "errors": [{"code": "BAD_INPUT", "path": ["url"]}],
    }
    assert await still_room.rows("SELECT FROM webhook") == []


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("https://93.184.215.14/", False),
        ("https://[2606:4700:4700::1111]/", False),
        ("https://127.0.0.1/", True),
    ],
)
async def test_an_address_by_number_may_be_public_or_of_an_allowed_network(
    room: StaffRoom, url: str, local: bool
) -> None:
    answer = await send(room, HEAD, CREATE, local=local, input=new(url=url))
    assert answer["data"]["createWebhook"]["webhook"]["url"] == url


async def test_a_ping_is_signed_and_tells_what_is_answered_but_not_too_often(
    room: StaffRoom,
) -> None:
    refusing = answering(503, b"not now")
    async with receiving(refusing) as receiver:
        answer = await send(room, HEAD, CREATE, local=True, input=new(url=receiver.url))
        made = answer["data"]["createWebhook"]
        given = {"id": made["webhook"]["id"]}
        told = (await send(room, HEAD, PING, local=True, input=given))["data"]["pingWebhook"]
        error = "The answer was 503."
        assert told == {"status": 503, "error": error, "excerpt": "not now", "errors": []}
        (got,) = receiver.got
        content = got.verified(made["secret"])
        assert content["type"] == "webhook.ping"
        assert content["data"] == {"id": given["id"], "school": SCHOOL}
        answer = await send(room, HEAD, PING, input=given)
        refused = answer["data"]["pingWebhook"]
        assert refused["error"] == "The host's address is not one that webhooks may be sent to."
        assert refused["status"] is None
        assert len(receiver.got) == 1
        assert await room.rows("SELECT * FROM webhook_delivery") == []
        for _ in range(3):
            await send(room, HEAD, PING, local=True, input=given)
        answer = await send(room, HEAD, PING, local=True, input=given)
        errors = answer["data"]["pingWebhook"]["errors"]
        assert errors == [{"code": "RATE_LIMITED", "path": ["id"]}]
        assert len(receiver.got) == 4


async def test_a_webhook_is_not_changed_to_an_address_of_our_own_network(room: StaffRoom) -> None:
    id_ = (await created(room))["webhook"]["id"]
    answer = await changed(room, id_, 1, url="https://169.254.169.254/")
    assert answer["errors"] == [{"code": "BAD_INPUT", "path": ["url"]}]
    assert [row["url"] for row in await room.rows("SELECT url FROM webhook")] == [URL]


async def test_plain_http_is_for_who_allows_the_loopback(room: StaffRoom) -> None:
    url = "http://127.0.0.1:8000/"
    answer = await send(room, HEAD, CREATE, local=True, input=new(url=url))
    assert answer["data"]["createWebhook"]["webhook"]["url"] == url


async def test_a_webhook_has_topics_and_a_school_not_too_many_webhooks(room: StaffRoom) -> None:
    answer = await send(room, HEAD, CREATE, input=new(topics=[]))
    assert answer["data"]["createWebhook"]["errors"] == [{"code": "BAD_INPUT", "path": ["topics"]}]
    for _ in range(20):
        await created(room)
    answer = await send(room, HEAD, CREATE, input=new())
    assert answer["data"]["createWebhook"]["errors"] == [{"code": "TOO_MANY", "path": ["school"]}]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (TEACHER, "FORBIDDEN"),
        (GUARDIAN, "FORBIDDEN"),
        (STUDENT, "FORBIDDEN"),
        (STRANGER, "NOT_FOUND"),
    ],
)
async def test_who_is_no_head_of_the_school_sets_up_nothing(
    room: StaffRoom, kind: str, code: str
) -> None:
    id_ = (await created(room))["webhook"]["id"]
    before = await room.rows("SELECT * FROM webhook")
    answer = await send(room, kind, CREATE, input=new())
    assert answer["data"]["createWebhook"]["errors"] == [{"code": code, "path": ["school"]}]
    unknown = [{"code": "NOT_FOUND", "path": ["id"]}]
    given = {"id": id_, "expectedVersion": 1, "enabled": False}
    answer = await send(room, kind, CHANGE, input=given)
    assert answer["data"]["changeWebhook"] == {"webhook": None, "secret": None, "errors": unknown}
    answer = await send(room, kind, REMOVE, input={"id": id_})
    assert answer["data"]["removeWebhook"]["errors"] == unknown
    answer = await send(room, kind, PING, input={"id": id_})
    assert answer["data"]["pingWebhook"]["errors"] == unknown
    answer = await send(room, kind, REPLAY, input={"id": id_, "deadLetters": True})
    assert answer["data"]["replayWebhook"] == {"webhook": None, "errors": unknown}
    assert await room.rows("SELECT * FROM webhook") == before


async def test_a_webhook_is_changed_disabled_and_enabled(room: StaffRoom) -> None:
    id_ = (await created(room))["webhook"]["id"]
    answer = await changed(
        room, id_, 1, url="https://other.example/", topics=["HOMEWORK"], description="x"
    )
    expected = {
        "url": "https://other.example/",
        "description": "x",
        "topics": ["HOMEWORK"],
        "state": "ENABLED",
        "version": 2,
        "createdBy": HEAD,
    }
    assert answer == {"webhook": expected, "secret": None, "errors": []}
    answer = await changed(room, id_, 2, enabled=False, description=None)
    expected |= {"state": "DISABLED", "version": 3, "description": None}
    assert answer["webhook"] == expected
    answer = await changed(room, id_, 3, enabled=True)
    assert answer["webhook"] == expected | {"state": "ENABLED", "version": 4}


async def test_a_new_secret_is_told_once_and_the_old_one_kept_for_a_day(room: StaffRoom) -> None:
    first = await created(room)
    asked = {"rotateSecret": True, "idempotencyKey": "a"}
    answer = await changed(room, first["webhook"]["id"], 1, **asked)
    assert answer["secret"].startswith("whsec_")
    assert answer["secret"] != first["secret"]
    again = await changed(room, first["webhook"]["id"], 1, **asked)
    assert again == answer | {"secret": None}
    (row,) = await room.rows("SELECT secret <> previous_secret AS other FROM webhook")
    assert row["other"]


async def test_a_change_of_an_older_version_is_a_conflict_that_shows_what_stands(
    room: StaffRoom,
) -> None:
    id_ = (await created(room))["webhook"]["id"]
    await changed(room, id_, 1, description="first")
    answer = await changed(room, id_, 1, description="second", rotateSecret=True)
    assert answer["errors"] == [{"code": "CONFLICT", "path": ["expectedVersion"]}]
    assert answer["secret"] is None
    assert answer["webhook"]["description"] == "first"
    assert answer["webhook"]["createdBy"] == HEAD


@pytest.mark.parametrize("nothing", [{}, {"url": None}, {"topics": None}, {"enabled": None}])
async def test_a_change_changes_something_that_can_be_changed(
    room: StaffRoom, nothing: dict[str, Any]
) -> None:
    id_ = (await created(room))["webhook"]["id"]
    answer = await changed(room, id_, 1, **nothing)
    assert answer["errors"] == [{"code": "BAD_INPUT", "path": list(nothing)}]


async def test_what_is_removed_is_gone_and_removing_it_again_safe_with_a_key(
    room: StaffRoom,
) -> None:
    id_ = (await created(room))["webhook"]["id"]
    asked = {"id": id_, "idempotencyKey": "a"}
    for _ in range(2):
        answer = await send(room, HEAD, REMOVE, input=asked)
        assert answer["data"]["removeWebhook"]["errors"] == []
    answer = await send(room, HEAD, REMOVE, input={"id": id_})
    assert answer["data"]["removeWebhook"]["errors"] == [{"code": "NOT_FOUND", "path": ["id"]}]
    assert await send(room, HEAD, LIST, id=SCHOOL) == {"data": {"school": {"webhooks": []}}}


async def test_deliveries_are_read_a_page_at_a_time_and_by_what_became_of_them(
    room: StaffRoom,
) -> None:
    id_ = (await created(room))["webhook"]["id"]
    await room.store.pool.execute(
        "INSERT INTO webhook_delivery (school_id, id, webhook_id, xid, seq, cursor, topic, change,"
        " ref, at, state, attempts, first_at, last_at) SELECT school_id,"
        " ('01900000-0000-7000-8000-00000000000' || n)::uuid, id, '9', n, 'c' || n, 'GRADE',"
        " 'GIVEN', id, now(), CASE WHEN n % 2 = 0 THEN 'DEAD' ELSE 'DELIVERED' END, 1, now(), now()"
        " FROM webhook, generate_series(1, 5) AS n"
    )
    document = """
      query ($id: ID!, $after: String, $states: [WebhookDeliveryState!]) { node(id: $id) {
        ... on Webhook { deliveries(first: 2, after: $after, states: $states) {
          edges { node { cursor state type } } pageInfo { hasNextPage endCursor } } } } }
    """
    seen, after = [], None
    for _ in range(3):
        answer = await send(room, HEAD, document, id=id_, after=after)
        page = answer["data"]["node"]["deliveries"]
        seen.append([edge["node"]["cursor"] for edge in page["edges"]])
        after = page["pageInfo"]["endCursor"]
    assert seen == [["c5", "c4"], ["c3", "c2"], ["c1"]]
    assert page["pageInfo"]["hasNextPage"] is False
    answer = await send(room, HEAD, document, id=id_, states=["DEAD"])
    assert [edge["node"] for edge in answer["data"]["node"]["deliveries"]["edges"]] == [
        {"cursor": "c4", "state": "DEAD", "type": "grade.given"},
        {"cursor": "c2", "state": "DEAD", "type": "grade.given"},
    ]
    answer = await send(room, HEAD, document, id=id_, after="nonsense")
    assert answer["errors"][0]["message"] == "The cursor is not one that this server gave."


async def test_a_served_school_sends_what_its_head_has_asked_for(
    room: StaffRoom, room_url: str
) -> None:
    async with receiving() as receiver:
        settings = Settings(webhook_networks=("127.0.0.0/8",))  # type: ignore[arg-type]
        async with running(build_app(settings, room_url)):
            answer = await send(room, HEAD, CREATE, local=True, input=new(url=receiver.url))
            secret = answer["data"]["createWebhook"]["secret"]
            document = "mutation ($i: GiveGradeInput!) { giveGrade(input: $i) { grade { id } } }"
            grade = {
                "student": room.id("Student"),
                "lesson": room.id("Lesson"),
                "workType": room.id("WorkType"),
                "value": "5",
            }
            given = (await send(room, TEACHER, document, i=grade))["data"]["giveGrade"]["grade"]
            (got,) = await receiver.until(1)
    content = got.verified(secret)
    assert (content["type"], content["data"]["id"]) == ("grade.given", given["id"])
