"""What is still read of a grade or homework that was withdrawn, by each kind of viewer."""

from typing import Any

import pytest
from graphql import execute, parse

from resolvers.context import Context
from resolvers.declarations.editing import Edit
from resolvers.execution.compiled_executor import CompiledExecutor
from resolvers.mutations.grades import give_grade, restore_grade, withdraw_grade
from resolvers.mutations.homework import ChangeHomework, SetHomework, change_homework, set_homework
from resolvers.mutations.homework import withdraw_homework as withdraw
from schema.build import schema
from tests.gateway.small_school import TODAY
from tests.store.staff_room import GUARDIAN, HEAD, STUDENT, TEACHER, StaffRoom

CLASS_TEACHER = "the class teacher"
GRADE = """
  query ($id: ID!) { grade(id: $id) {
    state value number comment history { id change reason valueBefore commentBefore } } }
"""
COURSE = """
  query ($id: ID!, $day: Date!) { course(id: $id) {
    withdrawnGrades(from: $day, to: $day) { id value comment } } }
"""
HOMEWORK = """
  query ($id: ID!) { node(id: $id) { ... on Homework {
    withdrawn text history { id change reason textBefore } } } }
"""
RESTORABLE = """
  query ($lesson: ID!, $course: ID!, $school: ID!) {
    lesson(id: $lesson) { withdrawnHomework { text viewerMay } }
    course(id: $course) { withdrawnMaterials(first: 9) { edges { node { title viewerMay } } } }
    school(id: $school) {
      withdrawnAnnouncements(last: 9) { totalCount edges { node { title viewerMay } } } } }
"""
NODE = "query ($id: ID!) { node(id: $id) { id } }"


async def ask(room: StaffRoom, kind: str, query: str, **variables: object) -> Any:
    answer: Any = execute(
        schema._schema,
        parse(query),
        context_value=Context(room.store, await room.viewer(kind)),
        variable_values=variables,
        executor_class=CompiledExecutor,
    )
    return (await answer).formatted


@pytest.fixture
async def withdrawn(room: StaffRoom) -> str:
    """The global id of a grade with a remark that was meant for another child."""
    given = await give_grade(room.store, await room.viewer(), room.grade(comment="See me, Ben"))
    id_ = room.id("Grade", given.record.id)
    step = Edit(id_, 1, "Ben's, not Ada's")
    assert (await withdraw_grade(room.store, await room.viewer(), step)).errors == []
    return id_


@pytest.mark.parametrize("kind", [STUDENT, GUARDIAN])
async def test_the_family_reads_that_it_was_withdrawn_and_nothing_of_what_it_was(
    room: StaffRoom, withdrawn: str, kind: str
) -> None:
    nothing: dict[str, Any] = {"value": None, "number": None, "comment": None, "history": []}
    answer = await ask(room, kind, GRADE, id=withdrawn)
    assert answer == {"data": {"grade": {"state": "WITHDRAWN", **nothing}}}
    (step,) = (await ask(room, TEACHER, GRADE, id=withdrawn))["data"]["grade"]["history"][1:]
    assert await ask(room, kind, NODE, id=step["id"]) == {"data": {"node": None}}
    await restore_grade(room.store, await room.viewer(), Edit(withdrawn, 2, "Ada's after all"))
    again = (await ask(room, kind, GRADE, id=withdrawn))["data"]["grade"]
    assert (again["state"], again["value"], again["comment"]) == ("GIVEN", "5", "See me, Ben")
    assert [step["change"] for step in again["history"]] == ["GIVEN", "WITHDRAWN", "RESTORED"]


@pytest.mark.parametrize("kind", [TEACHER, CLASS_TEACHER, HEAD])
async def test_the_staff_finds_what_it_was_in_its_history(
    room: StaffRoom, withdrawn: str, kind: str
) -> None:
    grade = (await ask(room, kind, GRADE, id=withdrawn))["data"]["grade"]
    assert (grade["state"], grade["value"], grade["comment"]) == ("WITHDRAWN", None, None)
    last = grade["history"][1]
    assert (last["change"], last["reason"]) == ("WITHDRAWN", "Ben's, not Ada's")
    assert (last["valueBefore"], last["commentBefore"]) == ("5", "See me, Ben")


@pytest.mark.parametrize("kind", [TEACHER, HEAD])
async def test_whoever_may_restore_a_grade_finds_it_in_its_course(
    room: StaffRoom, withdrawn: str, kind: str
) -> None:
    answer = await ask(room, kind, COURSE, id=room.id("Course"), day=str(TODAY))
    found = {one["id"]: one for one in answer["data"]["course"]["withdrawnGrades"]}
    assert found[withdrawn] == {"id": withdrawn, "value": "5", "comment": "See me, Ben"}


@pytest.mark.parametrize("kind", [STUDENT, GUARDIAN, CLASS_TEACHER])
async def test_nobody_else_is_told_of_the_withdrawn_grades_of_a_course(
    room: StaffRoom, withdrawn: str, kind: str
) -> None:
    answer = await ask(room, kind, COURSE, id=room.id("Course"), day=str(TODAY))
    assert answer["data"] == {"course": {"withdrawnGrades": None}}
    assert [error["message"] for error in answer["errors"]] == ["You may not read this field."]


async def test_whoever_may_restore_what_was_withdrawn_finds_it_as_it_was(room: StaffRoom) -> None:
    places = {name: room.id(name.capitalize()) for name in ("lesson", "course", "school")}
    at = room.small.records["Course"]
    materials = await room.rows(
        "UPDATE material SET withdrawn = true WHERE course_id = $1 RETURNING title", at
    )
    announced = await room.rows("UPDATE announcement SET withdrawn = true RETURNING title")
    set_ = await room.rows(
        "UPDATE homework SET withdrawn = true WHERE lesson_id = $1 RETURNING text",
        room.small.records["Lesson"],
    )
    found = (await ask(room, HEAD, RESTORABLE, **places))["data"]
    work = found["lesson"]["withdrawnHomework"]
    assert {each["text"] for each in work} == {each["text"] for each in set_} != set()
    assert all("restoreHomework" in each["viewerMay"] for each in work)
    nodes = [edge["node"] for edge in found["course"]["withdrawnMaterials"]["edges"]]
    assert {each["title"] for each in nodes} == {each["title"] for each in materials} != set()
    assert all("restoreMaterial" in each["viewerMay"] for each in nodes)
    listed = found["school"]["withdrawnAnnouncements"]
    nodes = [edge["node"] for edge in listed["edges"]]
    assert {each["title"] for each in nodes} == {each["title"] for each in announced} != set()
    assert listed["totalCount"] == len(announced)
    assert all("restoreAnnouncement" in each["viewerMay"] for each in nodes)


async def homework(room: StaffRoom) -> str:
    """The global id of homework that was set with one text, and stands with another."""
    asked = SetHomework(room.id("Lesson"), "For Ben alone", due_on=TODAY)
    set_ = await set_homework(room.store, await room.viewer(), asked)
    id_ = room.id("Homework", set_.record.id)
    change = ChangeHomework(id_, 1, "Longer", text="For Ben and Cem alone")
    assert (await change_homework(room.store, await room.viewer(), change)).errors == []
    return id_


@pytest.mark.parametrize("kind", [STUDENT, GUARDIAN])
async def test_the_family_reads_that_homework_was_withdrawn_and_nothing_of_what_it_was(
    room: StaffRoom, kind: str
) -> None:
    id_ = await homework(room)
    stands = (await ask(room, kind, HOMEWORK, id=id_))["data"]["node"]
    assert (stands["withdrawn"], stands["text"]) == (False, "For Ben and Cem alone")
    assert [step["textBefore"] for step in stands["history"]] == [None, "For Ben alone"]
    step = Edit(id_, 2, "Not for this class")
    assert (await withdraw(room.store, await room.viewer(), step)).errors == []
    answer = await ask(room, kind, HOMEWORK, id=id_)
    assert answer == {"data": {"node": {"withdrawn": True, "text": None, "history": []}}}
    for known in stands["history"]:
        assert await ask(room, kind, NODE, id=known["id"]) == {"data": {"node": None}}


@pytest.mark.parametrize("kind", [TEACHER, CLASS_TEACHER, HEAD])
async def test_the_staff_finds_what_withdrawn_homework_was_in_its_history(
    room: StaffRoom, kind: str
) -> None:
    id_ = await homework(room)
    await withdraw(room.store, await room.viewer(), Edit(id_, 2, "Not for this class"))
    found = (await ask(room, kind, HOMEWORK, id=id_))["data"]["node"]
    assert (found["withdrawn"], found["text"]) == (True, None)
    told = [(step["change"], step["reason"], step["textBefore"]) for step in found["history"]]
    assert told == [
        ("SET", None, None),
        ("CHANGED", "Longer", "For Ben alone"),
        ("WITHDRAWN", "Not for this class", "For Ben and Cem alone"),
    ]


async def test_what_a_mutation_answers_of_what_was_withdrawn_is_what_is_read_of_it(
    room: StaffRoom,
) -> None:
    teacher = await room.viewer()
    given = await give_grade(room.store, teacher, room.grade(comment="See me, Ben"))
    grade = Edit(room.id("Grade", given.record.id), 1, "Ben's, not Ada's")
    work = Edit(await homework(room), 2, "Not for this class")
    for _ in range(2):  # the second time it is refused, and answers what stands
        outcome = await withdraw_grade(room.store, teacher, grade)
        assert outcome.record.state == "WITHDRAWN"
        assert (outcome.record.value, outcome.record.comment) == (None, None)
        outcome = await withdraw(room.store, teacher, work)
        assert (outcome.record.withdrawn, outcome.record.text) == (True, None)
    assert [one.code for one in outcome.errors] != []
