"""What was known before all began anew is known no more, and what a question may be made of."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

import orjson

from db.telling import tell_of
from domain import clock
from domain.ids import uuid7
from gateway.operations import Operation
from resolvers.answers.changes import Basis, Changes
from resolvers.global_id import NIL
from resolvers.viewers import Viewers
from tests.bench.operations import DIARY
from tests.cluster import on_one_postgresql
from tests.fresh.checking import ask, noted_answers
from tests.fresh.questions import Question
from tests.gateway.front_door import FrontDoor
from tests.gateway.small_school import HERE, TODAY
from tests.store.staff_room import begin_versions

pytestmark = on_one_postgresql("no answers are kept on a cluster")
WHO = "the student"


@dataclass
class ChangeOf:
    school_id: int | None
    topic: str | None
    name: str | None
    ref: UUID | None
    concerns: list[UUID] | None
    snapshot: str = ""
    identity: str = ""


def of_diary(door: FrontDoor) -> Question:
    span = {"from": str(TODAY - timedelta(3)), "to": str(TODAY + timedelta(3))}
    return Question(WHO, DIARY, {"id": door.small.id("Student")} | span)


async def diary_of(door: FrontDoor) -> bytes:
    """As JSON, once its courses are known."""
    found = await ask(door.app, door.tokens[WHO], of_diary(door))
    reading = door.app.state.process.kept._scopes._reading
    if reading is not None:
        await reading
    return found.data


async def move_lessons(door: FrontDoor, course: Any) -> None:
    """Have the class learn in this course alone."""
    async with door.pool.acquire() as connection, connection.transaction():
        group = door.small.records["ClassGroup"]
        await connection.execute(
            "UPDATE course SET class_group_id = CASE WHEN id = $1 THEN $2::uuid END"
            " WHERE school_id = $3 AND (id = $1 OR class_group_id = $2)",
            course,
            group,
            HERE,
        )
        await tell_of(connection, HERE, "course")


async def test_courses_of_a_student_that_were_known_before_a_long_gap_are_read_anew(
    door: FrontDoor,
) -> None:
    """A quiet time, in which a child comes to other courses, must not keep the old ones known."""
    async with door.pool.acquire() as connection:
        await begin_versions(connection)
        await connection.execute("RESET gradebook.audit_removal")
        await tell_of(connection)
    door.tokens[WHO] = await door.token(WHO)
    group, real = door.small.records["ClassGroup"], door.small.records["Course"]
    query = "SELECT id FROM course WHERE school_id = $1 AND class_group_id <> $2"
    other = await door.pool.fetchval(query, HERE, group)
    await move_lessons(door, other)
    await diary_of(door)
    await move_lessons(door, real)
    with clock.at(clock.now() + timedelta(minutes=11)):
        before = await diary_of(door)
        query = "SELECT version FROM lesson WHERE id = $1"
        version = await door.pool.fetchval(query, door.small.records["Lesson"])
        done = await door.do(
            "setLessonTopic",
            token=await door.token("the head"),
            lesson=door.small.id("Lesson"),
            expectedVersion=version,
            topic="Quite another",
        )
        after = await diary_of(door)
    assert done["errors"] == []
    assert b'"lesson"' in before
    assert b"Quite another" in after


async def test_what_was_kept_before_all_began_anew_is_used_by_no_request_under_way(
    door: FrontDoor,
) -> None:
    """Its own look has found a change; then another request's look drops all that looks found."""
    door.tokens[WHO] = await door.token(WHO)
    await diary_of(door)
    async with door.pool.acquire() as connection, connection.transaction():
        await connection.execute("UPDATE student SET given_name = 'Augusta' WHERE school_id = 1")
        await tell_of(connection, HERE, "student")
    engine, question = door.app.state.gateway.engine, of_diary(door)
    prepared = engine.prepare(Operation(question.query, question.variables))
    asked = await engine.ask(prepared)
    context = await door.app.state.gateway.make_context(door.tokens[WHO], "")
    door.app.state.process.kept._changes.begin_anew()
    answer = await engine.run(prepared, context, asked)
    assert b"Augusta" in orjson.dumps(answer)


async def test_a_look_whose_changes_cannot_be_applied_has_failed(door: FrontDoor) -> None:
    door.tokens[WHO] = await door.token(WHO)
    first = await diary_of(door)
    figures = door.app.state.process.kept.figures
    with patch.object(Changes, "apply", side_effect=KeyError("grade")), noted_answers():
        again = await ask(door.app, door.tokens[WHO], of_diary(door))
    assert (again.data, again.kept) == (first, False)
    assert figures.failed_looks == 1
    assert await diary_of(door) == first


def test_ids_of_changes_are_bounded_over_all_schools_together() -> None:
    """Beyond the bound everything counts as changed where the most has."""
    changes = Changes(Viewers())
    bases = [Basis(school, 0, {"grade": frozenset({NIL})}, frozenset()) for school in (1, 2)]
    with patch("resolvers.answers.changes.MOST_IDS", 100):
        for number in range(120):
            school = 1 + (number % 6 == 0)
            changes.apply([ChangeOf(school, "GRADE", None, NIL, [uuid7()])])
            assert sum(each.count for each in changes._schools.values()) <= 100
    assert [changes.still_holds(each) for each in bases] == [False, True]


async def test_variables_that_are_nested_deeply_are_no_error_of_the_gateway(
    door: FrontDoor,
) -> None:
    deep: Any = "x"
    for _ in range(300):
        deep = [deep]
    door.tokens[WHO] = await door.token(WHO)
    answer = await door.post(
        "query ($id: ID!) { student(id: $id) { id } }",
        door.tokens[WHO],
        id=door.small.id("Student"),
        more=deep,
    )
    assert answer.json() == {"data": {"student": {"id": door.small.id("Student")}}}
    schema = await door.post("{ __schema { queryType { name } } }", more=deep)
    assert schema.json() == {"data": {"__schema": {"queryType": {"name": "Query"}}}}
