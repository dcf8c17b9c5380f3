"""Choosing the scale of a course, as a client asks for it."""

from typing import Any

import pytest

from domain.ids import uuid7
from domain.presets import HUNDRED_POINT, READY, ReadyScale
from gateway.errors import shown
from resolvers import global_id
from resolvers.context import Context
from schema.build import schema
from tests.asking import graphql
from tests.gateway.small_school import HERE
from tests.store.staff_room import GUARDIAN, HEAD, STRANGER, TEACHER, StaffRoom

SET = """
  mutation ($input: SetCourseGradeScaleInput!) { setCourseGradeScale(input: $input) {
    course { gradeScale { id name best marks } } errors { code path } } }
"""
GIVE = """
  mutation ($input: GiveGradeInput!) { giveGrade(input: $input) {
    grade { value number gradeScale { name } } errors { code } } }
"""


async def send(room: StaffRoom, kind: str, document: str, given: dict[str, Any]) -> Any:
    viewer = await room.viewer(kind)
    answer = await graphql(
        schema._schema,
        document,
        context_value=Context(room.store, viewer),
        variable_values={"input": given},
    )
    assert not answer.errors, shown(answer.errors)
    assert answer.data is not None
    return next(iter(answer.data.values()))


async def test_a_head_chooses_a_ready_scale_in_which_marks_are_given_from_then_on(
    room: StaffRoom,
) -> None:
    course = room.id("Course")
    for _ in range(2):  # the school is given the scale once
        answer = await send(room, HEAD, SET, {"course": course, "ready": "ONE_TO_SIX"})
        assert answer["errors"] == []
    scale = answer["course"]["gradeScale"]
    assert (scale["name"], scale["best"]) == ("One to six", "LOWEST")
    assert (scale["marks"][0], scale["marks"][-1]) == ("6-", "1+")
    rows = await room.rows("SELECT name FROM grade_scale WHERE school_id = 1 ORDER BY 1")
    assert [row["name"] for row in rows] == ["Five", "One to six"]
    new = {"student": room.id("Student"), "lesson": room.id("Lesson"), "value": "2+"}
    given = await send(room, TEACHER, GIVE, new | {"workType": room.id("WorkType")})
    assert given == {
        "grade": {"value": "2+", "number": "1.700", "gradeScale": {"name": "One to six"}},
        "errors": [],
    }


async def test_a_head_chooses_a_scale_of_the_school_and_no_roster_says_it_any_longer(
    room: StaffRoom,
) -> None:
    (own,) = await room.rows(
        "INSERT INTO grade_scale (school_id, id, name, definition) VALUES (1, $1, 'Ours', $2)"
        " RETURNING id", uuid7(), HUNDRED_POINT.to_data(),
    )  # fmt: skip
    await room.rows("UPDATE course SET scale_from_roster = true")
    chosen = {"course": room.id("Course"), "gradeScale": room.id("GradeScale", own["id"])}
    answer = await send(room, HEAD, SET, chosen | {"idempotencyKey": "a"})
    assert answer["course"]["gradeScale"]["name"] == "Ours"
    (row,) = await room.rows(
        "SELECT grade_scale_id, scale_from_roster FROM course WHERE id = $1",
        room.small.records["Course"],
    )
    assert tuple(row) == (own["id"], False)
    ready = {"course": room.id("Course"), "ready": "LETTERS", "idempotencyKey": "a"}
    other = await send(room, HEAD, SET, ready)
    assert other["errors"] == [{"code": "IDEMPOTENCY_KEY_REUSED", "path": ["idempotencyKey"]}]


NOWHERE = global_id.make("GradeScale", HERE, uuid7())
FOREIGN = global_id.make("GradeScale", 2, uuid7())


@pytest.mark.parametrize(
    ("kind", "given", "code", "path"),
    [
        (TEACHER, {"ready": "LETTERS"}, "FORBIDDEN", "course"),
        (GUARDIAN, {"ready": "LETTERS"}, "FORBIDDEN", "course"),
        (STRANGER, {"ready": "LETTERS"}, "NOT_FOUND", "course"),
        (HEAD, {}, "BAD_INPUT", "gradeScale"),
        (HEAD, {"gradeScale": NOWHERE, "ready": "LETTERS"}, "BAD_INPUT", "gradeScale"),
        (HEAD, {"gradeScale": "?"}, "BAD_INPUT", "gradeScale"),
        (HEAD, {"gradeScale": NOWHERE}, "NOT_FOUND", "gradeScale"),
        (HEAD, {"gradeScale": FOREIGN}, "NOT_FOUND", "gradeScale"),
    ],
)
async def test_who_may_not_choose_or_names_no_scale_changes_nothing(
    still_room: StaffRoom, kind: str, given: dict[str, Any], code: str, path: str
) -> None:
    before = await still_room.rows("SELECT * FROM course ORDER BY id"), await still_room.rows(
        "SELECT * FROM grade_scale ORDER BY id"
    )  # fmt: skip
    answer = await send(still_room, kind, SET, {"course": still_room.id("Course")} | given)
    assert answer == {"course": None, "errors": [{"code": code, "path": [path]}]}
    assert before == (
        await still_room.rows("SELECT * FROM course ORDER BY id"),
        await still_room.rows("SELECT * FROM grade_scale ORDER BY id"),
    )


def test_every_ready_scale_can_be_chosen() -> None:
    assert list(ReadyScale) == list(READY)
