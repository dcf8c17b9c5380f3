"""A class typed in or pasted as a table; guardians and teachers many at once; all or none."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from strawberry import ID

from db.sort_keys import renew_keys
from domain.names import sort_key
from domain.office import GuardianshipKind
from resolvers.context import Context
from resolvers.declarations.creation import MOST_AT_ONCE
from resolvers.mutations.guardians import CreateGuardians, GuardianRow, create_guardians
from resolvers.mutations.students import EnrolStudents, StudentRow, enrol_students
from resolvers.mutations.teachers import CreateTeachers, TeacherRow, create_teachers
from schema.build import schema
from tests.asking import graphql
from tests.gateway.small_school import TODAY
from tests.store import office_room
from tests.store.office import RIGHTS, class_group, done, feed, in_year, kept, refusals, uuid, year
from tests.store.staff_room import GUARDIAN, HEAD, STRANGER, STUDENT, TEACHER, StaffRoom, told

BORN = date(2013, 9, 1)
ANA = StudentRow(given_name=" Ana María ", family_name="Núñez", born_on=BORN, class_group="7b")
BO = StudentRow(given_name="Bo", family_name="Åberg", middle_name="T", email="bo@example.org")


def table(room: StaffRoom, *rows: StudentRow, **other: Any) -> EnrolStudents:
    return EnrolStudents(room.id("School"), list(rows), **other)


async def test_a_pasted_class_is_enrolled_at_once_sorted_and_found(room: StaffRoom) -> None:
    group = await class_group(room, "8A")
    given = table(room, ANA, replace(BO, class_group=group), replace(BO, given_name="Cy"))
    ana, bo, cy = await done(room, enrol_students, given)
    assert (ana.given_name, ana.family_name, ana.born_on) == ("Ana María", "Núñez", BORN)
    assert (ana.grade_level, bo.grade_level, cy.grade_level) == ("7", "8", None)
    rows = await room.rows(
        "SELECT s.given_name, g.name, e.begins_on, e.ends_on, s.active, s.search_key, s.sort_key"
        " FROM student s"
        " LEFT JOIN enrolment e ON (e.school_id, e.student_id) = (s.school_id, s.id)"
        " LEFT JOIN class_group g ON (g.school_id, g.id) = (e.school_id, e.class_group_id)"
        " WHERE s.id = any($1) ORDER BY s.given_name",
        [ana.id, bo.id, cy.id],
    )
    assert [tuple(row)[:6] for row in rows] == [
        ("Ana María", "7B", TODAY, None, True, " nunez ana maria"),
        ("Bo", "8A", TODAY, None, True, " aberg bo t"),
        ("Cy", None, None, None, True, " aberg cy t"),
    ]
    assert rows[0]["sort_key"] == sort_key("und", "Núñez", "Ana María", None)
    async with room.store.pool.acquire() as connection:
        assert await renew_keys(connection) == 0
    assert await feed(room) == RIGHTS


async def test_every_bad_row_is_told_with_its_path_and_none_is_enrolled(room: StaffRoom) -> None:
    await in_year(room)
    ends = TODAY + timedelta(300)
    await year(room, TODAY + timedelta(101), ends, "6C", "7B")
    await done(room, enrol_students, table(room, ANA))
    given = table(
        room,
        replace(ANA, given_name="ana", family_name="NUNEZ MARIA"),
        replace(ANA, family_name="Nuñez"),
        replace(BO, class_group="7Z"),
        replace(BO, class_group=await class_group(room, "8A"), begins_on=TODAY - timedelta(101)),
        replace(BO, class_group="6c"),
        replace(BO, class_group=room.id("Course")),
    )
    assert await refusals(room, enrol_students, given) == [
        ("ALREADY_THERE", ("rows", "1")),
        ("NOT_FOUND", ("rows", "2", "classGroup")),
        ("OUTSIDE_YEAR", ("rows", "3", "beginsOn")),
        ("NOT_FOUND", ("rows", "5", "classGroup")),
    ]
    twice = table(room, replace(ANA, given_name="Eva"), replace(ANA, given_name="éva"))
    assert await refusals(room, enrol_students, twice) == [("ALREADY_THERE", ("rows", "1"))]
    late = table(
        room, replace(ANA, given_name="Ida", begins_on=TODAY), begins_on=TODAY - timedelta(1)
    )
    assert await refusals(room, enrol_students, late) == [("NOT_THERE", ("rows", "0", "beginsOn"))]
    malformed = table(room, replace(BO, given_name=" "), BO, replace(BO, email="x" * 321))
    assert await refusals(room, enrol_students, malformed) == [
        ("BAD_INPUT", ("rows", "0", "givenName")),
        ("BAD_INPUT", ("rows", "2", "email")),
    ]
    for size in (0, MOST_AT_ONCE + 1):
        assert await refusals(room, enrol_students, table(room, *[BO] * size)) == [
            ("BAD_INPUT", ("rows",))
        ]


async def test_a_name_is_that_of_a_class_group_of_the_year_of_the_day(room: StaffRoom) -> None:
    await in_year(room)
    starts = TODAY + timedelta(101)
    await year(room, starts, starts + timedelta(200), "7B", "6C")
    query = (
        "SELECT e.begins_on, g.academic_year_id = $2 FROM enrolment e"
        " JOIN class_group g ON g.id = e.class_group_id WHERE e.student_id = $1"
    )
    ours = room.small.records["AcademicYear"]
    now, then, new = await done(
        room,
        enrol_students,
        table(
            room,
            replace(ANA, given_name="Now"),
            replace(ANA, given_name="Then", begins_on=starts),
            replace(ANA, given_name="New", class_group="6C"),
        ),
    )
    found = [tuple((await room.rows(query, each.id, ours))[0]) for each in (now, then, new)]
    assert found == [(TODAY, True), (starts, False), (starts, False)]
    await year(room, TODAY, starts, "7B")
    twice = table(room, replace(ANA, given_name="Which"))
    assert await refusals(room, enrol_students, twice) == [
        ("BAD_INPUT", ("rows", "0", "classGroup"))
    ]


async def test_a_retry_with_the_key_enrols_nobody_twice(room: StaffRoom) -> None:
    viewer, given = await room.viewer(HEAD), table(room, ANA, BO)
    first = await enrol_students(room.store, viewer, given, "monday")
    before = await kept(room)
    again = await enrol_students(room.store, viewer, given, "monday")
    assert [each.id for each in again.records] == [each.id for each in first.records]
    assert await kept(room) == before
    other = await enrol_students(room.store, viewer, table(room, BO), "monday")
    assert told(other) == [("IDEMPOTENCY_KEY_REUSED", ("idempotencyKey",))]


@pytest.mark.parametrize("kind", [TEACHER, GUARDIAN, STUDENT])
async def test_only_the_office_enrols(room: StaffRoom, kind: str) -> None:
    given = table(room, ANA)
    assert await refusals(room, enrol_students, given, kind) == [("FORBIDDEN", ("school",))]
    assert await refusals(room, enrol_students, given, STRANGER) == [("NOT_FOUND", ("school",))]


async def test_teachers_and_guardians_are_made_with_their_ties(room: StaffRoom) -> None:
    dee = TeacherRow(given_name="Dee", family_name="Dvořák", phone="+1", begins_on=TODAY)
    (made,) = await done(room, create_teachers, CreateTeachers(room.id("School"), [dee]))
    assert (made.given_name, made.phone, made.active) == ("Dee", "+1", True)
    assert await feed(room) == []  # somebody without an account or a class has no rights yet
    child, other = room.id("Student"), await room.student("classmate")
    rows = [
        GuardianRow(
            given_name="Ed",
            family_name="Eß",
            children=[ID(each) for each in (child, other, child)],
            kind=GuardianshipKind.FATHER,
        ),
        GuardianRow(given_name="Flo", family_name="Eß"),
    ]  # fmt: skip
    ed, _ = await done(room, create_guardians, CreateGuardians(room.id("School"), rows))
    ties = await room.rows(
        "SELECT student_id, relation, begins_on, ends_on FROM guardianship WHERE guardian_id = $1",
        ed.id,
    )
    assert sorted(map(tuple, ties)) == sorted(
        (uuid(each), "FATHER", TODAY, None) for each in (child, other)
    )
    assert await feed(room) == RIGHTS
    bad = [
        replace(
            rows[1],
            children=[
                ID(each)
                for each in (child, "nobody", room.id("Student", room.small.records["Lesson"]))
            ],
        )
    ]
    assert await refusals(room, create_guardians, CreateGuardians(room.id("School"), bad)) == [
        ("BAD_INPUT", ("rows", "0", "children", "1")),
    ]
    bad = [replace(rows[1], children=[ID(room.id("Student", room.small.records["Lesson"]))])]
    assert await refusals(room, create_guardians, CreateGuardians(room.id("School"), bad)) == [
        ("NOT_FOUND", ("rows", "0", "children", "0")),
    ]


async def test_who_enrolled_and_moved_a_student_and_why_is_told_to_the_family_and_their_keepers(
    room: StaffRoom,
) -> None:
    await in_year(room)
    group = await class_group(room, "8A")
    moved = {"student": room.id("Student"), "classGroup": group}
    await office_room.done(room, "moveStudent", **moved, beginsOn=str(TODAY), reason="Wishes it")
    ended = {"endsOn": str(TODAY + timedelta(9)), "reason": "Moves away"}
    await office_room.done(room, "endEnrolment", **moved, **ended)
    query = """query ($id: ID!) { student(id: $id) { enrolmentHistory {
        change by reason kind classGroup { name } beginsOn endsOn } } }"""
    yesterday = str(TODAY - timedelta(1))
    for who in (HEAD, GUARDIAN):
        found = await office_room.ask(room, who, query, id=room.id("Student"))
        _, *steps = [list(each.values()) for each in found["student"]["enrolmentHistory"]]
        assert [[*each[:4], each[4]["name"], each[6]] for each in steps] == [
            ["ENDED", HEAD, "Wishes it", "STUDENT", "7B", yesterday],
            ["CREATED", HEAD, "Wishes it", "STUDENT", "8A", None],
            ["ENDED", HEAD, "Moves away", "STUDENT", "8A", ended["endsOn"]],
        ]
    leaves = {"endsOn": str(TODAY + timedelta(30)), "reason": "Moves to the sea"}
    teacher = room.id("Teacher")
    await office_room.done(room, "setTeacherLeaving", id=teacher, **leaves)
    await office_room.done(room, "setStudentLeaving", id=room.id("Student"), **leaves)
    query = """query ($teacher: ID!, $student: ID!) {
        node(id: $teacher) { ... on Teacher { of: leavingHistory { by kind reason endsOn } } }
        student(id: $student) { of: enrolmentHistory { by kind reason endsOn } } }"""
    told = await office_room.ask(room, HEAD, query, teacher=teacher, student=room.id("Student"))
    for found, kind in ((told["node"], "TEACHER"), (told["student"], "STUDENT")):
        assert found["of"][-1] == {"by": HEAD, "kind": kind, **leaves}
    query = """query ($id: ID!) { student(id: $id) { enrolmentHistory { reason } } }"""
    context = Context(room.store, await room.viewer(TEACHER))
    refused = await graphql(
        schema._schema, query, context_value=context, variable_values={"id": room.id("Student")}
    )
    assert refused.data == {"student": {"enrolmentHistory": None}}
