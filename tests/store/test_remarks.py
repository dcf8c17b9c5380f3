"""Remarks as users meet them: who may write, change and answer them, and what is read of them."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from domain.ids import uuid7
from resolvers import global_id
from resolvers.declarations.editing import Edit
from resolvers.declarations.transaction import Outcome
from resolvers.feed import Feed
from resolvers.mutations.remarks import (
    AddRemark,
    ChangeRemark,
    ReplyToRemark,
    add_remark,
    change_remark,
    reply_to_remark,
    withdraw_remark,
)
from resolvers.viewer import Viewer
from tests.gateway.small_school import HERE, TODAY
from tests.store.listening import Client, delivered, listening
from tests.store.post_room import PostRoom
from tests.store.receiver import receiving
from tests.store.staff_room import (
    CLASS_TEACHER,
    CLASSMATE,
    GUARDIAN,
    HEAD,
    OTHER_GUARDIAN,
    OTHER_TEACHER,
    STRANGER,
    STUDENT,
    TEACHER,
    TOMORROW,
    YESTERDAY,
    StaffRoom,
    told,
)

FAMILY, STAFF = (STUDENT, GUARDIAN), (TEACHER, CLASS_TEACHER, HEAD)
STRANGERS = (CLASSMATE, OTHER_GUARDIAN, OTHER_TEACHER, STRANGER)
EVERYBODY = (*FAMILY, *STAFF, *STRANGERS)
REMARK = """
  query ($id: ID!) { node(id: $id) { ... on Remark {
    kind text withdrawn version replies { text by }
    history { id change reason textBefore } } } }
"""
LIST = """
  query ($id: ID!, $day: Date!) { student(id: $id) {
    remarks(from: $day, to: $day) { id text } } }
"""
NODE = "query ($id: ID!) { node(id: $id) { id } }"
LIVE = """
  subscription { remarkChanged { change remark { id version text } } }
"""


def remark(room: StaffRoom, **other: Any) -> AddRemark:
    usual: dict[str, Any] = {
        "student": room.id("Student"),
        "kind": "PRAISE",
        "text": " Helped Ben. ",
        "course": room.id("Course"),
    }
    return AddRemark(**(usual | other))


async def add(room: StaffRoom, who: str = TEACHER, key: str | None = None, **other: Any) -> Outcome:
    return await add_remark(room.store, await room.viewer(who), remark(room, **other), key)


async def added(room: StaffRoom, who: str = TEACHER, **other: Any) -> str:
    """The global id of a new remark."""
    outcome = await add(room, who, **other)
    assert outcome.errors == []
    return room.id("Remark", outcome.record.id)


async def change(
    room: StaffRoom, id_: str, who: str = TEACHER, version: int = 1, **new: Any
) -> Outcome:
    new = new or {"text": "Helped Cem."}
    asked = ChangeRemark(id_, version, "Misread", **new)
    return await change_remark(room.store, await room.viewer(who), asked)


async def withdraw(room: StaffRoom, id_: str, kind: str = TEACHER, version: int = 1) -> Outcome:
    asked = Edit(id_, version, "Of another child")
    return await withdraw_remark(room.store, await room.viewer(kind), asked)


async def reply(
    room: StaffRoom, id_: str, kind: str = GUARDIAN, text: str = "Thank you."
) -> Outcome:
    asked = ReplyToRemark(id_, text)
    return await reply_to_remark(room.store, await room.viewer(kind), asked)


async def ask(room: StaffRoom, feed: Feed, kind: str, query: str, **variables: object) -> Any:
    client = await Client(room, feed, kind).sign_in()
    return await client.ask(query, **variables)


async def shown(room: StaffRoom, feed: Feed, kind: str, id_: str) -> Any:
    answer = await ask(room, feed, kind, REMARK, id=id_)
    assert "errors" not in answer
    return answer["data"]["node"]


@pytest.mark.parametrize("kind", STAFF)
async def test_staff_remarks_on_a_student_with_a_history_and_one_event(
    room: StaffRoom, kind: str
) -> None:
    viewer = await room.viewer(kind)
    outcome = await add(room, kind)
    record = outcome.record
    assert outcome.errors == []
    assert (record.kind, record.text, record.day) == ("PRAISE", "Helped Ben.", TODAY)
    assert (record.author_id, record.version) == (viewer.account.id, 1)
    (step,) = await room.rows("SELECT * FROM remark_revision")
    assert (step["change"], step["account_id"], step["version"]) == ("ADDED", viewer.account.id, 1)
    assert await room.events() == [(0, "REMARK", "ADDED", 1)]


async def test_a_remark_may_be_of_no_course_and_of_a_day_before(room: StaffRoom) -> None:
    outcome = await add(room, course=None, day=YESTERDAY)
    assert (outcome.record.course_id, outcome.record.day) == (None, YESTERDAY)


WRONG: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "no text": ({"text": " "}, ("BAD_INPUT", "text")),
    "too long": ({"text": "x" * 4_001}, ("BAD_INPUT", "text")),
    "no character": ({"text": "a\0"}, ("BAD_INPUT", "text")),
    "a control character": ({"text": "a\x1bb"}, ("BAD_INPUT", "text")),
    "a day to come": ({"day": TOMORROW}, ("BAD_INPUT", "date")),
    "a malformed student": ({"student": "x"}, ("BAD_INPUT", "student")),
    "a malformed course": ({"course": "x"}, ("BAD_INPUT", "course")),
    "an unknown student": (
        {"student": global_id.make("Student", HERE, uuid7())},
        ("NOT_FOUND", "student"),
    ),
    "an unknown course": (
        {"course": global_id.make("Course", HERE, uuid7())},
        ("NOT_FOUND", "course"),
    ),
    "a course elsewhere": (
        {"course": global_id.make("Course", HERE + 1, uuid7())},
        ("NOT_FOUND", "course"),
    ),
}


@pytest.mark.parametrize(("other", "error"), WRONG.values(), ids=WRONG)
async def test_what_is_wrong_with_a_remark_is_refused_at_its_place(
    still_room: StaffRoom, other: dict[str, Any], error: tuple[str, str]
) -> None:
    before = await still_room.written()
    outcome = await add(still_room, key="k", **other)
    assert told(outcome) == [(error[0], (error[1],))]
    assert outcome.records == []
    assert await still_room.written() == before


@pytest.mark.parametrize(
    ("kind", "code"),
    [*((kind, "FORBIDDEN") for kind in FAMILY), *((kind, "NOT_FOUND") for kind in STRANGERS)],
)
async def test_nobody_else_remarks_on_a_student(
    still_room: StaffRoom, kind: str, code: str
) -> None:
    before = await still_room.written()
    assert told(await add(still_room, kind, course=None)) == [(code, ("student",))]
    assert await still_room.written() == before


async def test_author_and_head_change_a_remark_and_what_it_was_stays(room: StaffRoom) -> None:
    id_ = await added(room)
    changed = await change(room, id_)
    assert (changed.errors, changed.record.text, changed.record.kind) == (
        [], "Helped Cem.", "PRAISE",
    )  # fmt: skip
    by_head = await change(room, id_, HEAD, 2, kind="WORK", day=YESTERDAY)
    assert (by_head.record.kind, by_head.record.day, by_head.record.version) == (
        "WORK", YESTERDAY, 3,
    )  # fmt: skip
    rows = await room.rows(
        "SELECT change, reason, text_before, kind_before, day_before FROM remark_revision"
        " ORDER BY version"
    )
    assert [tuple(row) for row in rows] == [
        ("ADDED", None, None, None, None),
        ("CHANGED", "Misread", "Helped Ben.", "PRAISE", TODAY),
        ("CHANGED", "Misread", "Helped Cem.", "PRAISE", TODAY),
    ]
    assert [event[2] for event in await room.events()] == ["ADDED", "CHANGED", "CHANGED"]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (CLASS_TEACHER, "FORBIDDEN"),
        *((kind, "FORBIDDEN") for kind in FAMILY),
        *((kind, "NOT_FOUND") for kind in STRANGERS),
    ],
)
async def test_nobody_else_changes_or_withdraws_a_remark(
    room: StaffRoom, kind: str, code: str
) -> None:
    id_ = await added(room)
    before = await room.written()
    assert told(await change(room, id_, kind)) == [(code, ("id",))]
    assert told(await withdraw(room, id_, kind)) == [(code, ("id",))]
    assert await room.written() == before


async def test_the_teacher_of_the_course_does_not_change_what_another_wrote(
    room: StaffRoom,
) -> None:
    id_ = await added(room, CLASS_TEACHER)
    assert told(await change(room, id_, TEACHER)) == [("FORBIDDEN", ("id",))]
    assert (await change(room, id_, CLASS_TEACHER)).errors == []


async def test_a_change_changes_something_of_the_version_that_stands(room: StaffRoom) -> None:
    id_, viewer = await added(room), await room.viewer()
    before = await room.written()
    nothing = ChangeRemark(id_, 1, "Hm")
    assert told(await change_remark(room.store, viewer, nothing)) == [("BAD_INPUT", ())]
    late = await change(room, id_, version=2)
    assert told(late) == [("CONFLICT", ("expectedVersion",))]
    assert late.record.text == "Helped Ben."
    ahead = await change(room, id_, day=TOMORROW)
    assert told(ahead) == [("BAD_INPUT", ("date",))]
    assert told(await change(room, id_, text=None)) == [("BAD_INPUT", ("text",))]
    assert told(await change(room, room.id("Remark", uuid7()))) == [("NOT_FOUND", ("id",))]
    assert told(await change(room, "x")) == [("BAD_INPUT", ("id",))]
    assert await room.written() == before


async def test_of_concurrent_changes_one_is_made_and_the_others_see_it(room: StaffRoom) -> None:
    id_ = await added(room)
    outcomes = await asyncio.gather(*(change(room, id_, text=f"As of {n}") for n in range(3)))
    assert sorted(len(outcome.errors) for outcome in outcomes) == [0, 1, 1]
    assert len({outcome.record.text for outcome in outcomes}) == 1
    assert len(await room.events()) == 2


@pytest.mark.parametrize("kind", [GUARDIAN, *STAFF])
async def test_guardians_and_staff_reply_and_everybody_concerned_reads_it(
    room: StaffRoom, feed: Feed, kind: str
) -> None:
    id_ = await added(room)
    outcome = await reply(room, id_, kind, " Thank you. ")
    assert (outcome.errors, outcome.record.version) == ([], 2)
    for reader in (*FAMILY, *STAFF):
        found = await shown(room, feed, reader, id_)
        assert found["replies"] == [{"text": "Thank you.", "by": kind}]
        assert [step["change"] for step in found["history"]] == ["ADDED", "REPLIED"]
    assert [event[2] for event in await room.events()] == ["ADDED", "REPLIED"]


@pytest.mark.parametrize(
    ("kind", "code"),
    [(STUDENT, "FORBIDDEN"), *((kind, "NOT_FOUND") for kind in STRANGERS)],
)
async def test_nobody_else_replies(room: StaffRoom, kind: str, code: str) -> None:
    id_ = await added(room)
    before = await room.written()
    assert told(await reply(room, id_, kind)) == [(code, ("remark",))]
    assert await room.written() == before


async def test_a_reply_says_something_of_a_remark_that_there_is(room: StaffRoom) -> None:
    id_ = await added(room)
    before = await room.written()
    assert told(await reply(room, id_, text=" ")) == [("BAD_INPUT", ("text",))]
    assert told(await reply(room, "x")) == [("BAD_INPUT", ("remark",))]
    assert told(await reply(room, room.id("Remark", uuid7()))) == [("NOT_FOUND", ("remark",))]
    assert await room.written() == before


async def test_replies_at_once_are_all_kept(room: StaffRoom) -> None:
    id_ = await added(room)
    outcomes = await asyncio.gather(*(reply(room, id_, text=f"No. {n}") for n in range(4)))
    assert [outcome.errors for outcome in outcomes] == [[]] * 4
    assert {row["text"] for row in await room.rows("SELECT text FROM remark_reply")} >= {
        f"No. {n}" for n in range(4)
    }
    (row,) = await room.rows("SELECT version FROM remark WHERE text = 'Helped Ben.'")
    assert row["version"] == 5


async def test_what_was_withdrawn_is_neither_changed_nor_answered(room: StaffRoom) -> None:
    id_ = await added(room)
    assert (await withdraw(room, id_)).errors == []
    before = await room.written()
    assert told(await change(room, id_, version=2)) == [("WITHDRAWN", ("id",))]
    assert told(await withdraw(room, id_, version=2)) == [("WITHDRAWN", ("id",))]
    assert told(await reply(room, id_)) == [("WITHDRAWN", ("remark",))]
    assert await room.written() == before


async def test_the_text_of_what_was_withdrawn_is_read_nowhere(room: StaffRoom, feed: Feed) -> None:
    id_ = await added(room)
    await reply(room, id_, GUARDIAN, "Helped whom?")
    steps = [step["id"] for step in (await shown(room, feed, HEAD, id_))["history"]]
    for outcome in (await withdraw(room, id_, version=2), await withdraw(room, id_, version=3)):
        assert (outcome.record.withdrawn, outcome.record.text) == (True, None)  # refused or not
    for kind in (*FAMILY, *STAFF):
        found = await shown(room, feed, kind, id_)
        assert (found["text"], found["withdrawn"], found["replies"]) == (None, True, [])
        listed = await ask(room, feed, kind, LIST, id=room.id("Student"), day=str(TODAY))
        assert id_ not in [each["id"] for each in listed["data"]["student"]["remarks"]]
    for kind in FAMILY:
        assert (await shown(room, feed, kind, id_))["history"] == []
        for step in steps:
            assert (await ask(room, feed, kind, NODE, id=step))["data"] == {"node": None}
    for kind in STAFF:
        history = (await shown(room, feed, kind, id_))["history"]
        assert [(step["change"], step["textBefore"]) for step in history] == [
            ("ADDED", None), ("REPLIED", "Helped Ben."), ("WITHDRAWN", "Helped Ben."),
        ]  # fmt: skip
        assert history[2]["reason"] == "Of another child"


@pytest.mark.parametrize("kind", EVERYBODY)
async def test_a_remark_exists_for_those_concerned_only(
    room: StaffRoom, feed: Feed, kind: str
) -> None:
    id_ = await added(room)
    answer = await ask(room, feed, kind, NODE, id=id_)
    assert answer["data"]["node"] == (None if kind in STRANGERS else {"id": id_})


async def test_who_wrote_a_remark_reads_it_and_changes_nothing_when_they_teach_the_student_no_more(
    room: StaffRoom, feed: Feed
) -> None:
    id_ = await added(room)
    await room.store.pool.execute(
        "UPDATE teaching SET ends_on = $1 WHERE course_id = $2",
        YESTERDAY,
        room.small.records["Course"],
    )
    assert (await shown(room, feed, TEACHER, id_))["text"] == "Helped Ben."
    before = await room.written()
    for refused in (await change(room, id_), await withdraw(room, id_)):
        assert told(refused) == [("FORBIDDEN", ("id",))]
    assert await room.written() == before
    assert told(await add(room)) == [("NOT_FOUND", ("student",))]


async def test_nothing_is_written_of_a_day_in_a_locked_period(room: StaffRoom) -> None:
    id_, today = await added(room, day=YESTERDAY), await added(room)
    await room.lock(YESTERDAY)
    before = await room.written()
    assert told(await add(room, day=YESTERDAY)) == [("PERIOD_LOCKED", ("date",))]
    assert told(await change(room, id_)) == [("PERIOD_LOCKED", ("id",))]
    assert told(await withdraw(room, id_)) == [("PERIOD_LOCKED", ("id",))]
    assert told(await reply(room, id_)) == [("PERIOD_LOCKED", ("remark",))]
    into = await change(room, today, day=YESTERDAY)
    assert told(into) == [("PERIOD_LOCKED", ("date",))]
    assert await room.written() == before
    assert (await change(room, today)).errors == []


async def test_a_retry_with_its_key_does_nothing_twice(room: StaffRoom) -> None:
    viewer, guardian = await room.viewer(), await room.viewer(GUARDIAN)
    first = await asyncio.gather(*(add(room, key="add") for _ in range(3)))
    assert len({outcome.record.id for outcome in first}) == 1
    id_ = room.id("Remark", first[0].record.id)
    steps: tuple[tuple[Any, Viewer, Any], ...] = (
        (change_remark, viewer, ChangeRemark(id_, 1, "Misread", text="Helped Cem.")),
        (reply_to_remark, guardian, ReplyToRemark(id_, "Thank you.")),
        (withdraw_remark, viewer, Edit(id_, 3, "Of another child")),
    )
    for version, (mutation, who, asked) in enumerate(steps, 2):
        for _ in range(2):
            outcome = await mutation(room.store, who, asked, f"to {version}")
            assert (outcome.errors, outcome.record.version) == ([], version)
    reused = await add(room, key="add", text="Helped Cem.")
    assert told(reused) == [("IDEMPOTENCY_KEY_REUSED", ("idempotencyKey",))]
    assert len(await room.events()) == 4
    assert len(await room.rows("SELECT FROM remark_reply WHERE text = 'Thank you.'")) == 1


async def test_those_concerned_hear_of_it_live_and_never_of_a_withdrawn_text(
    room: StaffRoom, feed: Feed
) -> None:
    async with AsyncExitStack() as stack:
        listeners = {
            who: await stack.enter_async_context(listening(room, feed, who, LIVE))
            for who in EVERYBODY
        }
        id_ = await added(room)
        await delivered(room, feed)
        await reply(room, id_)
        await delivered(room, feed)
        await withdraw(room, id_, version=2)
        await delivered(room, feed)
    steps = [
        {"change": change, "remark": {"id": id_, "version": version, "text": text}}
        for change, version, text in (
            ("ADDED", 1, "Helped Ben."), ("REPLIED", 2, "Helped Ben."), ("WITHDRAWN", 3, None),
        )
    ]  # fmt: skip
    heard = {who: listener.events for who, listener in listeners.items() if listener.answers}
    assert heard == dict.fromkeys((*FAMILY, *STAFF), steps)


async def test_a_follower_who_comes_late_is_told_of_the_steps_without_a_withdrawn_text(
    room: StaffRoom, feed: Feed
) -> None:
    page = "query ($after: String) { changes(after: $after) { cursor changes { change"
    page += " ... on RemarkChange { remark { text } } } } }"
    cursor = (await ask(room, feed, GUARDIAN, page))["data"]["changes"]["cursor"]
    await withdraw(room, await added(room))
    await delivered(room, feed)
    answer = await ask(room, feed, GUARDIAN, page, after=cursor)
    assert answer["data"]["changes"]["changes"] == [
        {"change": "ADDED", "remark": {"text": None}},
        {"change": "WITHDRAWN", "remark": {"text": None}},
    ]


async def test_a_webhook_is_told_that_there_was_a_step_and_nothing_of_the_text(
    room: StaffRoom,
) -> None:
    post = PostRoom(room)
    async with receiving() as receiver:
        await post.webhook(receiver.url, "REMARK")
        id_ = await added(room)
        await reply(room, id_)
        await withdraw(room, id_, version=2)
        async with post.working():
            got = await receiver.until(3)
    assert [each.content["type"] for each in got] == [
        "remark.added", "remark.replied", "remark.withdrawn",
    ]  # fmt: skip
    assert {each.content["data"]["id"] for each in got} == {id_}
    assert not any(b"Ben" in each.body for each in got)
