"""Access codes: who makes them for whom, what is told of them, and what is stored."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from db.reading.invitations import people_to_invite
from db.tables.class_groups import ClassGroup
from db.tables.courses import Enrolment
from db.tables.guardians import Guardian, Guardianship
from db.tables.students import Student
from domain.access_codes import hash_of, read
from resolvers import global_id
from tests.gateway.small_school import ELSEWHERE, HERE, TODAY
from tests.store.office_room import SCHOOL, act, ask, refusals
from tests.store.staff_room import HEAD, OTHER_TEACHER, STRANGER, TEACHER, StaffRoom

CLASS_TEACHER, GUARDIAN = "the class teacher", "guardian of this child"
ALL = ("STUDENT", "GUARDIAN")
FIELDS = "id code state student { displayName } guardian { displayName } expiresAt createdBy"


async def without_accounts(room: StaffRoom) -> None:
    """Nobody but the staff has an account."""
    await room.rows("DELETE FROM access_code")
    await room.rows("DELETE FROM membership WHERE role IN ('STUDENT', 'GUARDIAN')")
    await room.rows("DELETE FROM membership WHERE role = 'TEACHER' AND account_id = $1",
                    room.small.accounts[OTHER_TEACHER])  # fmt: skip


async def codes(room: StaffRoom) -> list[Any]:
    return await room.rows("SELECT * FROM access_code ORDER BY id")


async def make(room: StaffRoom, kind: str = HEAD, fields: str = FIELDS, /, **given: Any) -> Any:
    answer = await act(room, "createAccessCodes", fields, kind, school=SCHOOL, **given)
    assert answer["errors"] == []
    return answer["found"]


async def refusal(room: StaffRoom, kind: str = HEAD, /, **given: Any) -> list[tuple[str, str]]:
    """What is refused, and nothing is made."""
    before = await codes(room)
    answer = await act(room, "createAccessCodes", "id", kind, **({"school": SCHOOL} | given))
    assert await codes(room) == before
    return refusals(answer)


async def seven_b(room: StaffRoom) -> str:
    return room.id("ClassGroup")


async def test_the_codes_of_a_class_are_told_once_and_stored_as_hashes(room: StaffRoom) -> None:
    await without_accounts(room)
    made = await make(room, CLASS_TEACHER, roles=ALL, classGroup=await seven_b(room))
    who = [(each["student"] or each["guardian"])["displayName"] for each in made]
    assert who == ["student Adler", "guardian Sommer", "classmate Sommer"]
    assert {each["state"] for each in made} == {"OPEN"}
    assert {each["createdBy"] for each in made} == {CLASS_TEACHER}
    midnight = datetime.combine(TODAY + timedelta(61), time(), UTC)
    assert {datetime.fromisoformat(each["expiresAt"]) for each in made} == {midnight}
    rows = await codes(room)
    stored = {room.id("AccessCode", row["id"]): row["code_hash"] for row in rows}
    assert stored == {each["id"]: hash_of(read(each["code"])) for each in made}
    everything = str([tuple(row) for row in rows])
    assert not any(read(each["code"]) in everything for each in made)
    again = await ask(
        room, HEAD, "query ($id: ID!) { node(id: $id) { ... on AccessCode { code state } } }",
        id=made[0]["id"],
    )  # fmt: skip
    assert again["node"] == {"code": None, "state": "OPEN"}


async def test_a_class_lists_its_codes_with_their_states_for_its_teacher(room: StaffRoom) -> None:
    await without_accounts(room)
    made = await make(room, roles=ALL, classGroup=await seven_b(room))
    await room.rows("UPDATE access_code SET expires_at = now() WHERE student_id IS NOT NULL")
    query = "query ($id: ID!) { classGroup(id: $id) { accessCodes { id state code } } }"
    found = (await ask(room, CLASS_TEACHER, query, id=await seven_b(room)))["classGroup"]
    assert {each["id"] for each in found["accessCodes"]} == {each["id"] for each in made}
    assert sorted(each["state"] for each in found["accessCodes"]) == ["EXPIRED", "EXPIRED", "OPEN"]
    assert {each["code"] for each in found["accessCodes"]} == {None}


async def test_a_new_code_takes_the_place_of_the_open_one_of_its_person_alone(
    room: StaffRoom,
) -> None:
    await without_accounts(room)
    first = await make(room, roles=ALL, classGroup=await seven_b(room))
    await make(room, people=[room.id("Student")])
    states = await room.rows("SELECT id, revoked_by FROM access_code WHERE revoked_at IS NOT NULL")
    assert [room.id("AccessCode", row["id"]) for row in states] == [first[0]["id"]]
    assert states[0]["revoked_by"] == room.small.accounts[HEAD]


async def test_who_is_invited_several_times_at_once_has_one_open_code(room: StaffRoom) -> None:
    await without_accounts(room)
    made = await asyncio.gather(*(make(room, roles=["STUDENT"]) for _ in range(4)))
    people = {each["student"]["displayName"] for each in made[0]}
    open_ = await room.rows("SELECT * FROM access_code WHERE revoked_at IS NULL")
    assert len(open_) == len(people)
    assert len(await codes(room)) == 4 * len(people)


async def test_the_office_makes_codes_for_all_roles_of_the_school_at_once(room: StaffRoom) -> None:
    await without_accounts(room)
    made = await make(room, HEAD, "code teacher { displayName } student { id }",
                      roles=["TEACHER", "STUDENT"], validUntil=str(TODAY))  # fmt: skip
    assert len(made) == 4
    assert [each["teacher"] for each in made][-1] == {"displayName": "other_teacher Sommer"}


async def test_hundreds_of_codes_take_as_many_statements_as_one(room: StaffRoom) -> None:
    await without_accounts(room)
    seen: list[str] = []
    room.store.watchers.append(seen.append)
    await make(room, HEAD, "id code", roles=["STUDENT"], classGroup=await seven_b(room))
    few = list(seen)
    group = room.small.records["ClassGroup"]
    for number in range(300):
        student = Student(school_id=HERE, given_name=f"S{number}", family_name="Many")
        placed = Enrolment(school_id=HERE, student_id=student.id, class_group_id=group)
        await room.add(student, placed)
    seen.clear()
    made = await make(room, HEAD, "id code", roles=["STUDENT"], classGroup=await seven_b(room))
    assert len({each["code"] for each in made}) == 302
    assert seen == few
    assert [each for each in seen if each != "memberships_of_account"] == [
        "schools_by_id", "class_groups_by_id", "people_to_invite",
        "school_of_office", "revoke_codes_of_people", "insert_access_codes",
            "access_codes_by_id",
    ]  # fmt: skip


async def test_who_has_an_account_has_left_or_is_disabled_gets_no_code(room: StaffRoom) -> None:
    assert await make(room, roles=ALL, classGroup=await seven_b(room)) == []
    await without_accounts(room)
    await room.rows(
        "UPDATE student SET ends_on = $1 WHERE given_name = 'classmate'", TODAY - timedelta(1)
    )
    await room.rows("UPDATE guardian SET enabled = false")
    made = await make(room, roles=ALL, classGroup=await seven_b(room))
    assert [each["student"]["displayName"] for each in made] == ["student Adler"]


async def test_who_will_come_is_invited_before(room: StaffRoom) -> None:
    await without_accounts(room)
    soon = TODAY + timedelta(20)
    student = Student(school_id=HERE, given_name="New", family_name="Comer", begins_on=soon)
    guardian = Guardian(school_id=HERE, given_name="Old", family_name="Comer")
    group = ClassGroup(school_id=HERE, name="1A")
    await room.add(
        student, guardian, group,
        Enrolment(
            school_id=HERE, student_id=student.id, class_group_id=group.id, begins_on=soon
        ),
        Guardianship(school_id=HERE, student_id=student.id, guardian_id=guardian.id),
    )  # fmt: skip
    made = await make(room, HEAD, "id", roles=ALL, classGroup=room.id("ClassGroup", group.id))
    assert len(made) == 2


async def test_a_guardian_is_told_with_their_children_and_the_class_of_the_first(
    room: StaffRoom,
) -> None:
    (both,) = await room.rows("SELECT id FROM guardian WHERE given_name = 'guardian'")
    (other,) = await room.rows("SELECT id FROM student WHERE given_name = 'other_student'")
    await room.add(Guardianship(school_id=HERE, student_id=other["id"], guardian_id=both["id"]))
    rows: Any = await room.store.fetch(
        people_to_invite, school=HERE, day=TODAY, people=[both["id"]]
    )
    (row,) = rows
    assert (row.role, row.class_name, row.registered) == ("GUARDIAN", "7B", True)
    assert sorted(row.children.split(", ")) == ["other_student Sommer", "student Adler"]


@pytest.mark.parametrize("kind", [TEACHER, GUARDIAN, "the student"])
async def test_who_leads_no_class_makes_no_codes(room: StaffRoom, kind: str) -> None:
    await room.rows("UPDATE class_group SET class_teacher_id = NULL WHERE name LIKE '9C%'")
    assert await refusal(room, kind, roles=ALL, classGroup=await seven_b(room)) == [
        ("FORBIDDEN", "school")
    ]


async def test_a_stranger_learns_of_no_school_class_or_person(room: StaffRoom) -> None:
    given: dict[str, Any]
    for given in ({"roles": ALL}, {"people": [room.id("Student")]}):
        assert await refusal(room, STRANGER, **given) == [("NOT_FOUND", "school")]
    elsewhere = global_id.make("School", ELSEWHERE, global_id.NIL)
    given = {"school": elsewhere, "people": [room.id("Student")]}
    assert await refusal(room, STRANGER, **given) == [("NOT_FOUND", "people.0")]
    given = {"school": elsewhere, "roles": ALL, "classGroup": await seven_b(room)}
    assert await refusal(room, STRANGER, **given) == [("NOT_FOUND", "classGroup")]


async def test_a_class_teacher_invites_those_of_their_class_alone(room: StaffRoom) -> None:
    await without_accounts(room)
    (eighth,) = await room.rows("SELECT id FROM class_group WHERE name = '8A'")
    other = await room.student("other_student")
    (teacher,) = await room.rows("SELECT id FROM teacher WHERE given_name = 'other_teacher'")
    for given, why in (
        ({"roles": ALL}, ("FORBIDDEN", "classGroup")),
        ({"roles": ALL, "classGroup": room.id("ClassGroup", eighth["id"])},
         ("FORBIDDEN", "classGroup")),
        ({"people": [room.id("Student"), other]}, ("NOT_FOUND", "people.1")),
        ({"people": [room.id("Teacher", teacher["id"])]}, ("NOT_FOUND", "people.0")),
        ({"roles": ["TEACHER"], "classGroup": await seven_b(room)}, ("BAD_INPUT", "roles")),
    ):  # fmt: skip
        assert await refusal(room, CLASS_TEACHER, **given) == [why]


async def test_what_is_malformed_is_told_where_and_nothing_is_made(room: StaffRoom) -> None:
    student, group = room.id("Student"), await seven_b(room)
    for given, why in (
        ({}, ("BAD_INPUT", "people")),
        ({"roles": ALL, "people": [student]}, ("BAD_INPUT", "people")),
        ({"people": [student], "classGroup": group}, ("BAD_INPUT", "classGroup")),
        ({"people": [group]}, ("BAD_INPUT", "people.0")),
        ({"people": ["garbage"]}, ("BAD_INPUT", "people.0")),
        ({"people": [student]}, ("ALREADY_THERE", "people.0")),
        ({"people": [room.id("Student", room.small.records["Guardian"])]},
         ("NOT_FOUND", "people.0")),
        ({"people": [student] * 3_001}, ("TOO_MANY", "people")),
        ({"roles": ALL, "validUntil": str(TODAY - timedelta(1))}, ("BAD_INPUT", "validUntil")),
        ({"roles": ALL, "validUntil": str(TODAY + timedelta(367))}, ("BAD_INPUT", "validUntil")),
    ):  # fmt: skip
        assert await refusal(room, **given) == [why], given


async def test_a_retry_with_the_same_key_makes_no_further_codes_and_tells_none(
    room: StaffRoom,
) -> None:
    await without_accounts(room)
    given = {"people": [room.id("Student")], "idempotencyKey": "sheet"}
    (first,) = await make(room, **given)
    before = await codes(room)
    (again,) = await make(room, **given)
    assert (again["id"], again["code"], again["state"]) == (first["id"], None, "OPEN")
    assert await codes(room) == before


async def revoke(room: StaffRoom, *ids: str, kind: str = HEAD) -> Any:
    answer = await act(room, "revokeAccessCodes", "state", kind, ids=list(ids))
    why = refusals(answer)
    return why or [each["state"] for each in answer["found"]]


async def test_codes_are_taken_back_all_or_none(room: StaffRoom) -> None:
    await without_accounts(room)
    made = await make(room, roles=ALL, classGroup=await seven_b(room))
    ids = [each["id"] for each in made]
    await room.rows("UPDATE access_code SET used_at = now() WHERE guardian_id IS NOT NULL")
    assert await revoke(room, *ids) == [("CODE_USED", "ids.1")]
    assert {row["revoked_at"] for row in await codes(room)} == {None}
    assert await revoke(room, ids[0], ids[2], kind=CLASS_TEACHER) == ["REVOKED", "REVOKED"]
    revoked = await codes(room)
    assert await revoke(room, ids[0]) == ["REVOKED"]
    assert await codes(room) == revoked


async def test_codes_of_others_do_not_exist_for_who_would_take_them_back(room: StaffRoom) -> None:
    await without_accounts(room)
    (other,) = await make(room, people=[await room.student("other_student")])
    (mine,) = await make(room, people=[room.id("Student")])
    assert await revoke(room, mine["id"], other["id"], kind=CLASS_TEACHER) == [
        ("NOT_FOUND", "ids.1")
    ]
    assert await revoke(room, mine["id"], kind=STRANGER) == [("NOT_FOUND", "ids.0")]
    assert await revoke(room, "garbage", mine["id"]) == [("BAD_INPUT", "ids.0")]
    assert await revoke(room) == [("BAD_INPUT", "ids")]
    assert {row["revoked_at"] for row in await codes(room)} == {None}
