"""A head moves the school to another time zone, and nobody else does."""

from typing import Any

import pytest

from resolvers import global_id
from resolvers.context import Context
from schema.build import schema
from tests.asking import graphql
from tests.gateway.small_school import HERE
from tests.store.staff_room import (
    GUARDIAN,
    HEAD,
    STRANGER,
    STUDENT,
    TEACHER,
    StaffRoom,
)

SCHOOL = global_id.make("School", HERE, global_id.NIL)
MOVE = """
  mutation ($input: SetTimeZoneInput!) { setTimeZone(input: $input) {
    school { id timeZone } errors { code message path }
  } }
"""
RIGA = {"school": SCHOOL, "timeZone": "Europe/Riga"}


async def moved(room: StaffRoom, kind: str, **given: Any) -> Any:
    context = Context(room.store, await room.viewer(kind))
    answer = await graphql(
        schema._schema, MOVE, context_value=context, variable_values={"input": given}
    )
    assert answer.errors is None
    assert answer.data is not None
    return answer.data["setTimeZone"]


async def test_a_head_moves_the_school_with_its_whole_days_and_all_are_told(
    room: StaffRoom,
) -> None:
    await room.rows(
        "UPDATE lesson SET starts_at = day::timestamp AT TIME ZONE 'UTC',"
        " ends_at = (day + 1)::timestamp AT TIME ZONE 'UTC' WHERE id = $1",
        room.small.records["Lesson"],
    )
    query = (
        "SELECT id, starts_at - (day::timestamp AT TIME ZONE 'Europe/Riga') = '0', version"
        " FROM lesson WHERE school_id = $1 ORDER BY id"
    )
    before = {row[0]: row[2] for row in await room.rows(query, HERE)}
    whole = room.small.records["Lesson"]
    for _ in range(2):
        answer = await moved(room, HEAD, **RIGA, idempotencyKey="once")
        assert answer == {"school": {"id": SCHOOL, "timeZone": "Europe/Riga"}, "errors": []}
        assert [tuple(row) for row in await room.rows(query, HERE)] == [
            (id_, id_ == whole, version + (id_ == whole)) for id_, version in before.items()
        ]
        assert await room.events() == [(0, "SCHOOL", "CHANGED", 3), (1, "RIGHTS", "CHANGED", 1)]
    (step,) = await room.rows("SELECT * FROM school_revision WHERE version = 3")
    assert (step["change"], step["time_zone_before"]) == ("CHANGED", "UTC")
    zones = await room.rows("SELECT time_zone FROM school ORDER BY school_id")
    assert [row[0] for row in zones] == ["Europe/Riga", "UTC"]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (TEACHER, "FORBIDDEN"),
        (GUARDIAN, "FORBIDDEN"),
        (STUDENT, "FORBIDDEN"),
        (STRANGER, "NOT_FOUND"),
    ],
)
async def test_nobody_but_the_head_moves_the_school(room: StaffRoom, kind: str, code: str) -> None:
    answer = await moved(room, kind, **RIGA)
    assert answer["school"] is None
    assert [(each["code"], each["path"]) for each in answer["errors"]] == [(code, ["school"])]
    assert await room.rows("SELECT 1 FROM school WHERE time_zone <> 'UTC'") == []
    assert await room.events() == []


async def test_a_zone_that_there_is_not_is_bad_input(room: StaffRoom) -> None:
    for zone in ("Mars/Olympus", "", "../etc/passwd", "a" * 5_000, "Europe\0Riga"):
        answer = await moved(room, HEAD, school=SCHOOL, timeZone=zone)
        (error,) = answer["errors"]
        assert (error["code"], error["path"]) == ("BAD_INPUT", ["timeZone"])
        assert error["message"].endswith(" is not a time zone such as Europe/Riga.")
    assert await room.rows("SELECT 1 FROM school WHERE time_zone <> 'UTC'") == []
