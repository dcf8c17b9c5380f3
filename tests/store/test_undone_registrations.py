"""A registration by another than the person, undone: the place is free, nothing forgotten."""

from datetime import timedelta
from typing import Any

import pytest

from db.tables.accounts import Account, Membership
from db.tables.students import Student
from domain.ids import uuid7
from resolvers.sessions import begin, viewer_of
from tests.gateway.small_school import ELSEWHERE, HERE, TODAY
from tests.store.office_room import refusals
from tests.store.registering import (
    ADD,
    LOOK_UP,
    at_the_door,
    code_for,
    nobody_registered,
    register,
)
from tests.store.staff_room import CLASS_TEACHER, HEAD, SECRETARY, STRANGER, TEACHER, StaffRoom

UNDO = """
  mutation ($input: UndoRegistrationInput!) { undoRegistration(input: $input) {
    code expiresAt errors { code message path } } }
"""
CODES = """
  query ($id: ID!) { node(id: $id) { ... on Guardian { accessCodes {
    state usedBy undoneAt undoneBy undoneReason } } } }
"""
MINE = "{ viewer { account { doneByOthers { change by reason school at } } } }"


@pytest.fixture
async def door(room: StaffRoom) -> StaffRoom:
    """The small school, where no family has registered yet."""
    await nobody_registered(room)
    await room.rows("DELETE FROM account_step")
    await room.rows("DELETE FROM mail")
    return room


async def token(room: StaffRoom, kind: str) -> str:
    id_ = room.small.accounts[kind]
    account = Account(id=id_, login=kind, password_hash="-", display_name=kind)
    return (await begin(room.store, account, b"place")).token


async def undo(room: StaffRoom, by: str, person: str, **more: Any) -> Any:
    given = {"person": person, "reason": "The neighbour took the sheet", **more}
    return await at_the_door(room.store, UNDO, await token(room, by), input=given)


async def written(room: StaffRoom) -> dict[str, list[str]]:
    names = ("membership", "access_code", "account_step", "mail", "outbox")
    return await room.rows_of(names)


@pytest.mark.parametrize("by", [CLASS_TEACHER, SECRETARY, HEAD])
async def test_the_place_is_free_again_and_the_other_keeps_what_else_they_are(
    door: StaffRoom, by: str
) -> None:
    child = Student(school_id=ELSEWHERE, given_name="Own", family_name="Child")
    await door.add(child)
    own = await code_for(door, "student", child.id, ELSEWHERE)
    code, person = await code_for(door, "guardian"), door.id("Guardian")
    wrong = await register(door.store, own, name="Neighbour", login="neighbour")
    added = await at_the_door(door.store, ADD, wrong["token"], input={"code": code})
    assert refusals(added) == []
    await door.rows(
        "UPDATE account SET email = 'n@example.org', email_confirmed_at = now(), language = 'ru'"
        " WHERE login = $1",
        wrong["login"],
    )
    await door.rows("DELETE FROM outbox")
    undone = await undo(door, by, person)
    assert undone["errors"] == []
    assert undone["expiresAt"] is not None
    assert await viewer_of(door.store, wrong["token"]) is None
    (event,) = await door.events()
    assert event[1:3] == ("RIGHTS", "SIGNED_OUT")
    seen = await at_the_door(door.store, LOOK_UP, code=undone["code"])
    assert (seen["givenName"], seen["classGroup"], seen["errors"]) == ("guardian", "7B", [])

    account = Account(
        id=(await door.rows("SELECT id FROM account WHERE login = $1", wrong["login"]))[0]["id"],
        login=wrong["login"], password_hash="-", display_name="Neighbour",
    )  # fmt: skip
    again = await begin(door.store, account, b"place")
    assert list(again.viewer.schools) == [ELSEWHERE]
    (step,) = (await at_the_door(door.store, MINE, again.token))["account"]["doneByOthers"]
    assert step.pop("at") is not None
    assert step == {
        "change": "PART_ENDED", "by": by, "reason": "The neighbour took the sheet",
        "school": "Here",
    }  # fmt: skip
    (kept,) = await door.rows("SELECT role, person_id, of_school FROM account_step")
    assert tuple(kept) == ("GUARDIAN", door.small.records["Guardian"], HERE)
    (mail,) = await door.rows("SELECT * FROM mail")
    assert (mail["template"], mail["recipient"], mail["language"]) == (
        "part_ended", "n@example.org", "ru",
    )  # fmt: skip

    right = await register(door.store, undone["code"], name="Maria")
    assert [each["givenName"] for each in right["viewer"]["children"]] == ["student"]
    codes = (await at_the_door(door.store, CODES, await token(door, HEAD), id=person))[
        "accessCodes"
    ]
    assert [(each["state"], each["usedBy"]) for each in codes] == [
        ("USED", "Maria"), ("UNDONE", "Neighbour"),
    ]  # fmt: skip
    assert (codes[1]["undoneBy"], codes[1]["undoneReason"]) == (by, step["reason"])
    # The code of before is used as it was, and lets nobody in.
    before = await written(door)
    assert refusals(await register(door.store, code)) == [("CODE_USED", "code")]
    assert await written(door) == before


async def test_whoever_is_not_responsible_or_may_not_know_changes_nothing(door: StaffRoom) -> None:
    await register(door.store, await code_for(door, "guardian"))
    await register(door.store, await code_for(door, "student"))
    guardian, student = door.id("Guardian"), door.id("Student")
    before = await written(door)
    for by, person, code in (
        (TEACHER, guardian, "NOT_FOUND"),
        (TEACHER, student, "FORBIDDEN"),
        (STRANGER, student, "NOT_FOUND"),
        (CLASS_TEACHER, door.id("Teacher"), "FORBIDDEN"),
        (HEAD, door.id("Guardian", uuid7()), "NOT_FOUND"),
        (HEAD, door.id("Grade"), "NOT_FOUND"),
        (HEAD, "x", "BAD_INPUT"),
    ):
        undone = await undo(door, by, person)
        assert (undone["code"], [each["code"] for each in undone["errors"]]) == (None, [code]), by
    for more, path in (
        ({"reason": " "}, "input.reason"),
        ({"validUntil": "2020-01-01"}, "input.validUntil"),
    ):
        assert refusals(await undo(door, HEAD, student, **more)) == [("BAD_INPUT", path)]
    assert await written(door) == before


async def test_nobody_undoes_where_nobody_is_their_own_or_one_of_the_office(
    door: StaffRoom,
) -> None:
    assert refusals(await undo(door, HEAD, door.id("Guardian"))) == [("NOT_THERE", "input.person")]
    teacher = door.id("Teacher")
    (row,) = await door.rows(
        "SELECT account_id FROM membership WHERE teacher_id = $1", door.small.records["Teacher"]
    )
    deputy = Membership(school_id=HERE, account_id=row["account_id"], role="DEPUTY_HEAD")
    await door.add(deputy)
    assert refusals(await undo(door, SECRETARY, teacher)) == [("FORBIDDEN", "input.person")]
    assert refusals(await undo(door, TEACHER, teacher)) == [("FORBIDDEN", "input.person")]
    await door.rows("UPDATE membership SET ends_on = $1 WHERE id = $2", TODAY.replace(year=2020),
                    deputy.id)  # fmt: skip
    assert refusals(await undo(door, SECRETARY, teacher)) == []
    assert await door.rows("SELECT 1 FROM membership WHERE teacher_id = $1",
                           door.small.records["Teacher"]) == []  # fmt: skip


async def test_of_who_has_left_the_part_ends_and_there_is_no_new_code(door: StaffRoom) -> None:
    made = await register(door.store, await code_for(door, "student"))
    gone = TODAY - timedelta(365)
    await door.rows("UPDATE student SET ends_on = $1", gone)
    undone = await undo(door, HEAD, door.id("Student"))
    assert (undone["errors"], undone["code"], undone["expiresAt"]) == ([], None, None)
    assert await viewer_of(door.store, made["token"]) is None
    assert await door.rows("SELECT 1 FROM membership WHERE role = 'STUDENT'") == []
