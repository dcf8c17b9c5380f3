"""Roles of the office and restrictions of guardianships: granted, felt, ended, and kept."""

from datetime import date, timedelta
from typing import Any

from db.tables.accounts import Account, Membership
from db.tables.guardians import Guardian, Guardianship
from domain.ids import uuid7
from domain.roles import OfficeRole
from domain.ties import Restriction
from resolvers.declarations.mutation import Mutation
from resolvers.declarations.people import Leaving
from resolvers.mutations.class_groups import ChangeClassGroup, change_class_group
from resolvers.mutations.guardians import (
    BeginGuardianship,
    EndGuardianship,
    RestrictGuardianship,
    begin_guardianship,
    end_guardianship,
    restrict_guardianship,
)
from resolvers.mutations.roles import EndRole, GrantRole, end_role, grant_role
from resolvers.mutations.teachers import set_teacher_leaving
from resolvers.mutations.teachings import (
    AssignTeacher,
    EndTeaching,
    StandIn,
    assign_teacher,
    end_teaching,
    stand_in,
)
from resolvers.viewer import Viewer
from tests.gateway.small_school import HERE, TODAY
from tests.gateway.test_authorization import ask
from tests.store.staff_room import (
    DEPUTY,
    GUARDIAN,
    HEAD,
    SECRETARY,
    TEACHER,
    YESTERDAY,
    StaffRoom,
    told,
)

OFFICE = """
  query ($id: ID!) { node(id: $id) { ... on School {
    office { id role name beginsOn endsOn history { change by reason kind endsOn } } } } }
"""
SEEN = """
  query ($student: ID!, $grade: ID!, $guardian: ID!) {
    student: node(id: $student) { ... on Student { givenName email guardians { givenName } } }
    grade: node(id: $grade) { id }
    guardian: node(id: $guardian) { id }
  }
"""


async def roles(room: StaffRoom, kind: str) -> set[str]:
    viewer = await room.viewer(kind)
    return set(viewer.schools[HERE].roles) if HERE in viewer.schools else set()


async def held(room: StaffRoom) -> list[Any]:
    answer = await ask(room.store, await room.viewer(HEAD), OFFICE, id=room.id("School"))
    assert "errors" not in answer
    return list(answer["data"]["node"]["office"])


async def grant(room: StaffRoom, by: str, role: OfficeRole, **more: Any) -> Any:
    given = GrantRole(room.id("School"), role, **({"teacher": room.id("Teacher")} | more))
    return told(await grant_role(room.store, await room.viewer(by), given))


async def end(room: StaffRoom, by: str, role_id: str, ends_on: date | None = None) -> Any:
    given = EndRole(room.id("School"), role_id, ends_on, "So it was decided")
    return told(await end_role(room.store, await room.viewer(by), given))


async def test_the_head_grants_all_roles_a_deputy_those_of_secretaries_and_others_none(
    room: StaffRoom,
) -> None:
    leading = (OfficeRole.HEAD, OfficeRole.DEPUTY_HEAD)
    for by, granted in ((TEACHER, ()), (SECRETARY, ()), (DEPUTY, (OfficeRole.SECRETARY,))):
        for role in set(OfficeRole) - set(granted):
            (error,) = await grant(room, by, role)
            assert error[0] == "FORBIDDEN"
    assert await roles(room, TEACHER) == set()
    assert await grant(room, DEPUTY, OfficeRole.SECRETARY, reason="Help in June") == []
    assert await grant(room, HEAD, OfficeRole.SECRETARY) == [("ALREADY_THERE", ("role",))]
    for role in leading:
        assert await grant(room, HEAD, role) == []
    assert await roles(room, TEACHER) == set(OfficeRole)
    (mine,) = [each for each in await held(room) if each["history"][0]["reason"] == "Help in June"]
    assert (mine["role"], mine["name"], str(mine["beginsOn"])) == (
        "SECRETARY", TEACHER, str(TODAY),
    )  # fmt: skip
    assert [each["by"] for each in mine["history"]] == [DEPUTY]
    assert await end(room, SECRETARY, mine["id"]) == [("FORBIDDEN", ("school",))]
    assert await end(room, DEPUTY, mine["id"]) == []
    assert await roles(room, TEACHER) == {"HEAD", "DEPUTY_HEAD"}
    (mine,) = [each for each in await held(room) if each["id"] == mine["id"]]
    assert [each["change"] for each in mine["history"]] == ["GRANTED", "ENDED"]
    assert str(mine["history"][1]["endsOn"]) == str(YESTERDAY)


async def test_the_last_head_keeps_the_role_and_a_deputy_ends_no_heads(room: StaffRoom) -> None:
    (head,) = [each["id"] for each in await held(room) if each["role"] == "HEAD"]
    assert await end(room, DEPUTY, head) == [("FORBIDDEN", ("role",))]
    assert await end(room, HEAD, head) == [("LAST_HEAD", ("endsOn",))]
    known_end = TODAY + timedelta(30)
    assert await grant(room, HEAD, OfficeRole.HEAD, ends_on=known_end) == []
    assert await end(room, HEAD, head) == [("LAST_HEAD", ("endsOn",))]  # none after those days
    assert await roles(room, HEAD) == {"HEAD"}
    (error,) = told(
        await set_teacher_leaving(
            room.store, await room.viewer(SECRETARY), Leaving(room.id("Teacher"), TODAY)
        )
    )
    assert error == ("FORBIDDEN", ("id",))
    assert await grant(room, HEAD, OfficeRole.HEAD, begins_on=known_end + timedelta(1)) == []
    assert await end(room, HEAD, head) == []
    assert await roles(room, HEAD) == set()
    assert "HEAD" in await roles(room, TEACHER)


async def test_a_role_begins_and_ends_with_its_days(room: StaffRoom) -> None:
    days = {"begins_on": TODAY + timedelta(1), "ends_on": TODAY + timedelta(9)}
    assert await grant(room, HEAD, OfficeRole.DEPUTY_HEAD, **days) == []
    assert await roles(room, TEACHER) == set()
    backwards = {"begins_on": TODAY, "ends_on": YESTERDAY}
    assert await grant(room, HEAD, OfficeRole.DEPUTY_HEAD, **backwards) == [
        ("BAD_INPUT", ("endsOn",))
    ]
    nobody = {"teacher": room.id("Teacher", uuid7())}
    assert await grant(room, HEAD, OfficeRole.SECRETARY, **nobody) == [("NOT_FOUND", ("teacher",))]
    assert await grant(room, HEAD, OfficeRole.SECRETARY, guardian=room.id("Guardian")) == [
        ("BAD_INPUT", ())
    ]


async def other_parent(room: StaffRoom) -> tuple[Viewer, str]:
    """One more guardian of the child, as a viewer, and their global id."""
    person = Guardian(school_id=HERE, given_name="Other", family_name="Parent")
    account = Account(login="other", password_hash="-", display_name="Other")
    room.small.accounts["other"] = account.id  # type: ignore[index]
    of: dict[str, Any] = {"school_id": HERE, "guardian_id": person.id}
    await room.add(
        person,
        account,
        Guardianship(student_id=room.small.records["Student"], **of),
        Membership(account_id=account.id, role="GUARDIAN", **of),
    )
    return await room.viewer("other"), room.id("Guardian", person.id)


async def seen(room: StaffRoom, kind: str) -> Any:
    ids = {name.lower(): room.id(name) for name in ("Student", "Grade", "Guardian")}
    return (await ask(room.store, await room.viewer(kind), SEEN, **ids))["data"]


async def restrict(room: StaffRoom, by: str, guardian: str, to: Restriction | None) -> Any:
    given = RestrictGuardianship(room.id("Student"), guardian, to, "Order 7/26 of the court")
    return told(await restrict_guardianship(room.store, await room.viewer(by), given))


async def test_a_restricted_guardian_sees_no_contacts_or_nothing_until_it_is_taken_back(
    room: StaffRoom,
) -> None:
    _, guardian = await other_parent(room)
    whole = await seen(room, "other")
    assert whole["student"]["email"] == "student@example.org"
    assert len(whole["student"]["guardians"]) == 2
    assert whole["grade"] is not None
    assert whole["guardian"] is not None
    assert await restrict(room, TEACHER, guardian, Restriction.NO_CONTACTS) == [
        ("FORBIDDEN", ("student",))
    ]
    assert await restrict(room, SECRETARY, guardian, Restriction.NO_CONTACTS) == []
    student = {"givenName": "student", "email": None, "guardians": None}
    less = {"student": student, "grade": whole["grade"], "guardian": None}
    assert await seen(room, "other") == less
    assert (await seen(room, GUARDIAN))["student"] == whole["student"]
    assert await restrict(room, DEPUTY, guardian, Restriction.NOTHING_SEEN) == []
    nothing = {"student": None, "grade": None, "guardian": None}
    assert await seen(room, "other") == nothing
    assert HERE not in (await room.viewer("other")).schools
    # The restriction is the tie's: it stays where the guardianship ends and begins anew.
    head = await room.viewer(HEAD)
    ended = EndGuardianship(room.id("Student"), guardian, YESTERDAY, "Moved")
    assert told(await end_guardianship(room.store, head, ended)) == []
    begun = BeginGuardianship(room.id("Student"), guardian)
    assert told(await begin_guardianship(room.store, head, begun)) == []
    assert await seen(room, "other") == nothing
    assert await restrict(room, SECRETARY, guardian, None) == []
    assert await seen(room, "other") == whole
    query = """
      query ($id: ID!) { node(id: $id) { ... on Student { guardianships {
        restriction guardian { id } history { change by reason restriction } } } } }
    """
    answer = await ask(room.store, head, query, id=room.id("Student"))
    (tie,) = [
        each for each in answer["data"]["node"]["guardianships"]
        if each["guardian"]["id"] == guardian
    ]  # fmt: skip
    assert tie["restriction"] is None
    assert [(each["change"], each["restriction"], each["by"]) for each in tie["history"]] == [
        ("RESTRICTED", "NO_CONTACTS", SECRETARY),
        ("RESTRICTED", "NOTHING_SEEN", DEPUTY),
        ("ENDED", "NOTHING_SEEN", HEAD),
        ("GRANTED", "NOTHING_SEEN", HEAD),
        ("RESTRICTED", None, SECRETARY),
    ]
    assert await room.rows("SELECT 1 FROM outbox WHERE topic = 'RIGHTS'") != []


TAUGHT = """
  query ($course: ID!, $group: ID!) {
    course: node(id: $course) { ... on Course { teacherHistory {
      change by reason kind beginsOn endsOn teacher { givenName } } } }
    group: node(id: $group) { ... on ClassGroup { leaderHistory {
      change by reason kind beginsOn endsOn teacher { givenName } } } } }
"""


async def test_who_teaches_stands_in_and_leads_is_kept_with_days_and_reasons_for_the_office(
    room: StaffRoom,
) -> None:
    await room.rows("DELETE FROM tie_step")
    head, course, group = await room.viewer(HEAD), room.id("Course"), room.id("ClassGroup")
    (row,) = await room.rows("SELECT id FROM teacher WHERE given_name = 'other_teacher'")
    other, ours = room.id("Teacher", row["id"]), room.id("Teacher")
    steps: list[tuple[Mutation[Any], Any]] = [
        (stand_in, StandIn(course, other, ours, TODAY, TODAY, "A cold")),
        (end_teaching, EndTeaching(course, other, YESTERDAY, "Well again")),
        (assign_teacher, AssignTeacher(course, other, reason="Two groups")),
        (end_teaching, EndTeaching(course, ours, TODAY)),
        (change_class_group, ChangeClassGroup(group, class_teacher=other, reason="On leave")),
        (change_class_group, ChangeClassGroup(group, class_teacher=other, name="7C")),
    ]
    for mutation, given in steps:
        assert told(await mutation(room.store, head, given)) == []
    seen = (await ask(room.store, head, TAUGHT, course=course, group=group))["data"]
    by = {"by": HEAD}

    def step(who: str, kind: str, change: str, *span: date | None, reason: str | None) -> Any:
        days = dict(zip(("beginsOn", "endsOn"), span, strict=True))
        return {
            "change": change, "kind": kind, "reason": reason, "teacher": {"givenName": who},
        } | days | by  # fmt: skip

    assert seen["course"]["teacherHistory"] == [
        step("other_teacher", "STAND_IN", "GRANTED", TODAY, TODAY, reason="A cold"),
        step("other_teacher", "STAND_IN", "ENDED", TODAY, YESTERDAY, reason="Well again"),
        step("other_teacher", "TEACHER", "GRANTED", TODAY, None, reason="Two groups"),
        step("course_teacher", "TEACHER", "ENDED", None, TODAY, reason=None),
    ]
    assert seen["group"]["leaderHistory"] == [
        step("class_teacher", "CLASS_TEACHER", "ENDED", None, YESTERDAY, reason="On leave"),
        step("other_teacher", "CLASS_TEACHER", "GRANTED", TODAY, None, reason="On leave"),
    ]
    for kind in (TEACHER, GUARDIAN):
        answer = await ask(room.store, await room.viewer(kind), TAUGHT, course=course, group=group)
        assert answer["data"]["course"] == {"teacherHistory": None}
        assert answer["data"]["group"] == {"leaderHistory": None}
        refused = [each["path"] for each in answer["errors"]]
        assert refused == [["course", "teacherHistory"], ["group", "leaderHistory"]]
