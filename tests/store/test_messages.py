"""Messages as people meet them: who may write to whom, whom a message reaches, and when."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from itertools import product
from typing import Any

import pytest

from db.own_data.erasing import ACTIONS
from db.own_data.parts import PARTS
from db.reading.correspondents import reached_by_account
from domain import clock
from domain.audience import Audience
from domain.ids import uuid7
from domain.messages import Part, may_write
from domain.own_data import DataKind
from domain.rests import rests_until
from domain.ties import TieName
from resolvers import global_id
from resolvers.messages import Deliveries
from tests.gateway.small_school import HERE, TODAY
from tests.store.listening import at_work, delivered, listening
from tests.store.office_room import SCHOOL, act, ask, done, refusals, why
from tests.store.staff_room import (
    CLASS_TEACHER,
    CLASSMATE,
    DEPUTY,
    GUARDIAN,
    HEAD,
    OTHER_GUARDIAN,
    OTHER_TEACHER,
    SECRETARY,
    STRANGER,
    STUDENT,
    TEACHER,
    YESTERDAY,
    StaffRoom,
)

PEOPLE = (
    GUARDIAN, OTHER_GUARDIAN, STUDENT, CLASSMATE, TEACHER, OTHER_TEACHER, CLASS_TEACHER, HEAD,
    DEPUTY, SECRETARY,
)  # fmt: skip
MESSAGE = "id by text own version waitsUntil conversation { id subject answers }"
LIST = """
  query ($school: ID!, $search: String, $unread: Boolean! = false) { node(id: $school) {
    ... on School { unreadMessages conversations(search: $search, unread: $unread) {
      totalCount edges { node { id subject unread muted draft lastMessage { text by }
        people { name starter readAt } messages { edges { node { text by } } } } } } } } }
"""


async def person(room: StaffRoom, who: str) -> str:
    """The global id of whom an account is in the school."""
    (row,) = await room.rows(
        "SELECT * FROM membership WHERE account_id = $1", room.small.accounts[who]
    )
    role = row["role"].lower()
    return global_id.make(role.capitalize(), HERE, row[f"{role}_id"])


async def start(room: StaffRoom, kind: str = TEACHER, /, **given: Any) -> Any:
    return await act(
        room, "startConversation", MESSAGE, kind, **{"school": SCHOOL, "text": "Hello", **given}
    )


async def started(room: StaffRoom, kind: str = TEACHER, /, **given: Any) -> Any:
    answer = await start(room, kind, **given)
    assert answer["errors"] == []
    return answer["found"]


async def send(room: StaffRoom, kind: str, conversation: str, /, **given: Any) -> Any:
    given = {"conversation": conversation, "text": "Thanks", **given}
    return await act(room, "sendMessage", MESSAGE, kind, **given)


async def box(room: StaffRoom, kind: str, **given: Any) -> Any:
    return (await ask(room, kind, LIST, school=SCHOOL, **given))["node"]


async def texts(room: StaffRoom, kind: str, **given: Any) -> list[list[str]]:
    """Of each conversation of theirs, what they read."""
    found = (await box(room, kind, **given))["conversations"]["edges"]
    return [[each["node"]["text"] for each in one["node"]["messages"]["edges"]] for one in found]


async def part(room: StaffRoom, who: str) -> Part:
    rights = (await room.viewer(who)).schools[HERE]
    ties = rights.of_today
    return Part(
        rights.office,
        bool(ties[TieName.TEACHER]),
        ties[TieName.STUDENT_TAUGHT] | ties[TieName.STUDENT_LED],
        ties[TieName.STUDENT] | ties[TieName.CHILD],
        ties[TieName.CLASS_OF_SELF],
    )


async def reached(room: StaffRoom, who: str) -> set[str]:
    accounts = {id_: name for name, id_ in room.small.accounts.items()}
    rows: list[Any] = await room.store.fetch(
        reached_by_account,
        school=HERE,
        account=room.small.accounts[who],
        day=TODAY,
        accounts=list(accounts),
    )
    return {accounts[row.account_id] for row in rows}


@pytest.mark.parametrize("classmates", [False, True])
async def test_the_rule_and_its_sql_agree_on_everybody(room: StaffRoom, classmates: bool) -> None:
    await room.rows("UPDATE school SET classmates_write = $1", classmates)
    parts = {who: await part(room, who) for who in PEOPLE}
    by_sql = {who: await reached(room, who) for who in PEOPLE}
    for one, other in product(PEOPLE, PEOPLE):
        may = one != other and may_write(parts[one], parts[other], classmates=classmates)
        assert (other in by_sql[one]) == may, (one, other)
    assert by_sql[GUARDIAN] == {TEACHER, CLASS_TEACHER, HEAD, DEPUTY, SECRETARY}
    assert (CLASSMATE in by_sql[STUDENT]) == classmates
    await room.rows("UPDATE guardianship SET restriction = 'NOTHING_SEEN'")
    assert await reached(room, GUARDIAN) == {HEAD, DEPUTY, SECRETARY}
    assert GUARDIAN not in await reached(room, TEACHER)
    await room.rows("UPDATE teaching SET ends_on = $1", YESTERDAY)
    assert await reached(room, TEACHER) == {
        OTHER_TEACHER, CLASS_TEACHER, HEAD, DEPUTY, SECRETARY
    }  # fmt: skip


async def test_people_write_to_each_other_and_nobody_else_reads_or_finds_it(
    room: StaffRoom,
) -> None:
    text = "<b>Hi</b> <script>alert(1)</script> & 'so' \u202e on"
    teacher = await person(room, TEACHER)
    subject = "\u200bA \u202etrip\u2069 \U0001f469\u200d\U0001f3eb"  # the emoji is one of three
    first = await started(room, GUARDIAN, teachers=[teacher], text=text, subject=subject)
    assert (first["text"], first["by"], first["own"]) == (text, GUARDIAN, True)
    conversation = first["conversation"]["id"]
    answer = await send(room, TEACHER, conversation, text="Naïve, thanks")
    assert answer["errors"] == []
    for who in (TEACHER, GUARDIAN):
        assert (await texts(room, who))[-1] == [text, "Naïve, thanks"]
        found = (await box(room, who, search="naive"))["conversations"]
        assert [each["node"]["subject"] for each in found["edges"]] == [
            "A trip \U0001f469\u200d\U0001f3eb"
        ]
        assert (await box(room, who, search="nothing"))["conversations"]["totalCount"] == 0
    query = """query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"""
    ids = [first["id"], conversation]
    for who in {*PEOPLE, STRANGER} - {TEACHER, GUARDIAN}:
        assert (await ask(room, who, query, ids=ids))["nodes"] == [None, None]
        if who != STRANGER:
            assert conversation not in str(await box(room, who))
        there = await act(room, "sendMessage", "id", who, conversation=conversation, text="x")
        missing = global_id.make("Conversation", HERE, global_id.NIL)
        none = await act(room, "sendMessage", "id", who, conversation=missing, text="x")
        assert there == none
        assert refusals(there) == [("NOT_FOUND", "conversation")]


async def test_who_has_nothing_to_do_with_somebody_is_answered_as_if_they_were_not_there(
    room: StaffRoom,
) -> None:
    before = await room.written()
    noones = {
        noun: global_id.make(noun, HERE, global_id.NIL)
        for noun in ("Student", "Guardian", "Teacher")
    }
    pairs = (
        (GUARDIAN, "teachers", OTHER_TEACHER), (GUARDIAN, "guardians", OTHER_GUARDIAN),
        (GUARDIAN, "students", CLASSMATE), (STUDENT, "students", CLASSMATE),
        (TEACHER, "guardians", OTHER_GUARDIAN), (STUDENT, "teachers", OTHER_TEACHER),
    )  # fmt: skip
    for who, field, other in pairs:
        there = await start(room, who, **{field: [await person(room, other)]})
        none = await start(room, who, **{field: [noones[field[:-1].capitalize()]]})
        assert there == none
        assert refusals(there) == [("NOT_FOUND", f"{field}.0")]
        query = "query ($id: ID!) { node(id: $id) { ... on School { correspondents { id } } } }"
        found = (await ask(room, who, query, id=SCHOOL))["node"]["correspondents"]
        assert await person(room, other) not in [each["id"] for each in found]
    secretary = room.small.accounts[SECRETARY]
    forged = global_id.make("Teacher", HERE, secretary)
    assert refusals(await start(room, TEACHER, teachers=[forged])) == [("NOT_FOUND", "teachers.0")]
    assert await room.written() == before


WRONG: dict[str, tuple[str, dict[str, Any], list[tuple[str, str]]]] = {
    "nobody": (TEACHER, {}, [("BAD_INPUT", "toStaff")]),
    "ten thousand": (TEACHER, {"students": ["x"] * 10_000}, [("BAD_INPUT", "students")]),
    "no text": (TEACHER, {"toOffice": True, "text": " "}, [("BAD_INPUT", "text")]),
    "too long": (TEACHER, {"toOffice": True, "text": "x" * 4_001}, [("BAD_INPUT", "text")]),
    "two kinds": (TEACHER, {"toStaff": True, "students": ["x"]}, [("BAD_INPUT", "toStaff")]),
    "families of nowhere": (TEACHER, {"toFamilies": True}, [("BAD_INPUT", "toFamilies")]),
    "the staff, by a guardian": (GUARDIAN, {"toStaff": True}, [("FORBIDDEN", "toStaff")]),
    "a class of others": (
        TEACHER, {"classGroup": "7B", "toFamilies": True}, [("FORBIDDEN", "classGroup")]
    ),
    "a course of others": (
        OTHER_TEACHER, {"course": "7B", "toFamilies": True}, [("FORBIDDEN", "course")]
    ),
    "a class, by a guardian": (
        GUARDIAN, {"classGroup": "7B", "toStudents": True}, [("FORBIDDEN", "classGroup")]
    ),
}  # fmt: skip


async def test_what_is_wrong_has_its_code_and_leaves_nothing(room: StaffRoom) -> None:
    before = await room.written()
    places = {"classGroup": room.id("ClassGroup"), "course": room.id("Course")}
    for name, (who, given, expected) in WRONG.items():
        given = given | {key: places[key] for key in given.keys() & places.keys()}
        assert refusals(await start(room, who, **given)) == expected, name
    assert await room.written() == before


async def test_a_group_is_a_rule_that_holds_at_each_sending(room: StaffRoom) -> None:
    given = {"classGroup": room.id("ClassGroup"), "toFamilies": True, "answers": "PRIVATE"}
    first = await started(room, CLASS_TEACHER, text="To all", **given)
    conversation = first["conversation"]["id"]
    second = await _second_parent(room)
    assert (await send(room, GUARDIAN, conversation, text="Secret"))["errors"] == []
    assert refusals(await send(room, OTHER_GUARDIAN, conversation)) == [
        ("NOT_FOUND", "conversation")
    ]  # whom the rule fits only since then
    all_of_them = await send(room, CLASS_TEACHER, conversation, text="More")
    assert all_of_them["errors"] == []
    assert await texts(room, OTHER_GUARDIAN) == [["More"]]
    assert (await send(room, OTHER_GUARDIAN, conversation, text="Mine"))["errors"] == []
    assert (await texts(room, GUARDIAN))[-1] == ["To all", "Secret", "More"]
    assert await texts(room, CLASS_TEACHER) == [["To all", "Secret", "More", "Mine"]]
    mine = (await box(room, CLASS_TEACHER))["conversations"]["edges"][0]["node"]["messages"]
    secret = (await room.rows("SELECT id FROM message WHERE text = 'Secret'"))[0]["id"]
    only_to = room.id("Message", secret)
    reply = await send(room, CLASS_TEACHER, conversation, text="To you", onlyTo=only_to)
    assert reply["errors"] == []
    assert len(mine["edges"]) == 4
    assert await texts(room, OTHER_GUARDIAN) == [["More", "Mine"]]
    assert (await texts(room, GUARDIAN))[-1] == ["To all", "Secret", "More", "To you"]
    people = (await box(room, OTHER_GUARDIAN))["conversations"]["edges"][0]["node"]["people"]
    assert [each["name"] for each in people] == [OTHER_GUARDIAN, CLASS_TEACHER]
    await room.rows("UPDATE guardianship SET ends_on = $1 WHERE id = $2", YESTERDAY, second)
    assert (await send(room, CLASS_TEACHER, conversation, text="Later"))["errors"] == []
    assert await texts(room, OTHER_GUARDIAN) == [["More", "Mine"]]
    assert refusals(await send(room, OTHER_GUARDIAN, conversation)) == [
        ("FORBIDDEN", "conversation")
    ]
    kept = await room.rows("SELECT FROM message WHERE conversation_id <> $1", _sample(room))
    assert len(kept) == 6  # a row for each message, whoever reads it


def _sample(room: StaffRoom) -> Any:
    return room.small.records["Conversation"]


async def _second_parent(room: StaffRoom) -> Any:
    """Have the guardian of another child be one of the classmate too."""
    (row,) = await room.rows(
        "INSERT INTO guardianship (school_id, id, student_id, guardian_id, relation)"
        " SELECT c.school_id, gen_random_uuid(), c.student_id, g.guardian_id, 'GUARDIAN'"
        " FROM membership c JOIN membership g ON g.school_id = c.school_id"
        " WHERE c.account_id = $1 AND g.account_id = $2"
        " RETURNING id",
        room.small.accounts[CLASSMATE],
        room.small.accounts[OTHER_GUARDIAN],
    )
    return row["id"]


async def test_what_is_unread_is_counted_until_it_is_read_and_not_where_muted(
    room: StaffRoom,
) -> None:
    await room.rows("DELETE FROM file")
    await room.rows("DELETE FROM message")
    first = await started(room, TEACHER, guardians=[await person(room, GUARDIAN)])
    conversation = first["conversation"]["id"]
    assert (await send(room, TEACHER, conversation))["errors"] == []

    async def told(who: str) -> tuple[int, list[int]]:
        found = await box(room, who)
        edges = found["conversations"]["edges"]
        return found["unreadMessages"], [each["node"]["unread"] for each in edges]

    assert (await told(TEACHER), await told(GUARDIAN)) == ((0, [0]), (2, [2]))
    fields = "id unread muted draft people { name own readAt }"
    read = await act(room, "readConversation", fields, GUARDIAN, conversation=conversation)
    assert (read["errors"], read["found"]["unread"]) == ([], 0)
    people = {each["name"]: each["readAt"] for each in read["found"]["people"]}
    assert [each["name"] for each in read["found"]["people"] if each["own"]] == [GUARDIAN]
    assert people[GUARDIAN] is None  # of the viewer
    seen = (await box(room, TEACHER))["conversations"]["edges"][0]["node"]["people"]
    assert [each["name"] for each in seen if each["readAt"]] == [GUARDIAN]
    assert (await box(room, GUARDIAN, unread=True))["conversations"]["totalCount"] == 0
    muted = {"conversation": conversation, "muted": True}
    assert (await act(room, "muteConversation", fields, GUARDIAN, **muted))["found"]["muted"]
    draft = {"conversation": conversation, "text": "Dear"}
    kept = (await act(room, "keepDraft", fields, GUARDIAN, **draft))["found"]
    assert kept["draft"] == "Dear"
    assert (await box(room, TEACHER))["conversations"]["edges"][0]["node"]["draft"] is None
    assert (await send(room, TEACHER, conversation))["errors"] == []
    assert await told(GUARDIAN) == (0, [1])
    assert (await box(room, GUARDIAN, unread=True))["conversations"]["totalCount"] == 1
    assert (await send(room, GUARDIAN, conversation))["errors"] == []
    node = (await box(room, GUARDIAN))["conversations"]["edges"][0]["node"]
    assert (node["draft"], node["unread"], node["muted"]) == (None, 0, True)
    mine = await act(room, "withdrawMessage", "text withdrawn", TEACHER, message=first["id"])
    assert mine["found"] == {"text": None, "withdrawn": True}
    assert (await texts(room, GUARDIAN))[-1] == [None, "Thanks", "Thanks", "Thanks"]
    assert refusals(await act(room, "withdrawMessage", "id", GUARDIAN, message=first["id"])) == [
        ("FORBIDDEN", "message")
    ]


async def test_the_draft_of_a_conversation_is_its_writers_alone_until_it_is_started(
    room: StaffRoom,
) -> None:
    teacher = await person(room, TEACHER)
    query = "query ($id: ID!) { node(id: $id) { ... on School { conversationDraft {"
    query += " text subject teachers students classGroup toOffice answers } } } }"

    async def kept(who: str) -> Any:
        return (await ask(room, who, query, id=SCHOOL))["node"]["conversationDraft"]

    assert await kept(GUARDIAN) is None
    given = {"school": SCHOOL, "text": "Dear", "teachers": [teacher], "answers": "PRIVATE"}
    for text in ("De", "Dear"):
        keep = await act(room, "keepConversationDraft", "id", GUARDIAN, **given | {"text": text})
        assert keep["errors"] == []
    assert await kept(GUARDIAN) == {
        "text": "Dear", "subject": None, "teachers": [teacher], "students": [],
        "classGroup": None, "toOffice": False, "answers": "PRIVATE",
    }  # fmt: skip
    assert await kept(TEACHER) is None
    many = [room.id("Student")] * 51
    for wrong, path in (({"students": many}, "students"), ({"teachers": ["x"]}, "teachers.0")):
        answer = await act(room, "keepConversationDraft", "id", GUARDIAN, **given | wrong)
        assert refusals(answer) == [("BAD_INPUT", path)]
    await started(room, GUARDIAN, teachers=[teacher])
    assert await kept(GUARDIAN) is None
    await act(room, "keepConversationDraft", "id", TEACHER, school=SCHOOL, text="Hm")
    await act(room, "keepConversationDraft", "id", TEACHER, school=SCHOOL)
    assert await kept(TEACHER) is None


async def test_who_is_blocked_reaches_nobody_who_blocks_them_and_the_staff_is_heard(
    room: StaffRoom,
) -> None:
    first = await started(room, GUARDIAN, teachers=[await person(room, TEACHER)])
    conversation, guardian = first["conversation"]["id"], await person(room, GUARDIAN)
    answer = await send(room, TEACHER, conversation)
    block = {"message": answer["found"]["id"]}
    assert refusals(await act(room, "blockSender", "id", GUARDIAN, **block)) == [
        ("BAD_INPUT", "message")
    ]
    own = {"message": first["id"]}
    assert refusals(await act(room, "blockSender", "id", GUARDIAN, **own)) == [
        ("BAD_INPUT", "message")
    ]
    await room.rows("DELETE FROM moderation_case")
    assert (await act(room, "blockSender", "id", TEACHER, **own))["errors"] == []
    (case,) = await room.rows("SELECT * FROM moderation_case")  # so the moderators know
    assert (room.id("Message", case["id"]), case["state"], case["reports"]) == (
        first["id"], "OPEN", 1
    )  # fmt: skip
    await act(room, "readConversation", "id", TEACHER, conversation=conversation)
    read_at = await _read_by_teacher(room, conversation)
    await act(room, "readConversation", "id", TEACHER, conversation=conversation)
    assert await _read_by_teacher(room, conversation) == read_at
    assert refusals(await send(room, GUARDIAN, conversation)) == [("WRONG_STATE", "conversation")]
    assert refusals(await start(room, GUARDIAN, teachers=[await person(room, TEACHER)])) == [
        ("NOT_FOUND", "teachers.0")
    ]
    assert (await start(room, TEACHER, guardians=[guardian]))["errors"] == []
    query = "query ($id: ID!) { node(id: $id) { ... on School { messageBlocks { id name } } } }"
    (blocked,) = (await ask(room, TEACHER, query, id=SCHOOL))["node"]["messageBlocks"]
    assert blocked["name"] == GUARDIAN
    there = {"school": SCHOOL, "block": blocked["id"]}
    assert refusals(await act(room, "unblock", "id", GUARDIAN, **there)) == [("NOT_FOUND", "block")]
    assert (await act(room, "unblock", "id", TEACHER, **there))["errors"] == []
    assert (await send(room, GUARDIAN, conversation))["errors"] == []
    assert await _read_by_teacher(room, conversation) > read_at

    # The office blocks nobody, and whoever comes to it later is heard to have blocked nobody.
    office = await started(room, GUARDIAN, toOffice=True)
    own = {"message": office["id"]}
    assert refusals(await act(room, "blockSender", "id", SECRETARY, **own)) == [
        ("FORBIDDEN", "message")
    ]
    await room.rows(
        "INSERT INTO message_block (school_id, id, account_id, blocked_id, at)"
        " SELECT $1, gen_random_uuid(), unnest($2::uuid[]), $3, now()",
        HERE,
        [room.small.accounts[each] for each in (HEAD, DEPUTY, SECRETARY)],
        room.small.accounts[GUARDIAN],
    )
    assert (await send(room, GUARDIAN, office["conversation"]["id"]))["errors"] == []
    assert (await start(room, GUARDIAN, toOffice=True))["errors"] == []
    assert "Thanks" in str(await texts(room, SECRETARY))


async def _read_by_teacher(room: StaffRoom, conversation: str) -> Any:
    """Until when the teacher has read, as the guardian sees it."""
    query = "query ($id: ID!) { node(id: $id) { ... on Conversation { people { name readAt } } } }"
    found = (await ask(room, GUARDIAN, query, id=conversation))["node"]["people"]
    return next(each["readAt"] for each in found if each["name"] == TEACHER)


async def test_a_teacher_who_rests_gets_messages_afterwards(room: StaffRoom) -> None:
    rest = {"school": SCHOOL, "starts": "20:00", "ends": "07:00", "weekends": True}
    assert refusals(await act(room, "setMessageRest", "id", GUARDIAN, **rest)) == [
        ("FORBIDDEN", "school")
    ]
    assert (await act(room, "setMessageRest", "id", TEACHER, **rest))["errors"] == []
    to = [await person(room, who) for who in (TEACHER, CLASS_TEACHER)]
    friday = datetime.combine(TODAY, time(21), UTC) + timedelta((4 - TODAY.weekday()) % 7 or 7)
    monday = datetime.combine(friday.date() + timedelta(3), time(7), UTC)
    deliveries = Deliveries(room.store)
    with clock.at(friday):
        sent = await started(room, GUARDIAN, teachers=to, text="Late")
        assert datetime.fromisoformat(sent["waitsUntil"]) == monday
        assert (await texts(room, CLASS_TEACHER)) == [["Late"]]
        assert "Late" not in str(await texts(room, TEACHER))
        query = "query ($id: ID!) { node(id: $id) { ... on Message { waitsUntil } } }"
        shown = (await ask(room, CLASS_TEACHER, query, id=sent["id"]))["node"]
        assert shown == {"waitsUntil": None}  # told to its author alone
    with clock.at(monday - timedelta(minutes=1)):
        await deliveries.deliver()
        assert "Late" not in str(await texts(room, TEACHER))
        read = {"conversation": sent["conversation"]["id"]}
        assert (await act(room, "readConversation", "id", CLASS_TEACHER, **read))["errors"] == []
    with clock.at(monday + timedelta(minutes=1)):
        await deliveries.deliver()
        assert (await texts(room, TEACHER))[-1] == ["Late"]
        unread = [(await box(room, who))["unreadMessages"] for who in (CLASS_TEACHER, TEACHER)]
        assert unread == [0, 1]
        await deliveries.deliver()  # which finds nothing any more
    assert await room.events() == [
        (0, "MESSAGE", "ADDED", 1), (1, "CONVERSATION", "ADDED", 1), (0, "MESSAGE", "DELIVERED", 2),
    ]  # fmt: skip


async def test_all_messages_that_wait_are_delivered_when_the_rest_is_over(room: StaffRoom) -> None:
    rest = {"school": SCHOOL, "starts": "20:00", "ends": "07:00", "weekends": False}
    assert (await act(room, "setMessageRest", "id", TEACHER, **rest))["errors"] == []
    evening = datetime.combine(TODAY + timedelta(days=1), time(21), UTC)  # after all else
    with clock.at(evening):
        sent = await started(room, GUARDIAN, teachers=[await person(room, TEACHER)], text="One")
        for text in ("Two", "Three"):
            answer = await send(room, GUARDIAN, sent["conversation"]["id"], text=text)
            assert answer["errors"] == []
    with clock.at(evening + timedelta(hours=10)):
        await Deliveries(room.store).deliver()
        assert (await texts(room, TEACHER))[-1] == ["One", "Two", "Three"]


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-03-13T19:59", None),  # a Friday
        ("2026-03-13T20:00", "2026-03-16T07:00"),
        ("2026-03-12T23:00", "2026-03-13T07:00"),
        ("2026-03-12T06:59", "2026-03-12T07:00"),
        ("2026-03-12T07:00", None),
        ("2026-03-14T12:00", "2026-03-16T07:00"),
    ],
)
def test_rest_goes_on_over_nights_and_weekends(at: str, until: str | None) -> None:
    class Rest:
        starts, ends, weekends = time(20), time(7), True

    def instant(text: str) -> datetime:
        return datetime.fromisoformat(f"{text}+01:00")

    found = rests_until(Rest(), "Europe/Berlin", instant(at))
    assert found == (until and instant(until))


LIVE = "subscription { messageChanged { change message { id text by } } }"


async def test_messages_come_live_to_those_whom_they_reach_alone(room: StaffRoom) -> None:
    async with (
        at_work(room.store) as feed,
        listening(room, feed, GUARDIAN, LIVE) as guardian,
        listening(room, feed, TEACHER, LIVE) as teacher,
        listening(room, feed, HEAD, LIVE) as head,
    ):
        first = await started(room, guardians=[await person(room, GUARDIAN)], text="Live")
        await delivered(room, feed)
        shown = {"id": first["id"], "text": "Live", "by": TEACHER}
        expected = [{"change": "ADDED", "message": shown}]
        assert (guardian.events, teacher.events, head.events) == (expected, expected, [])


async def test_sending_twice_with_one_id_or_key_sends_once(room: StaffRoom) -> None:
    given = {"toOffice": True, "id": str(uuid7()), "text": "Once"}
    one, two = [await started(room, GUARDIAN, **given) for _ in range(2)]
    assert one == two
    other = await start(room, GUARDIAN, **given | {"text": "Twice"})
    assert refusals(other) == [("CONFLICT", "id")]
    to = {"id": str(uuid7()), "conversation": one["conversation"]["id"], "text": "Again"}
    for _ in range(2):
        assert (await act(room, "sendMessage", "id", SECRETARY, **to))["errors"] == []
    assert (await texts(room, GUARDIAN))[-1] == ["Once", "Again"]
    assert await texts(room, HEAD) == await texts(room, SECRETARY) == [["Once", "Again"]]


async def test_what_a_student_wrote_is_their_own_to_export_and_is_erased(room: StaffRoom) -> None:
    to = {"teachers": [await person(room, TEACHER)], "subject": "A worry"}
    own = await started(room, STUDENT, **to, text="Dear Miss")
    assert (await send(room, TEACHER, own["conversation"]["id"], text="Dear Ada"))["errors"] == []
    given = {"school": HERE, "student": room.small.records["Student"]}
    (part,) = (each for each in PARTS if each.name == "messages")
    assert part.audience == Audience.SELF
    rows: list[Any] = await room.store.fetch(part.statement, **given)
    assert [row.text for row in rows] == ["Dear Miss"]
    async with room.store.transaction() as reader:
        for action in ACTIONS:
            if action.kind is DataKind.WRITINGS:
                await reader.run(action.done, **given)
    assert (await texts(room, TEACHER))[-1] == [None, "Dear Ada"]
    kept = await room.rows("SELECT text FROM message WHERE id <> $1", room.small.records["Message"])
    assert {row["text"] for row in kept} == {"", "Dear Ada"}
    begun = "SELECT subject FROM conversation WHERE author_id = $1"
    subjects = await room.rows(begun, room.small.accounts[STUDENT])
    assert [row["subject"] for row in subjects] == [None]


async def read(room: StaffRoom, kind: str, id_: str) -> Any:
    """The text of a message, as somebody reads it, and whether it is hidden."""
    query = "query ($id: ID!) { node(id: $id) { ... on Message { text hidden } } }"
    found = (await ask(room, kind, query, id=id_))["node"]
    return found and (found["text"], found["hidden"])


async def the_case(room: StaffRoom) -> Any:
    """The one case of moderators."""
    query = "query ($waiting: Boolean!) { school { moderation(waiting: $waiting) {"
    query += " edges { node { id version text state record reports } } } } }"
    found = await ask(room, HEAD, query, waiting=True)
    (edge,) = found["school"]["moderation"]["edges"]
    return edge["node"]


async def decide(room: StaffRoom, name: str, **more: Any) -> None:
    case = await the_case(room)
    given = {"id": case["id"], "expectedVersion": case["version"], "reason": "Decided", **more}
    assert (await act(room, name, "id", HEAD, **given))["errors"] == []


async def test_a_message_is_reported_by_whom_it_reaches_and_hidden_from_all_but_its_author(
    room: StaffRoom,
) -> None:
    await room.rows("DELETE FROM moderation_case")
    own = await started(room, STUDENT, teachers=[await person(room, TEACHER)], text="You ox")
    reported = {"id": own["id"], "reason": "It is rude"}
    assert await why(room, "reportMessage", STUDENT, **reported) == [("BAD_INPUT", "id")]
    for who in (HEAD, GUARDIAN):  # whom it has not reached
        assert await why(room, "reportMessage", who, **reported) == [("NOT_FOUND", "id")]
    assert (await act(room, "reportMessage", "id", TEACHER, **reported))["errors"] == []
    assert await why(room, "reportMessage", TEACHER, **reported) == [("ALREADY_THERE", "id")]
    case = await the_case(room)
    assert (case["text"], case["state"], case["record"]) == ("You ox", "OPEN", own["id"])
    assert (await box(room, TEACHER))["unreadMessages"] == 1
    await decide(room, "hideReported")
    assert (await box(room, TEACHER))["unreadMessages"] == 0
    assert (await box(room, TEACHER, unread=True))["conversations"]["totalCount"] == 0
    assert await read(room, TEACHER, own["id"]) == (None, True)
    assert await read(room, STUDENT, own["id"]) == ("You ox", True)
    assert (await box(room, TEACHER, search="ox"))["conversations"]["totalCount"] == 0
    answer = await send(room, TEACHER, own["conversation"]["id"])  # what reached whom is as it was
    assert answer["errors"] == []
    assert (await texts(room, STUDENT))[-1] == ["You ox", "Thanks"]


async def test_a_message_with_a_word_of_the_schools_list_is_seen_by_a_moderator_first(
    room: StaffRoom,
) -> None:
    await room.rows("DELETE FROM moderation_case")
    await done(room, "changeSchool", school=SCHOOL, heldWords=["idiot"])
    teacher = [await person(room, TEACHER)]
    wrong = await start(room, STUDENT, teachers=teacher, subject="An idiot")
    assert refusals(wrong) == [("BAD_INPUT", "subject")]
    own = await started(room, STUDENT, teachers=teacher, text="What an idiot")
    assert await read(room, TEACHER, own["id"]) == (None, True)
    assert await read(room, STUDENT, own["id"]) == ("What an idiot", True)
    case = await the_case(room)
    assert (case["state"], case["reports"]) == ("HELD", 0)
    conversation = own["conversation"]["id"]
    for who in (TEACHER, STUDENT):  # what was read before it could be is not
        await act(room, "readConversation", "id", who, conversation=conversation)
    await decide(room, "showReported")
    assert [(await box(room, who))["unreadMessages"] for who in (TEACHER, STUDENT)] == [1, 0]
    assert await read(room, TEACHER, own["id"]) == ("What an idiot", False)
    assert (await box(room, TEACHER, search="idiot"))["conversations"]["totalCount"] == 1
    more = (await send(room, STUDENT, own["conversation"]["id"], text="Idiot!"))["found"]
    assert await read(room, TEACHER, more["id"]) == (None, True)


async def test_whom_a_guardian_or_a_moderator_keeps_from_writing_sends_no_message(
    room: StaffRoom,
) -> None:
    await room.rows("DELETE FROM moderation_case")
    to = {"teachers": [await person(room, TEACHER)]}
    own = await started(room, STUDENT, **to, text="May I?")
    child = {"student": room.id("Student"), "activity": "MESSAGES", "reason": "Homework first"}
    restriction = await act(room, "restrictChild", "id version", GUARDIAN, **child)
    assert restriction["errors"] == []
    refused = [("WRITING_RESTRICTED", "")]
    before = await room.written()
    assert refusals(await start(room, STUDENT, **to)) == refused
    assert refusals(await send(room, STUDENT, own["conversation"]["id"])) == refused
    assert await room.written() == before
    query = "query ($id: ID!) { student(id: $id) { writings(last: 1) { edges { node {"
    query += " record activity text } } } } }"
    found = (await ask(room, GUARDIAN, query, id=room.id("Student")))["student"]["writings"]
    assert found["edges"][0]["node"] == {
        "record": own["id"], "activity": "MESSAGES", "text": "May I?",
    }  # fmt: skip
    lifted = {"id": restriction["found"]["id"], "expectedVersion": 1, "reason": "Done"}
    assert (await act(room, "liftChildRestriction", "id", GUARDIAN, **lifted))["errors"] == []
    assert refusals(await send(room, STUDENT, own["conversation"]["id"])) == []
    reported = {"id": own["id"], "reason": "It is rude"}
    assert (await act(room, "reportMessage", "id", TEACHER, **reported))["errors"] == []
    await decide(room, "restrictAuthor", until=str(TODAY))
    assert refusals(await send(room, STUDENT, own["conversation"]["id"])) == refused


async def test_a_message_whose_version_is_lost_is_not_tried_for_ever(room: StaffRoom) -> None:
    """Without a version there is none to expect, and nobody who was faster."""
    first = await started(room, TEACHER, guardians=[await person(room, GUARDIAN)])
    await room.rows("ALTER TABLE message ALTER version DROP NOT NULL")
    await room.rows("UPDATE message SET version = NULL")
    async with asyncio.timeout(20):
        with pytest.raises(AssertionError, match="is of no version"):
            await act(room, "withdrawMessage", "id", TEACHER, message=first["id"])
