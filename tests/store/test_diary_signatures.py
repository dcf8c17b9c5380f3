"""What the staff learns of guardians: which weeks they signed, and what they have seen."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest

from domain import clock
from resolvers.declarations.editing import Edit
from resolvers.declarations.transaction import Outcome
from resolvers.feed import Feed
from resolvers.mutations.diary_signatures import MarkSeen, SignDiaryWeek, mark_seen, sign_diary_week
from resolvers.mutations.grades import withdraw_grade
from tests.gateway.small_school import TODAY
from tests.store.listening import Client, delivered, listening
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
    StaffRoom,
    told,
)

MONDAY = TODAY - timedelta(TODAY.weekday())
SIGNATURES = """
  query ($id: ID!, $from: Date!, $to: Date!) { student(id: $id) {
    diarySignatures(from: $from, to: $to) { week by student { id } } } }
"""
SEEN = "query ($id: ID!) { node(id: $id) { ... on Grade { seen { by } } } }"
SEEN_REMARK = "query ($id: ID!) { node(id: $id) { ... on Remark { seen { by at } } } }"
NOTED = """
  SELECT seen.* FROM seen JOIN account ON account.id = account_id WHERE login <> 'history'
"""
LIVE = "subscription { diarySignatureChanged { change diarySignature { week by } } }"


async def sign(
    room: StaffRoom, who: str = GUARDIAN, key: str | None = None, **other: Any
) -> Outcome:
    given = SignDiaryWeek(**{"student": room.id("Student")} | other)
    return await sign_diary_week(room.store, await room.viewer(who), given, key)


async def see(room: StaffRoom, who: str = GUARDIAN, **other: Any) -> Outcome:
    given = MarkSeen(**{"student": room.id("Student")} | other)
    return await mark_seen(room.store, await room.viewer(who), given)


async def ask(room: StaffRoom, feed: Feed, who: str, query: str, **variables: object) -> Any:
    client = await Client(room, feed, who).sign_in()
    return await client.ask(query, **variables)


async def signatures(room: StaffRoom, feed: Feed, who: str, first: Any, last: Any) -> Any:
    span = {"from": str(first), "to": str(last)}
    return await ask(room, feed, who, SIGNATURES, id=room.id("Student"), **span)


async def test_a_week_is_signed_once_by_each_guardian_and_told_to_staff_and_guardians(
    room: StaffRoom, feed: Feed
) -> None:
    await room.rows("DELETE FROM diary_signature_revision")
    await room.rows("DELETE FROM diary_signature")  # the small school's own
    first, again, on_monday = await asyncio.gather(sign(room), sign(room), sign(room, day=MONDAY))
    assert first.errors == again.errors == on_monday.errors == []
    assert first.record.id == again.record.id == on_monday.record.id
    assert (first.record.week, first.record.version) == (MONDAY, 1)
    assert await room.events() == [(0, "DIARY_SIGNATURE", "SIGNED", 1)]
    own = {"week": MONDAY, "by": GUARDIAN, "student": {"id": room.id("Student")}}
    for who in (GUARDIAN, TEACHER, CLASS_TEACHER, HEAD):
        for days in ((MONDAY, MONDAY), (MONDAY + timedelta(6), MONDAY + timedelta(9))):
            answer = await signatures(room, feed, who, *days)
            assert answer == {"data": {"student": {"diarySignatures": [own]}}}, who
        for days in ((MONDAY - timedelta(7), MONDAY - timedelta(1)), (MONDAY + timedelta(7),) * 2):
            answer = await signatures(room, feed, who, *days)
            assert answer["data"]["student"]["diarySignatures"] == [], (who, days)
    answer = await signatures(room, feed, STUDENT, MONDAY, MONDAY)
    assert answer["data"]["student"] == {"diarySignatures": None}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
    node = "query ($id: ID!) { node(id: $id) { id } }"
    answer = await ask(room, feed, STUDENT, node, id=room.id("DiarySignature", first.record.id))
    assert answer == {"data": {"node": None}}


async def test_the_staff_hears_of_a_signature_and_the_child_does_not(
    room: StaffRoom, feed: Feed
) -> None:
    people = [TEACHER, CLASS_TEACHER, HEAD, GUARDIAN, STUDENT, CLASSMATE, OTHER_GUARDIAN]
    async with AsyncExitStack() as stack:
        heard = {
            who: await stack.enter_async_context(listening(room, feed, who, LIVE)) for who in people
        }
        assert (await sign(room)).errors == []
        await delivered(room, feed)
        got = {who: len(listener.answers) for who, listener in heard.items()}
    assert got == dict.fromkeys(people[:4], 1) | dict.fromkeys(people[4:], 0)


WRONG: dict[str, tuple[str, dict[str, Any], tuple[str, str]]] = {
    "the student": (STUDENT, {}, ("FORBIDDEN", "student")),
    "a teacher": (TEACHER, {}, ("FORBIDDEN", "student")),
    "the head": (HEAD, {}, ("FORBIDDEN", "student")),
    "a guardian of another": (OTHER_GUARDIAN, {}, ("NOT_FOUND", "student")),
    "a head elsewhere": (STRANGER, {}, ("NOT_FOUND", "student")),
    "a malformed id": (GUARDIAN, {"student": "x"}, ("BAD_INPUT", "student")),
}


@pytest.mark.parametrize(("who", "other", "error"), WRONG.values(), ids=WRONG)
async def test_nobody_but_a_guardian_signs_or_says_what_was_seen(
    still_room: StaffRoom, who: str, other: dict[str, Any], error: tuple[str, str]
) -> None:
    before = await still_room.written()
    expected = [(error[0], (error[1],))]
    assert told(await sign(still_room, who, **other)) == expected
    assert told(await see(still_room, who, grades=[still_room.id("Grade")], **other)) == expected
    assert await still_room.written() == before
    assert await still_room.rows(NOTED) == []


async def test_what_is_wrong_with_a_week_or_a_list_is_refused_at_its_place(room: StaffRoom) -> None:
    assert told(await sign(room, day=TOMORROW)) == [("BAD_INPUT", ("date",))]
    grade, remark = room.id("Grade"), room.id("Remark")
    assert told(await see(room)) == [("BAD_INPUT", ("grades",))]
    assert told(await see(room, grades=[grade] * 201)) == [("BAD_INPUT", ("grades",))]
    assert told(await see(room, grades=[grade, "x"])) == [("BAD_INPUT", ("grades", "1"))]
    assert told(await see(room, grades=[grade], remarks=[grade])) == [
        ("BAD_INPUT", ("remarks", "0"))
    ]
    (other,) = await room.rows(
        "SELECT id FROM student WHERE given_name = 'other_student' AND school_id = 1"
    )
    await room.rows("UPDATE remark SET student_id = $1", other["id"])
    assert told(await see(room, grades=[grade], remarks=[remark])) == [
        ("NOT_FOUND", ("remarks", "0"))
    ]
    assert await room.rows(NOTED) == []


async def test_the_staff_reads_who_has_seen_a_grade_and_the_family_does_not(
    room: StaffRoom, feed: Feed
) -> None:
    await room.rows("DELETE FROM seen")  # the small school's own
    grade = room.id("Grade")
    assert (await ask(room, feed, TEACHER, SEEN, id=grade))["data"]["node"] == {"seen": []}
    for _ in range(2):
        given = [room.id("Remark")]
        assert (await see(room, grades=[grade, grade], remarks=given)).errors == []
    rows = await room.rows(NOTED)
    assert len({row["at"] for row in rows}) == 1  # the first time stays
    for who in (TEACHER, CLASS_TEACHER, HEAD):
        answer = await ask(room, feed, who, SEEN, id=grade)
        assert answer == {"data": {"node": {"seen": [{"by": GUARDIAN}]}}}, who
    for who in (STUDENT, GUARDIAN):
        answer = await ask(room, feed, who, SEEN, id=grade)
        assert answer["data"]["node"] == {"seen": None}
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
    for who in (OTHER_TEACHER, OTHER_GUARDIAN, CLASSMATE):
        assert (await ask(room, feed, who, SEEN, id=grade)) == {"data": {"node": None}}


async def test_the_staff_reads_who_has_seen_a_remark_and_when(room: StaffRoom, feed: Feed) -> None:
    await room.rows("DELETE FROM seen")  # the small school's own
    remark = room.id("Remark")
    with clock.at(clock.now() + timedelta(hours=5)):
        assert (await see(room, remarks=[remark])).errors == []
    (noted,) = await room.rows(NOTED)
    assert noted["at"] > clock.now() + timedelta(hours=4)
    for who in (TEACHER, CLASS_TEACHER, HEAD):
        answer = await ask(room, feed, who, SEEN_REMARK, id=remark)
        (seen,) = answer["data"]["node"]["seen"]
        assert seen == {"by": GUARDIAN, "at": noted["at"]}, who
    for who in (STUDENT, GUARDIAN):
        answer = await ask(room, feed, who, SEEN_REMARK, id=remark)
        assert answer["data"]["node"] == {"seen": None}
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_a_key_makes_signing_safe_to_repeat_and_withdrawn_grades_are_seen_too(
    room: StaffRoom,
) -> None:
    first, again = await sign(room, key="k"), await sign(room, key="k")
    assert (again.errors, again.record.id) == ([], first.record.id)
    assert told(await sign(room, key="k", day=MONDAY - timedelta(7))) == [
        ("IDEMPOTENCY_KEY_REUSED", ("idempotencyKey",))
    ]
    edit = Edit(room.id("Grade"), 1, "A slip")
    assert (await withdraw_grade(room.store, await room.viewer(), edit)).errors == []
    assert (await see(room, grades=[room.id("Grade")])).errors == []
