"""Reads of sensitive fields leave an entry in the audit, whoever answers them; and who reads it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from graphql import Executor, GraphQLObjectType, get_named_type

from db.audit import chain_all
from domain.audit import Sensitive
from gateway.app import engine_of
from gateway.operations import Operation
from gateway.settings import Settings
from resolvers.context import Context
from resolvers.feed import Feed
from resolvers.global_id import make
from resolvers.readings import BOUND, Column, Loaded
from schema.build import schema
from tests.executors import EXECUTORS
from tests.gateway.small_school import HERE, TODAY
from tests.gateway.test_authorization import CLASS_TEACHER, COURSE_TEACHER, GUARDIAN, HEAD, STUDENT
from tests.store.conftest import feed
from tests.store.listening import delivered, listening
from tests.store.office_room import SCHOOL, ask, done
from tests.store.staff_room import StaffRoom

__all__ = ["feed"]
CARD = """{ school { students { edges { node { again: phone phone email bornOn
    guardians { id phone email children { id } } } } } } }"""
ONE = "query ($id: ID!) { student(id: $id) { displayName email bornOn guardians { phone } } }"
DIARY = """query ($id: ID!, $day: Date!) { student(id: $id) { displayName
    diary(from: $day, to: $day) { lessons { lesson { topic } grades { value } } } } }"""


async def answered(
    room: StaffRoom, executor: type[Executor[Any]], who: str, query: str, **variables: object
) -> tuple[Any, list[str]]:
    """The answer, and the statements that wrote notes."""
    engine = engine_of(Settings(), schema._schema, executor)
    seen: list[str] = []
    viewer = await room.viewer(who)
    room.store.watchers.append(seen.append)
    prepared = engine.prepare(Operation(query, variables))
    answer = await engine.run(prepared, Context(room.store, viewer))
    room.store.watchers.remove(seen.append)
    return answer, [name for name in seen if name.startswith("note_")]


async def notes(room: StaffRoom) -> list[tuple[str, str, str]]:
    """By whom, of whom and what was noted; they are taken away."""
    who = {id_: kind for kind, id_ in room.small.accounts.items()}
    names = {row["id"]: row["given_name"] for row in await room.rows(
        "SELECT id, given_name FROM student UNION SELECT id, given_name FROM guardian"
    )}  # fmt: skip
    rows = await room.rows("DELETE FROM audit_note RETURNING account_id, ref, what, change")
    assert {row["change"] for row in rows} <= {"READ"}
    return sorted((who[row["account_id"]], names[row["ref"]], row["what"]) for row in rows)


@pytest.mark.parametrize("executor", EXECUTORS, ids=lambda each: each.__name__)
async def test_who_reads_what_is_sensitive_of_others_is_noted_once_a_request(
    room: StaffRoom, executor: type[Executor[Any]]
) -> None:
    student = {"id": room.id("Student")}
    answer, written = await answered(room, executor, HEAD, CARD)
    assert "errors" not in answer
    assert written == ["note_each"]
    everything = "BIRTH_DATE CONTACTS GUARDIANS"
    assert await notes(room) == [
        (HEAD, "classmate", everything),
        (HEAD, "guardian", "CONTACTS GUARDIANS"),
        (HEAD, "other_guardian", "CONTACTS GUARDIANS"),
        (HEAD, "other_student", everything),
        (HEAD, "student", everything),
    ]
    await answered(room, executor, CLASS_TEACHER, ONE, **student)
    assert await notes(room) == [
        (CLASS_TEACHER, "guardian", "CONTACTS"),
        (CLASS_TEACHER, "student", everything),
    ]
    for family in (GUARDIAN, STUDENT):
        answer, written = await answered(room, executor, family, ONE, **student)
        assert answer["data"]["student"]["email"] == "student@example.org"
        assert written == []
    answer, written = await answered(room, executor, COURSE_TEACHER, ONE, **student)
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}
    assert written == []
    answer, written = await answered(room, executor, HEAD, DIARY, **student, day=str(TODAY))
    assert "errors" not in answer
    assert written == []
    assert await notes(room) == []


async def test_what_cannot_be_noted_is_not_answered(room: StaffRoom) -> None:
    await room.rows("ALTER TABLE audit_note RENAME TO elsewhere")
    for executor in EXECUTORS:
        answer, _ = await answered(room, executor, HEAD, ONE, id=room.id("Student"))
        assert answer.keys() == {"errors"}
        assert answer["errors"][0]["extensions"]["code"] == "INTERNAL"
        assert "data" not in answer


async def test_what_a_subscription_shows_is_noted_too(room: StaffRoom, feed: Feed) -> None:
    query = "subscription { remarkChanged { remark { student { givenName phone } } } }"
    async with listening(room, feed, HEAD, query) as heard:
        remark = {"student": room.id("Student"), "kind": "PRAISE", "text": "Well done"}
        await done(room, "addRemark", **remark)
        await delivered(room, feed)
    assert [event["remark"]["student"]["givenName"] for event in heard.events] == ["student"]
    assert await notes(room) == [(HEAD, "student", "CONTACTS")]


def test_every_field_of_contacts_birth_dates_and_guardians_is_sensitive() -> None:
    """Of students and guardians; teachers are no family, and an account's own are its own."""
    found = {}
    for where, bound, of in fields():
        if bound.noun not in ("Student", "Guardian", "Guardianship"):
            continue
        reading = bound.reading
        if isinstance(reading, Column) and reading.name in ("email", "phone", "born_on"):
            found[where] = bound.sensitive
        leads = {bound.noun, of} in ({"Student", "Guardian"}, {"Student", "Guardianship"})
        if isinstance(reading, Loaded) and leads:
            found[where] = bound.sensitive
    assert found == {
        "Student.bornOn": Sensitive.BIRTH_DATE,
        "Student.email": Sensitive.CONTACTS,
        "Student.phone": Sensitive.CONTACTS,
        "Student.guardians": Sensitive.GUARDIANS,
        "Student.guardianships": Sensitive.GUARDIANS,
        "Guardian.email": Sensitive.CONTACTS,
        "Guardian.phone": Sensitive.CONTACTS,
        "Guardian.children": Sensitive.GUARDIANS,
    }


def fields() -> Iterator[tuple[str, Any, str]]:
    for type_ in schema._schema.type_map.values():
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
            for name, field in type_.fields.items():
                of = get_named_type(field.type).name
                yield f"{type_.name}.{name}", field.extensions[BOUND], of


PAGE = """query ($school: ID!, $where: AuditFilter, $first: Int!, $after: String) {
    node(id: $school) { ... on School { audit(where: $where, first: $first, after: $after) {
        edges { node { number kind change by byId origin noun recordId what
            student { givenName } } } pageInfo { hasNextPage endCursor } } } } }"""
OF_CHILD = """query ($id: ID!) { student(id: $id) {
    audit { edges { node { kind change by origin what } } } } }"""


async def test_the_head_finds_entries_and_a_family_reads_those_of_its_child(
    room: StaffRoom,
) -> None:
    context = {"school": SCHOOL, "first": 10}
    for who in (HEAD, CLASS_TEACHER):
        await answered(room, EXECUTORS[0], who, ONE, id=room.id("Student"))
    await done(room, "changeStudent", id=await room.student("classmate"), phone="1")
    await chain_all(room.store)

    async def page(**where: object) -> list[Any]:
        found = await ask(room, HEAD, PAGE, **context, where=where)
        return [edge["node"] for edge in found["node"]["audit"]["edges"]]

    newest, *others = await page()
    assert newest == {
        "number": 5, "kind": "CHANGED", "change": "CHANGED", "by": HEAD, "origin": None,
        "byId": str(room.small.accounts[HEAD]), "noun": "Student", "what": ["phone"],
        "recordId": await room.student("classmate"), "student": {"givenName": "classmate"},
    }  # fmt: skip
    assert [(each["number"], each["by"], each["noun"]) for each in others] == [
        (4, CLASS_TEACHER, "Guardian"), (3, CLASS_TEACHER, "Student"),
        (2, HEAD, "Guardian"), (1, HEAD, "Student"),
    ]  # fmt: skip
    teacher = await room.rows("SELECT teacher_id FROM membership WHERE account_id = $1",
                              room.small.accounts[CLASS_TEACHER])  # fmt: skip
    tomorrow, today = str(TODAY + timedelta(1)), str(TODAY)
    for where, numbers in (
        ({"person": make("Teacher", HERE, teacher[0][0])}, [4, 3]),
        ({"account": newest["byId"]}, [5, 2, 1]),
        ({"student": room.id("Student")}, [4, 3, 2, 1]),
        ({"student": room.id("Student"), "account": newest["byId"]}, [2, 1]),
        ({"kinds": ["CHANGED"]}, [5]),
        ({"kinds": ["READ"], "account": newest["byId"]}, [2, 1]),
        ({"kinds": ["EXPORTED"]}, []),
        ({"from": today, "to": today}, [5, 4, 3, 2, 1]),
        ({"from": tomorrow}, []),
        ({"from": "0001-01-01", "to": "9999-12-31"}, [5, 4, 3, 2, 1]),
    ):
        assert [each["number"] for each in await page(**where)] == numbers, where
    first = (await ask(room, HEAD, PAGE, school=SCHOOL, first=2))["node"]["audit"]
    assert first["pageInfo"]["hasNextPage"]
    rest = await ask(room, HEAD, PAGE, school=SCHOOL, first=9, after=first["pageInfo"]["endCursor"])
    assert [edge["node"]["number"] for edge in rest["node"]["audit"]["edges"]] == [3, 2, 1]

    for family in (GUARDIAN, STUDENT):
        answer, _ = await answered(room, EXECUTORS[0], family, OF_CHILD, id=room.id("Student"))
        nodes = [edge["node"] for edge in answer["data"]["student"]["audit"]["edges"]]
        assert [(each["by"], each["kind"]) for each in nodes] == [
            (CLASS_TEACHER, "READ"), (CLASS_TEACHER, "READ"), (HEAD, "READ"), (HEAD, "READ"),
        ]  # fmt: skip
        assert {each["origin"] for each in nodes} == {None}
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}
    order = {"student": room.id("Student"), "guardian": room.id("Guardian"), "reason": "A court"}
    await done(room, "restrictGuardianship", **order, restriction="NO_CONTACTS")
    for nobody in (GUARDIAN, CLASS_TEACHER, COURSE_TEACHER):
        answer, _ = await answered(room, EXECUTORS[0], nobody, OF_CHILD, id=room.id("Student"))
        assert answer["data"]["student"] == {"audit": None}
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
