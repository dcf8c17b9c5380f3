"""What people did in the diary outlives a roster that says nothing new."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from db.reading.grades import grades_of_students
from db.store import Store
from db.tables.accounts import Account, Membership
from domain.ids import uuid7
from resolvers import global_id
from resolvers.declarations.editing import Edit
from resolvers.declarations.transaction import Outcome
from resolvers.mutations.grades import ReviseGrade, restore_grade, revise_grade, withdraw_grade
from resolvers.mutations.lessons import SetLessonTopic, set_lesson_topic
from resolvers.viewer import Viewer, load_viewer
from tests.gateway.small_school import insert
from tests.store.small_roster import Desk, Roster, changes, in_term

__all__ = ["in_term"]
pytestmark = pytest.mark.usefixtures("in_term")

STEPS = """
    SELECT r.version, change, state_before, account_id = $1 FROM grade_revision r
    JOIN grade g ON g.id = grade_id WHERE sourced_id = 'x1' ORDER BY 1
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
    account = Account(id=uuid7(), login="head", password_hash="-", display_name="The head")
    ((number,),) = await desk.rows("SELECT school_id FROM school")
    membership = Membership(school_id=number, account_id=account.id, role="HEAD")
    await insert(desk.connection, account, membership)
    return await load_viewer(school, account)


async def named(desk: Desk, noun: str, name: str) -> str:
    """The global id of what the roster calls so."""
    query = f"SELECT school_id, id FROM {noun.lower()} WHERE sourced_id = $1"
    ((number, id_),) = await desk.rows(query, name)
    return global_id.make(noun, number, id_)


async def listed(school: Store) -> list[tuple[str | None, str]]:
    """Value and state of each grade that a diary shows, in the order of their states."""
    ids = [row["id"] for row in await school.pool.fetch("SELECT id FROM student")]
    rows: list[Any] = await school.fetch(
        grades_of_students, school=1, ids=ids, first=date.min, last=date.max
    )
    return sorted(((row.value, row.state) for row in rows), key=lambda each: each[1])


def gone() -> Roster:
    """Without the first result, whether as a bulk file leaves it out or as a delta says so."""
    return Roster().drop("results", "x1")


def deleted() -> Roster:
    roster = Roster().only("results").delta().drop("results", "x2")
    return roster.put("results", "x1", status="tobedeleted")


def seen(outcome: Outcome) -> tuple[Any, ...]:
    assert outcome.errors == []
    return outcome.record.value, outcome.record.state, outcome.record.version


async def test_what_a_teacher_did_to_a_grade_outlives_a_roster_that_says_nothing_new(
    desk: Desk,
) -> None:
    await desk.brought(Roster())
    await _revised_by_a_teacher(desk, "x1", "19")
    await _revised_by_a_teacher(desk, "x2", "12")
    await _revised_by_a_teacher(desk, "x2", "13")
    before = await desk.tables()
    assert changes(await desk.brought(Roster())) == {}
    assert await desk.tables() == before
    report = await desk.brought(Roster().put("results", "x1", comment="Corrected"))
    assert changes(report) == {"grades": (0, 1, 0)}
    assert await desk.rows("SELECT value, comment, version FROM grade ORDER BY sourced_id") == [
        ("17.5", "Corrected", 3),
        ("13", None, 3),
    ]
    await _revised_by_a_teacher(desk, "x1", "20")
    again = await desk.brought(Roster().put("results", "x1", comment="Corrected"))
    assert changes(again) == {}


async def test_a_grade_that_a_teacher_withdrew_stays_withdrawn(desk: Desk) -> None:
    await desk.brought(Roster())
    await _revised_by_a_teacher(desk, "x1", "17.5", "WITHDRAWN")
    before = await desk.tables()
    assert changes(await desk.brought(Roster())) == {}
    assert await desk.tables() == before


async def _revised_by_a_teacher(desk: Desk, name: str, value: str, state: str = "GIVEN") -> None:
    """As a mutation does it: the step in the history first, then the grade."""
    await desk.connection.execute(
        "INSERT INTO grade_revision (school_id, id, grade_id, version, change, account_id, at,"
        " value_before, weight_before, state_before, work_type_id_before, comment_before,"
        " excused_before, bonus_before, due_on_before)"
        " SELECT school_id, gen_random_uuid(), id, version + 1, 'REVISED', gen_random_uuid(),"
        " now(), value, weight, state, work_type_id, comment, excused, bonus, due_on"
        " FROM grade WHERE sourced_id = $1",
        name,
    )
    await desk.connection.execute(
        "UPDATE grade SET value = $2, number = $4, state = $3,"
        " version = version + 1 WHERE sourced_id = $1",
        name,
        value,
        state,
        Decimal(value),
    )


@pytest.mark.parametrize("without", [gone, deleted])
async def test_a_grade_that_a_roster_puts_away_is_withdrawn_to_everybody_with_its_history(
    desk: Desk, school: Store, without: Any
) -> None:
    await desk.brought(Roster())
    viewer = await head(desk, school)
    assert await listed(school) == [(None, "DUE"), ("17.5", "GIVEN")]
    await desk.brought(without(), allow_deletions=True)
    assert await listed(school) == [(None, "DUE")]
    again = await withdraw_grade(school, viewer, Edit(await named(desk, "Grade", "x1"), 2, "Again"))
    assert [str(error.code) for error in again.errors] == ["WITHDRAWN"]
    assert (again.record.value, again.record.state) == (None, "WITHDRAWN")
    before = await desk.tables()
    assert changes(await desk.brought(without(), allow_deletions=True)) == {}
    assert await desk.tables() == before


@pytest.mark.parametrize("without", [gone, deleted])
async def test_a_grade_that_was_put_away_and_restored_stays_until_the_roster_says_something_new(
    desk: Desk, school: Store, without: Any
) -> None:
    await desk.brought(Roster())
    viewer = await head(desk, school)
    await desk.brought(without(), allow_deletions=True)
    restored = await restore_grade(
        school, viewer, Edit(await named(desk, "Grade", "x1"), 2, "It was right")
    )
    assert seen(restored) == ("17.5", "GIVEN", 3)
    assert await listed(school) == [(None, "DUE"), ("17.5", "GIVEN")]
    before = await desk.tables()
    assert changes(await desk.brought(without(), allow_deletions=True)) == {}
    assert await desk.tables() == before
    revision = ReviseGrade(await named(desk, "Grade", "x1"), 3, "Counted again", value="18")
    assert seen(await revise_grade(school, viewer, revision)) == ("18", "GIVEN", 4)
    assert changes(await desk.brought(without(), allow_deletions=True)) == {}
    assert changes(await desk.brought(Roster().put("results", "x1", score="19"))) == {
        "grades": (0, 1, 0)
    }
    assert await desk.rows(STEPS, viewer.account.id) == [
        (1, "GIVEN", None, False),
        (2, "WITHDRAWN", "GIVEN", False),
        (3, "RESTORED", "WITHDRAWN", True),
        (4, "REVISED", "GIVEN", True),
        (5, "REVISED", "GIVEN", False),
    ]


async def test_a_grade_comes_with_the_step_that_brought_it_which_nobody_took(desk: Desk) -> None:
    roster = Roster().put("results", "x2", status="tobedeleted")
    await desk.brought(roster)
    query = """
        SELECT sourced_id, g.state, r.version, change, reason, account_id = $1, value_before
        FROM grade_revision r JOIN grade g ON (g.school_id, g.id) = (r.school_id, grade_id)
        ORDER BY 1
    """
    nobody = global_id.NIL
    assert await desk.rows(query, nobody) == [
        ("x1", "GIVEN", 1, "GIVEN", "Roster", True, None),
        ("x2", "WITHDRAWN", 1, "WITHDRAWN", "Roster", True, None),
    ]
    assert await desk.rows("SELECT topic, change FROM outbox ORDER BY seq") == [
        ("RIGHTS", "CHANGED"),
        ("GRADE", "GIVEN"),
    ]


TOPICS = """
    SELECT r.version, change, topic_before, account_id = $1 FROM lesson_revision r
    JOIN lesson l ON (l.school_id, l.id) = (r.school_id, lesson_id) ORDER BY 1
"""


async def test_a_topic_that_a_teacher_set_outlives_a_roster_that_says_nothing_new(
    desk: Desk, school: Store
) -> None:
    await desk.brought(Roster())
    viewer = await head(desk, school)
    moved = Roster().put("lineItems", "l1", dueDate="2025-10-06")
    await desk.brought(moved)
    lesson = await named(desk, "Lesson", "l1")
    for version, topic in ((2, "Pushing"), (3, "Pushing and pulling"), (4, "Pulling")):
        outcome = await set_lesson_topic(school, viewer, SetLessonTopic(lesson, version, topic))
        assert outcome.errors == []
        before = await desk.tables()
        assert changes(await desk.brought(moved)) == {}
        assert await desk.tables() == before
    report = await desk.brought(Roster().put("lineItems", "l1", title="Forces and motion"))
    assert changes(report)["lessons"] == (0, 1, 0)
    assert await desk.rows("SELECT topic, version FROM lesson") == [("Forces and motion", 6)]
    assert await desk.rows(TOPICS, viewer.account.id) == [
        (3, "TOPIC_SET", "Forces", True),
        (4, "TOPIC_SET", "Pushing", True),
        (5, "TOPIC_SET", "Pushing and pulling", True),
        (6, "TOPIC_SET", "Pulling", False),
    ]


async def test_a_topic_that_a_roster_changes_leaves_a_step_and_tells_the_feed(desk: Desk) -> None:
    await desk.brought(Roster())
    await desk.brought(Roster().put("lineItems", "l1", title="Motion"))
    assert await desk.rows(TOPICS, global_id.NIL) == [(2, "TOPIC_SET", "Forces", True)]
    last = "SELECT topic, change, version FROM outbox WHERE xid = (SELECT max(xid) FROM outbox)"
    assert await desk.rows(last) == [("LESSON", "TOPIC_SET", 2)]
    await desk.brought(Roster().put("lineItems", "l1", title="Motion", dueDate="2025-10-06"))
    assert await desk.rows(TOPICS, global_id.NIL) == [(2, "TOPIC_SET", "Forces", True)]
