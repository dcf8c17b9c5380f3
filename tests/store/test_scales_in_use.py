"""Scales as a school uses them: averages over several, lessons of a roster, extra credit."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from graphql import execute, parse

from db.roster import export_roster
from db.store import Store
from db.tables.accounts import Account, Membership
from domain.counting import Above, Counting
from domain.ids import uuid7
from domain.presets import FIVE_POINT
from domain.scales import Scale
from resolvers import global_id
from resolvers.context import Context
from resolvers.declarations.transaction import Outcome
from resolvers.mutations.grades import GiveGrade, give_grade
from resolvers.viewer import Viewer, load_viewer
from schema.build import schema
from tests.executors import EXECUTORS
from tests.gateway.small_school import insert
from tests.store.small_roster import Desk, Roster, changes
from tests.store.staff_room import told

AVERAGES = """
  query ($id: ID!) { student(id: $id) { averages(from: "2025-09-01", to: "2026-06-30") {
    course { title } average { value outOf share sum weight count gradeScale { name } } } } }
"""
JOURNAL = """
  query ($id: ID!) { course(id: $id) { gradeScale { name }
    journal(from: "2025-09-01", to: "2026-06-30") { rows {
      student { givenName } grades { value number weight }
      average { value outOf gradeScale { name } } averages { value gradeScale { name } }
      averageValue } } } }
"""
LESSON = "query ($id: ID!) { lesson(id: $id) { gradeScale { name } } }"
SCALES = """
  query ($ids: [ID!]!) { nodes(ids: $ids) { ... on GradeScale {
    name best marks minimum maximum } } }
"""


@pytest.fixture
def desk(connection: Any, tmp_path: Path) -> Desk:
    return Desk(connection, tmp_path / "roster")


@pytest.fixture
async def school(database_url: str) -> AsyncIterator[Store]:
    store = await Store.connect(database_url, connections=2)
    try:
        yield store
    finally:
        await store.close()


async def head(desk: Desk, school: Store) -> Viewer:
    """An account that administers the roster's school."""
    account = Account(id=uuid7(), login=str(uuid7()), password_hash="-", display_name="The head")
    ((number,),) = await desk.rows("SELECT school_id FROM school")
    membership = Membership(school_id=number, account_id=account.id, role="HEAD")
    await insert(desk.connection, account, membership)
    return await load_viewer(school, account)


async def named(desk: Desk, noun: str, name: str, table: str = "") -> str:
    """The global id of what the roster calls so."""
    query = f"SELECT school_id, id FROM {table or noun.lower()} WHERE sourced_id = $1"
    ((number, id_),) = await desk.rows(query, name)
    return global_id.make(noun, number, id_)


async def ask(desk: Desk, school: Store, query: str, **variables: object) -> Any:
    """What the head is answered, by both executors alike."""
    viewer = await head(desk, school)
    answers = []
    for executor in EXECUTORS:
        answer: Any = execute(
            schema._schema,
            parse(query),
            context_value=Context(school, viewer),
            variable_values=variables,
            executor_class=executor,
        )
        answers.append((await answer).formatted)
    assert answers[0] == answers[1]
    assert "errors" not in answers[0], answers[0]["errors"]
    return answers[0]["data"]


async def averages(desk: Desk, school: Store, student: str = "s1") -> Any:
    found = await ask(desk, school, AVERAGES, id=await named(desk, "Student", student))
    return [one["average"] for one in found["student"]["averages"]]


async def journal(desk: Desk, school: Store) -> tuple[Any, Any]:
    """The course's scale, and Ada's row. The value of each average is found in two ways."""
    found = await ask(desk, school, JOURNAL, id=await named(desk, "Course", "k1"))
    scale = found["course"]["gradeScale"]
    rows = {row["student"]["givenName"]: row for row in found["course"]["journal"]["rows"]}
    for row in rows.values():
        average = row["average"]
        assert row.pop("averageValue") == (average and average["value"])
    return scale and scale["name"], rows["Ada"]


async def scale_of(desk: Desk, school: Store, lesson: str = "l1") -> Any:
    """The name of the scale that the lesson says its marks are in."""
    found = await ask(desk, school, LESSON, id=await named(desk, "Lesson", lesson))
    return found["lesson"]["gradeScale"] and found["lesson"]["gradeScale"]["name"]


async def give(
    desk: Desk, school: Store, value: str, lesson: str = "l1", work: str = "a1"
) -> Outcome:
    new = GiveGrade(
        student=await named(desk, "Student", "s1"),
        lesson=await named(desk, "Lesson", lesson),
        work_type=await named(desk, "WorkType", work, "work_type"),
        value=value,
    )
    return await give_grade(school, await head(desk, school), new)


def two_works() -> Roster:
    """45 of 50 with weight 3, and 8 of 10 with weight 1."""
    roster = Roster().put("categories", "a1", weight="3").put("results", "x1", score="45")
    roster.add("categories", "a1", "a2", title="Quiz", weight="1")
    roster.put("lineItems", "l1", resultValueMax="50")
    roster.add("lineItems", "l1", "l2", resultValueMax="10", categorySourcedId="a2")
    return roster.add("results", "x1", "x3", lineItemSourcedId="l2", score="8")


async def test_works_out_of_different_maxima_average_as_shares(desk: Desk, school: Store) -> None:
    await desk.brought(two_works())
    assert await averages(desk, school) == [
        {
            "value": "87.50", "outOf": "100", "share": "0.8750", "sum": "350",
            "weight": "4.00", "count": 2, "gradeScale": {"name": "Points"},
        }
    ]  # fmt: skip
    scale, row = await journal(desk, school)
    points = {"value": "87.50", "outOf": "100", "gradeScale": {"name": "Points"}}
    assert (scale, row["average"]) == ("Points", points)
    assert row["averages"] == [{"value": "87.50", "gradeScale": {"name": "Points"}}]
    shown = {each["value"]: each["number"] for each in row["grades"]}
    assert shown == {"45": "45.000", "8": "8.000"}


async def test_an_average_follows_the_scale_that_its_course_has(desk: Desk, school: Store) -> None:
    await desk.brought(two_works())
    five = replace(
        FIVE_POINT,
        counting=Counting(
            anchors=tuple(
                (Decimal(number), Decimal(share))
                for number, share in ((1, "0"), (3, "0.5"), (4, "0.75"), (5, "1"))
            )
        ),
    )
    text, (own,) = json.dumps(five.to_data()), await desk.rows(
        "INSERT INTO grade_scale (school_id, id, name, definition)"
        " SELECT school_id, $1, 'Five', '{}' FROM school RETURNING id", uuid7(),
    )  # fmt: skip
    await desk.connection.execute(
        "UPDATE grade_scale SET definition = $1 WHERE id = $2", text, *own
    )
    await desk.connection.execute(
        "UPDATE course SET grade_scale_id = $1, scale_from_roster = false", *own
    )
    (found,) = await averages(desk, school)
    assert (found["value"], found["outOf"], found["gradeScale"]) == ("4.50", "5", {"name": "Five"})
    # What somebody chose stays, whatever a roster shows.
    assert changes(await desk.brought(two_works())) == {}
    assert (await journal(desk, school))[0] == "Five"


async def test_a_scale_that_does_not_convert_has_an_average_of_its_own(
    desk: Desk, school: Store
) -> None:
    roster = two_works().add(
        "results", "x1", "x4", lineItemSourcedId="l2", score="", textScore="A-"
    )
    roster.add("lineItems", "l2", "l3").put("results", "x4", lineItemSourcedId="l3")
    await desk.brought(roster)
    assert [(each["value"], each["gradeScale"]) for each in await averages(desk, school)] == [
        ("87.50", None),
        ("3.70", {"name": "Letters"}),
    ]
    scale, row = await journal(desk, school)
    assert (scale, row["average"]) == (None, None)
    assert row["averages"] == [
        {"value": "87.50", "gradeScale": None},
        {"value": "3.70", "gradeScale": {"name": "Letters"}},
    ]


async def test_a_lesson_that_came_with_work_is_graded_in_the_scale_of_the_work(
    desk: Desk, school: Store
) -> None:
    await desk.brought(Roster().put("lineItems", "l1", resultValueMax="50"))
    given = await give(desk, school, "46")
    assert (told(given), given.record.value, given.record.number) == ([], "46", Decimal(46))
    assert await scale_of(desk, school) == "0 to 50 points"
    for outside in ("4-", "5+", "A", "-1"):
        refused = await give(desk, school, outside)
        assert told(refused) == [("OUTSIDE_SCALE", ("value",))], outside
    assert "0 to 50 points: 0 to 50 or above" in refused.errors[0].message
    assert await desk.rows("SELECT name FROM grade_scale") == [("0 to 50 points",)]
    assert (await journal(desk, school))[0] == "0 to 50 points"


async def test_work_that_named_no_range_is_graded_as_its_course_is(
    desk: Desk, school: Store
) -> None:
    roster = Roster().put("lineItems", "l1", resultValueMin="", resultValueMax="")
    roster.put("results", "x1", score="", textScore="B+")
    await desk.brought(roster)
    assert (await journal(desk, school))[0] == "Letters"
    assert await scale_of(desk, school) == "Letters"
    assert (await give(desk, school, "A-")).record.number == Decimal("3.7")
    assert told(await give(desk, school, "87")) == [("OUTSIDE_SCALE", ("value",))]
    await desk.connection.execute("UPDATE course SET grade_scale_id = NULL")
    assert await scale_of(desk, school) == "Points"
    assert (await give(desk, school, "87")).record.number == 87
    await desk.connection.execute("DELETE FROM line_item")
    assert await scale_of(desk, school) is None
    assert (await give(desk, school, "4-")).record.number == Decimal("3.7")


async def test_a_courses_scale_follows_the_roster_until_somebody_chooses(
    desk: Desk, school: Store
) -> None:
    await desk.brought(Roster().only("orgs", "academicSessions", "courses", "classes"))
    known = await desk.rows("SELECT grade_scale_id, scale_from_roster FROM course")
    assert known == [(None, False)]
    scale = (
        "SELECT s.name, scale_from_roster FROM course c"
        " JOIN grade_scale s ON s.school_id = c.school_id AND s.id = c.grade_scale_id"
    )
    await desk.brought(Roster())
    assert await desk.rows(scale) == [("0 to 20 points", True)]
    before = await desk.tables()
    assert changes(await desk.brought(Roster())) == {}
    assert await desk.tables() == before
    await desk.brought(Roster().add("lineItems", "l1", "l2", resultValueMax="10"))
    assert await desk.rows(scale) == [("Points", True)]


async def test_extra_credit_and_work_that_counts_nothing_are_kept_and_shown(
    desk: Desk, school: Store
) -> None:
    roster = two_works().put("results", "x1", score="51").put("categories", "a2", weight="0")
    roster.add("lineItems", "l1", "l3", resultValueMin="0", resultValueMax="0")
    roster.add("results", "x1", "x4", lineItemSourcedId="l3", score="3")
    report = await desk.brought(roster)
    assert report.notices == [
        "results.csv: a score is above its maximum: it is extra credit (2 times)"
    ]
    _, row = await journal(desk, school)
    assert {(each["value"], each["number"], each["weight"]) for each in row["grades"]} == {
        ("51", "51.000", "3.00"),
        ("8", "8.000", "0.00"),
        ("3", None, "3.00"),
    }
    (found,) = await averages(desk, school)
    assert (found["value"], found["weight"], found["count"]) == ("102.00", "3.00", 1)
    before = await desk.tables()
    await export_roster(desk.connection, [1], desk.folder.parent / "out")
    for again in (roster, desk.folder.parent / "out"):
        assert changes(await desk.brought(again)) == {}
        assert await desk.tables() == before
    assert told(await give(desk, school, "52")) == []
    weightless = await give(desk, school, "9", "l2", "a2")
    assert (told(weightless), weightless.record.weight) == ([], Decimal(0))
    # The school says that extra credit is worth no more than the maximum.
    capped = Scale(
        "0 to 50 points", (), Decimal(0), Decimal(50), Decimal(1), None,
        Counting.of_points(Decimal(50)), Above.CAPPED,
    )  # fmt: skip
    await desk.connection.execute(
        "UPDATE grade_scale SET definition = $1 WHERE name = $2",
        json.dumps(capped.to_data()),
        capped.name,
    )
    given = await give(desk, school, "53")
    assert (given.record.value, given.record.number) == ("53", Decimal(50))


async def test_of_several_results_of_a_student_for_one_work_the_latest_counts(
    desk: Desk, school: Store
) -> None:
    await desk.brought(Roster())
    roster = Roster().put("results", "x1", scoreDate="2025-10-05")
    roster.add("results", "x1", "x3", score="12", scoreDate="2025-10-03")
    roster.add("results", "x1", "x4", score="19")
    roster.add("results", "x1", "x5", score="", scoreStatus="submitted", scoreDate="2025-10-09")
    report = await desk.brought(roster)
    (notice,) = report.notices
    assert notice == (
        "results.csv: a student has several results for one line item: the latest with a mark"
        " counts, the others are withdrawn (3 times)"
    )
    states = "SELECT sourced_id, value, state FROM grade ORDER BY 1"
    assert await desk.rows(states) == [
        ("x1", "17.5", "WITHDRAWN"),
        ("x2", None, "DUE"),
        ("x3", "12", "WITHDRAWN"),
        ("x4", "19", "GIVEN"),
        ("x5", None, "WITHDRAWN"),
    ]
    assert [each["value"] for each in await averages(desk, school)] == ["19.00"]
    before = await desk.tables()
    assert changes(await desk.brought(roster)) == {}
    assert await desk.tables() == before


async def test_two_marks_that_a_teacher_gave_for_one_work_stand_through_an_export(
    desk: Desk, school: Store
) -> None:
    await desk.brought(Roster())
    assert told(await give(desk, school, "15")) == []
    before, out = await desk.tables(), desk.folder.parent / "out"
    await export_roster(desk.connection, [1], out)
    assert (await desk.brought(out)).notices == []
    assert await desk.tables() == before
    assert [each["value"] for each in await averages(desk, school)] == ["16.25"]
    # So they do in a school that has never seen them.
    await desk.connection.execute("DELETE FROM outbox")
    await desk.connection.execute("DELETE FROM grade_revision")
    await desk.connection.execute("DELETE FROM grade")
    assert (await desk.brought(out)).notices == []
    states = await desk.rows("SELECT value, state FROM grade ORDER BY value")
    assert states == [("15", "GIVEN"), ("17.5", "GIVEN"), (None, "DUE")]


async def test_a_scale_tells_its_marks_from_worst_to_best_and_which_end_that_is(
    desk: Desk, school: Store
) -> None:
    await desk.brought(two_works().add("results", "x1", "x4", score="", textScore="B"))
    rows = await desk.rows("SELECT school_id, id FROM grade_scale ORDER BY name")
    ids = [global_id.make("GradeScale", *row) for row in rows]
    found = (await ask(desk, school, SCALES, ids=ids))["nodes"]
    points = {"best": "HIGHEST", "marks": [], "minimum": "0"}
    assert [one for one in found if one["name"] != "Letters"] == [
        {"name": "0 to 10 points", "maximum": "10", **points},
        {"name": "0 to 50 points", "maximum": "50", **points},
    ]
    (letters,) = [one for one in found if one["name"] == "Letters"]
    assert (letters["marks"][0], letters["marks"][-1], letters["best"]) == ("F", "A+", "HIGHEST")
