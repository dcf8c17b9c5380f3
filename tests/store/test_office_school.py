"""What a school says of itself, its subjects and its kinds of work, set up by its office."""

from typing import Any

import pytest

from resolvers import global_id
from resolvers.mutations.grades import give_grade
from tests.gateway.small_school import HERE
from tests.store.office_room import SCHOOL, act, ask, done, why
from tests.store.staff_room import GUARDIAN, HEAD, STRANGER, STUDENT, TEACHER, StaffRoom, told

NOWHERE = global_id.NIL
RULES = """
  name timeZone language weekDays keepingYears gradeScale { name }
  rounding { threshold marks { mark threshold } }
"""


def edit(of: Any, **more: Any) -> dict[str, Any]:
    return {"id": of["id"], "expectedVersion": of.get("version", 1), "reason": "So it is", **more}


STEP = """
  version change by nameBefore timeZoneBefore weekDaysBefore
  gradeScaleBefore { name } roundingBefore { threshold }
"""


async def test_a_school_has_rules_before_anybody_sets_them(room: StaffRoom) -> None:
    answer = await ask(
        room, STUDENT, f"query ($id: ID!) {{ school(id: $id) {{ {RULES} }} }}", id=SCHOOL
    )
    assert answer["school"] == {
        "name": "Here",
        "timeZone": "UTC",
        "language": "und",
        "weekDays": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"],
        "keepingYears": 5,
        "gradeScale": None,
        "rounding": {"threshold": "0.5", "marks": []},
    }


async def test_the_head_changes_all_that_a_school_says_of_itself(room: StaffRoom) -> None:
    changed = await done(
        room,
        "changeSchool",
        RULES,
        school=SCHOOL,
        name="  School 5 ",
        timeZone="Europe/Riga",
        language="lv",
        gradeScale=room.id("GradeScale"),
        weekDays=["SATURDAY", "MONDAY", "MONDAY"],
        keepingYears=10,
        rounding={"threshold": "0.60", "marks": [{"mark": "5", "threshold": "0.65"}]},
    )
    assert changed == {
        "name": "School 5",
        "timeZone": "Europe/Riga",
        "language": "lv",
        "weekDays": ["MONDAY", "SATURDAY"],
        "keepingYears": 10,
        "gradeScale": {"name": "Five"},
        "rounding": {"threshold": "0.6", "marks": [{"mark": "5", "threshold": "0.65"}]},
    }
    assert await room.events() == [(0, "SCHOOL", "CHANGED", 3), (1, "RIGHTS", "CHANGED", 1)]
    (elsewhere,) = await room.rows("SELECT name, time_zone FROM school WHERE school_id = 2")
    assert tuple(elsewhere) == ("Elsewhere", "UTC")
    kept = await done(room, "changeSchool", RULES, school=SCHOOL, gradeScale=None)
    assert kept == {**changed, "gradeScale": None}
    assert (await room.events())[-1] == (0, "SCHOOL", "CHANGED", 4)
    query = f"query ($id: ID!) {{ school(id: $id) {{ version history {{ {STEP} }} }} }}"
    read = (await ask(room, HEAD, query, id=SCHOOL))["school"]
    assert read["version"] == 4
    of_head = {"change": "CHANGED", "by": HEAD}
    assert read["history"][-2:] == [
        {
            **of_head,
            "version": 3,
            "nameBefore": "Here",
            "timeZoneBefore": "UTC",
            "gradeScaleBefore": None,
            "roundingBefore": {"threshold": "0.5"},
            "weekDaysBefore": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"],
        },
        {
            **of_head,
            "version": 4,
            "nameBefore": "School 5",
            "timeZoneBefore": "Europe/Riga",
            "gradeScaleBefore": {"name": "Five"},
            "roundingBefore": {"threshold": "0.6"},
            "weekDaysBefore": ["MONDAY", "SATURDAY"],
        },
    ]
    with pytest.raises(AssertionError, match="You may not read this field"):
        await ask(room, GUARDIAN, query, id=SCHOOL)


async def test_names_sort_anew_when_the_language_is_another(room: StaffRoom) -> None:
    names = [{"name": name} for name in ("Zoologie", "Ökologie", "Optik")]
    await done(room, "createSubjects", school=SCHOOL, subjects=names)
    query = "query ($id: ID!) { school(id: $id) { subjects { name } } }"

    async def shown() -> list[str]:
        answer = await ask(room, STUDENT, query, id=SCHOOL)
        return [each["name"] for each in answer["school"]["subjects"]]

    assert await shown() == ["Mathematics", "Ökologie", "Optik", "Zoologie"]
    await done(room, "changeSchool", school=SCHOOL, language="sv")
    assert await shown() == ["Mathematics", "Optik", "Zoologie", "Ökologie"]
    await done(room, "createSubjects", school=SCHOOL, subjects=[{"name": "Ångström"}])
    assert await shown() == ["Mathematics", "Optik", "Zoologie", "Ångström", "Ökologie"]


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({}, "BAD_INPUT", ""),
        ({"name": " "}, "BAD_INPUT", "name"),
        ({"name": None}, "BAD_INPUT", "name"),
        ({"timeZone": "Mars/Olympus"}, "BAD_INPUT", "timeZone"),
        ({"language": "klingon-x"}, "BAD_INPUT", "language"),
        ({"weekDays": []}, "BAD_INPUT", "weekDays"),
        ({"keepingYears": 101}, "BAD_INPUT", "keepingYears"),
        ({"keepingYears": -1}, "BAD_INPUT", "keepingYears"),
        ({"rounding": {"threshold": "0"}}, "BAD_INPUT", "rounding"),
        ({"rounding": {"threshold": "1.1"}}, "BAD_INPUT", "rounding"),
        ({"rounding": {"threshold": "0.12345"}}, "BAD_INPUT", "rounding"),
        (
            {"rounding": {"threshold": "1", "marks": [{"mark": "5", "threshold": "2"}]}},
            "BAD_INPUT",
            "rounding",
        ),
        (
            {"gradeScale": global_id.make("GradeScale", HERE, NOWHERE)},
            "NOT_FOUND",
            "gradeScale",
        ),
        ({"gradeScale": global_id.make("GradeScale", 2, NOWHERE)}, "NOT_FOUND", "gradeScale"),
    ],
)
async def test_a_rule_that_makes_no_sense_changes_nothing(
    still_room: StaffRoom, given: dict[str, Any], code: str, path: str
) -> None:
    assert await why(still_room, "changeSchool", school=SCHOOL, **given) == [(code, path)]


async def test_marks_of_a_course_without_a_scale_are_in_the_schools(room: StaffRoom) -> None:
    await room.rows("UPDATE course SET grade_scale_id = NULL")
    (scale,) = await done(
        room,
        "createGradeScales",
        school=SCHOOL,
        gradeScales=[{"name": "Stars", "marks": [{"mark": "*", "number": "1"}]}],
    )
    await done(room, "changeSchool", school=SCHOOL, gradeScale=scale["id"])
    refused = await give_grade(room.store, await room.viewer(), room.grade())
    assert told(refused) == [("OUTSIDE_SCALE", ("value",))]
    given = await give_grade(room.store, await room.viewer(), room.grade(value="*"))
    assert given.record.grade_scale_id == global_id.parse(scale["id"], "GradeScale")[1]


async def test_subjects_are_made_changed_put_away_and_taken_back(room: StaffRoom) -> None:
    made = await done(
        room,
        "createSubjects",
        "id name code version",
        school=SCHOOL,
        subjects=[{"name": " Physics ", "code": "PH"}, {"name": "Art"}],
    )
    assert [(each["name"], each["code"]) for each in made] == [("Physics", "PH"), ("Art", None)]
    fields = "id name code active version history { change nameBefore activeBefore }"
    changed = await done(
        room, "changeSubject", fields, **edit(made[0], name="Natural science", code=None)
    )
    assert (changed["name"], changed["code"], changed["version"]) == ("Natural science", None, 2)
    away = await done(room, "putAwaySubject", fields, **edit(changed))
    query = "query ($id: ID!) { school(id: $id) { subjects { name } } }"
    answer = await ask(room, STUDENT, query, id=SCHOOL)
    assert answer["school"]["subjects"] == [{"name": "Art"}, {"name": "Mathematics"}]
    back = await done(room, "changeSubject", fields, **edit(away, active=True))
    assert (back["active"], back["version"]) == (True, 4)
    assert back["history"] == [
        {"change": "CREATED", "nameBefore": None, "activeBefore": None},
        {"change": "CHANGED", "nameBefore": "Physics", "activeBefore": True},
        {"change": "PUT_AWAY", "nameBefore": "Natural science", "activeBefore": True},
        {"change": "CHANGED", "nameBefore": "Natural science", "activeBefore": False},
    ]
    taught = {"id": room.id("Subject")}
    assert await why(room, "putAwaySubject", **edit(taught)) == [("IN_USE", "id")]
    assert await why(room, "changeSubject", **edit(taught, active=False)) == [("IN_USE", "active")]
    assert await why(room, "changeSubject", **edit(taught)) == [("BAD_INPUT", "")]
    rows = [{"name": "Fine"}, {"name": ""}, {"name": "x" * 201}]
    assert await why(room, "createSubjects", school=SCHOOL, subjects=rows) == [
        ("BAD_INPUT", "subjects.1.name"), ("BAD_INPUT", "subjects.2.name"),
    ]  # fmt: skip
    many = [{"name": "Same"}] * 201
    assert await why(room, "createSubjects", school=SCHOOL, subjects=many) == [
        ("BAD_INPUT", "subjects")
    ]


async def test_grades_keep_the_kind_of_work_that_is_changed_or_put_away(room: StaffRoom) -> None:
    (essay,) = await done(
        room,
        "createWorkTypes",
        "id name kind weight version",
        school=SCHOOL,
        workTypes=[{"name": "Essay", "kind": "PROJECT", "weight": "3"}],
    )
    assert (essay["kind"], essay["weight"]) == ("PROJECT", "3.00")
    work = {"work_type": essay["id"]}
    first = await give_grade(room.store, await room.viewer(), room.grade(**work))
    changed = await done(
        room, "changeWorkType", "id version weight kind",
        **edit(essay, weight="0.5", kind="OTHER"),
    )  # fmt: skip
    assert (changed["weight"], changed["kind"]) == ("0.50", "OTHER")
    second = await give_grade(room.store, await room.viewer(), room.grade(**work))
    assert (str(first.record.weight), str(second.record.weight)) == ("3.00", "0.50")
    away = await done(room, "putAwayWorkType", "active version", **edit(changed))
    assert away == {"active": False, "version": 3}
    third = await give_grade(room.store, await room.viewer(), room.grade(**work))
    assert told(third) == [("BAD_INPUT", ("workType",))]
    rows = [{"name": "Fine", "kind": "TEST"}, {"name": "Heavy", "kind": "TEST", "weight": "101"}]
    assert await why(room, "createWorkTypes", school=SCHOOL, workTypes=rows) == [
        ("BAD_INPUT", "workTypes.1.weight")
    ]
    assert await why(room, "changeWorkType", **edit(essay, weight="1")) == [
        ("CONFLICT", "expectedVersion")
    ]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (TEACHER, "FORBIDDEN"), (GUARDIAN, "FORBIDDEN"), (STUDENT, "FORBIDDEN"),
        (STRANGER, "NOT_FOUND"),
    ],
)  # fmt: skip
async def test_nobody_but_the_office_sets_a_school_up(
    room: StaffRoom, kind: str, code: str
) -> None:
    for name, rows in (
        ("createSubjects", {"subjects": [{"name": "Art"}]}),
        ("createWorkTypes", {"workTypes": [{"name": "Essay", "kind": "OTHER"}]}),
        ("createGradeScales", {"gradeScales": [{"name": "A", "marks": [{"mark": "A"}]}]}),
        ("changeSchool", {"name": "Mine"}),
    ):
        assert await why(room, name, kind, school=SCHOOL, **rows) == [(code, "school")]
    for noun in ("Subject", "WorkType", "GradeScale"):
        record = {"id": room.id(noun)}
        assert await why(room, f"putAway{noun}", kind, **edit(record)) == [(code, "id")]
        assert await why(room, f"change{noun}", kind, **edit(record, name="x")) == [(code, "id")]


async def test_families_read_no_history_of_what_the_office_did(room: StaffRoom) -> None:
    (made,) = await done(room, "createSubjects", school=SCHOOL, subjects=[{"name": "Art"}])
    query = "query ($id: ID!) { node(id: $id) { ... on Subject { name history { change } } } }"
    answer = await ask(room, "the head", query, id=made["id"])
    assert answer["node"]["history"] == [{"change": "CREATED"}]
    with pytest.raises(AssertionError, match="You may not read this field"):
        await ask(room, GUARDIAN, query, id=made["id"])
    assert (await act(room, "createSubjects", school=SCHOOL, subjects=[]))["found"] == []
