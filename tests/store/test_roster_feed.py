"""What an import tells those who follow: changed rights first, then every grade's step."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from argon2 import PasswordHasher

from db.store import Store
from db.tables.accounts import Account, Membership
from domain import clock
from resolvers.feed import Feed, SubscriptionFilter
from resolvers.global_id import NIL
from resolvers.relations import may_know
from resolvers.sessions import sign_in, viewer_of
from resolvers.viewer import Viewer, load_viewer
from tests.gateway.small_school import insert
from tests.store.small_roster import Desk, Roster, changes, in_term

__all__ = ["in_term"]
TOLD = """
    SELECT topic, change, sourced_id, o.version FROM outbox o
    LEFT JOIN grade g ON (g.school_id, g.id) = (o.school_id, ref)
    WHERE o.xid = (SELECT max(xid) FROM outbox) ORDER BY topic = 'GRADE', sourced_id
"""
STEPS = """
    SELECT r.version, change, value_before, state_before, reason, account_id
    FROM grade_revision r JOIN grade g ON g.id = grade_id WHERE sourced_id = 'x1' ORDER BY 1
"""
RIGHTS = ("RIGHTS", "CHANGED", None, 1)


@pytest.fixture
def desk(connection: Any, tmp_path: Path) -> Desk:
    return Desk(connection, tmp_path / "roster")


@pytest.fixture
async def school(database_url: str) -> AsyncIterator[Store]:
    store = await Store.connect(database_url, connections=4)
    try:
        yield store
    finally:
        await store.close()


async def test_a_first_import_tells_of_rights_and_then_of_every_grade(desk: Desk) -> None:
    await desk.brought(Roster())
    assert await desk.rows(TOLD) == [
        RIGHTS,
        ("GRADE", "GIVEN", "x1", 1),
        ("GRADE", "GIVEN", "x2", 1),
    ]
    assert await desk.rows("SELECT seq, topic FROM outbox ORDER BY seq") == [
        (0, "RIGHTS"),
        (1, "GRADE"),
        (2, "GRADE"),
    ]
    assert await desk.rows("SELECT DISTINCT ref FROM outbox WHERE topic = 'RIGHTS'") == [(NIL,)]


@pytest.mark.usefixtures("in_term")
async def test_a_grade_changed_taken_away_and_brought_back_keeps_its_history(desk: Desk) -> None:
    await desk.brought(Roster())
    await desk.brought(Roster().put("results", "x1", score="18"))
    assert await desk.rows(TOLD) == [("GRADE", "REVISED", "x1", 2)]
    await desk.brought(Roster().drop("results", "x1"), allow_deletions=True)
    assert await desk.rows(TOLD) == [("GRADE", "WITHDRAWN", "x1", 3)]
    await desk.brought(Roster().put("results", "x1", score="18"))
    assert await desk.rows(TOLD) == [("GRADE", "RESTORED", "x1", 4)]
    delta = Roster().only("results").delta().drop("results", "x2")
    delta.put("results", "x1", score="18", status="tobedeleted")
    await desk.brought(delta)
    assert await desk.rows(TOLD) == [("GRADE", "WITHDRAWN", "x1", 5)]
    assert await desk.rows(STEPS) == [
        (1, "GIVEN", None, None, "Roster", NIL),
        (2, "REVISED", "17.5", "GIVEN", "Roster", NIL),
        (3, "WITHDRAWN", "18", "GIVEN", "Roster", NIL),
        (4, "RESTORED", "18", "WITHDRAWN", "Roster", NIL),
        (5, "WITHDRAWN", "18", "GIVEN", "Roster", NIL),
    ]
    assert await desk.rows("SELECT version FROM grade ORDER BY sourced_id") == [(5,), (1,)]


async def test_grades_follow_their_lesson_to_another_day_once(desk: Desk) -> None:
    await desk.brought(Roster())
    roster = Roster().only("lineItems").put("lineItems", "l1", dueDate="2025-10-06")
    await desk.brought(roster)
    assert await desk.rows(TOLD) == [
        ("GRADE", "REVISED", "x1", 2),
        ("GRADE", "REVISED", "x2", 2),
    ]
    assert await desk.rows("SELECT DISTINCT to_char(day, 'MM-DD') FROM grade") == [("10-06",)]
    before = await desk.tables()
    await desk.brought(roster)
    assert await desk.tables() == before


async def test_a_whole_roster_that_moves_a_lesson_takes_one_step_with_each_grade(
    desk: Desk,
) -> None:
    await desk.brought(Roster())
    roster = Roster().put("lineItems", "l1", dueDate="2025-10-06")
    await desk.brought(roster)
    assert await desk.rows(TOLD) == [
        ("GRADE", "REVISED", "x1", 2),
        ("GRADE", "REVISED", "x2", 2),
    ]


async def test_names_and_comments_move_no_rights(desk: Desk) -> None:
    await desk.brought(Roster())
    before = await desk.rows("SELECT count(*) FROM outbox WHERE topic = 'RIGHTS'")
    roster = Roster().put("orgs", "o1", name="Hilltop").put("demographics", "s1", sex="male")
    roster.put("lineItems", "l1", title="Forces and motion")
    assert changes(await desk.brought(roster)) == {
        "schools": (0, 1, 0),
        "demographics": (0, 1, 0),
        "lessons": (0, 1, 0),
    }
    assert await desk.rows("SELECT count(*) FROM outbox WHERE topic = 'RIGHTS'") == before


MOVES: dict[str, tuple[str, str, dict[str, str]]] = {
    "a guardianship": ("users", "s1", {"agentSourcedIds": ""}),
    "an enrolment": ("enrollments", "e3", {"endDate": "2025-10-01"}),
    "a teaching": ("enrollments", "e5", {"status": "tobedeleted"}),
    "a class teacher": ("enrollments", "e6", {"status": "tobedeleted"}),
    "a teacher": ("users", "t1", {"status": "tobedeleted"}),
    "a year": ("academicSessions", "y1", {"endDate": "2026-05-31"}),
    "a school": ("orgs", "o1", {"status": "inactive"}),
}


@pytest.mark.parametrize("what", MOVES)
async def test_whatever_moves_rights_is_told_once(desk: Desk, what: str) -> None:
    await desk.brought(Roster())
    noun, row, said = MOVES[what]
    await desk.brought(Roster().put(noun, row, **said), allow_deletions=True)
    assert await desk.rows(TOLD) == [RIGHTS]


async def test_nothing_is_told_of_a_dry_run(desk: Desk) -> None:
    await desk.bring(Roster(), dry_run=True)
    assert await desk.rows("SELECT * FROM outbox") == []


async def account(desk: Desk, who: str, person: str) -> UUID:
    """A login for the roster's person, with the password "demo"."""
    made = Account(login=who.lower(), password_hash=PasswordHasher().hash("demo"), display_name=who)
    table = who.lower()
    ((school, id_),) = await desk.rows(
        f"SELECT school_id, id FROM {table} WHERE sourced_id = $1", person
    )
    held: dict[str, Any] = {"school_id": school, "role": who, f"{table}_id": id_}
    await insert(desk.connection, made, Membership(account_id=made.id, **held))
    return made.id


async def sees(store: Store, viewer: Viewer | None, student: str) -> bool:
    row = await store.pool.fetchrow("SELECT * FROM student WHERE sourced_id = $1", student)
    return may_know(viewer, "Student", SimpleNamespace(**dict(row)))


def of_two_children() -> Roster:
    return Roster().put("users", "s2", agentSourcedIds="g1")


@pytest.fixture
async def feed(school: Store) -> AsyncIterator[Feed]:
    feed = Feed(school)
    task = asyncio.create_task(feed.run())
    try:
        yield feed
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_who_follows_hears_of_the_child_that_is_still_theirs_and_of_no_other(
    desk: Desk, school: Store, feed: Feed
) -> None:
    await desk.brought(of_two_children())
    await account(desk, "GUARDIAN", "g1")
    token = (await sign_in(school, "guardian", "demo")).token

    async def viewer() -> Viewer | None:
        return await viewer_of(school, token)

    assert [await sees(school, await viewer(), name) for name in ("s1", "s2")] == [True, True]
    async with aclosing(feed.subscribe(viewer, SubscriptionFilter(), None)) as told:
        coming = asyncio.ensure_future(anext(told))
        while not len(feed._subscribers):
            await asyncio.sleep(0)
        roster = Roster().put("results", "x1", comment="Better")
        await desk.brought(roster.put("results", "x2", comment="Late"), allow_deletions=True)
        await desk.brought(roster.put("results", "x1", comment="Best"))
        feed.wake()
        async with asyncio.timeout(20):
            heard = [await coming]
            while heard[-1].version < 3:
                heard.append(await anext(told))
    # Who joins a moment after the first import may still hear of it.
    revised = [change for change in heard if change.change != "GIVEN"]
    assert [(change.change, change.version) for change in revised] == [
        ("REVISED", 2),
        ("REVISED", 3),
    ]
    assert len({change.record.student_id for change in revised}) == 1
    assert [await sees(school, await viewer(), name) for name in ("s1", "s2")] == [True, False]


PEOPLE = {"STUDENT": "s1", "GUARDIAN": "g1", "TEACHER": "t1"}


@pytest.mark.parametrize("who", PEOPLE)
async def test_who_is_put_away_takes_no_part_any_more_and_comes_back_as_they_were(
    desk: Desk, school: Store, who: str
) -> None:
    await desk.brought(Roster())
    made = await account(desk, who, PEOPLE[who])
    row = await desk.connection.fetchrow("SELECT * FROM account WHERE id = $1", made)

    async def schools() -> list[int]:
        return list((await load_viewer(school, Account(**dict(row)))).schools)

    assert await schools() == [1]
    gone = Roster().put("users", PEOPLE[who], status="tobedeleted")
    await desk.brought(gone, allow_deletions=True)
    assert await schools() == []
    await desk.brought(Roster())
    assert await schools() == [1]


@pytest.mark.parametrize("who", PEOPLE)
async def test_somebody_takes_part_on_the_days_of_their_role(
    desk: Desk, school: Store, who: str
) -> None:
    today = clock.today("UTC")
    days = [str(today + timedelta(away)) for away in (-9, -1, 1, 9)]
    roster, name = Roster(), f"r-{PEOPLE[who]}"
    await desk.brought(roster)
    made = await account(desk, who, PEOPLE[who])
    row = await desk.connection.fetchrow("SELECT * FROM account WHERE id = $1", made)

    async def schools(begins: str, ends: str) -> list[int]:
        """Those in which they write, and not only read what was theirs."""
        await desk.brought(roster.put("roles", name, beginDate=begins, endDate=ends))
        viewer = await load_viewer(school, Account(**dict(row)))
        return [id_ for id_, rights in viewer.schools.items() if any(rights.of_today.values())]

    assert await schools(days[1], days[2]) == [1]
    assert await schools(days[0], days[1]) == []
    # Whoever has begun has: systems renew the roles of all each September.
    assert await schools(days[2], days[3]) == [1]
    assert await schools(str(today), str(today)) == [1]
    assert await schools("", "") == [1]
    roster.put("roles", name, beginDate=days[0], endDate=days[1])
    roster.add("roles", name, "again", beginDate=str(today), endDate="")
    assert await schools(days[0], days[1]) == [1]


async def test_a_student_who_follows_hears_nothing_while_they_are_put_away(
    desk: Desk, school: Store, feed: Feed
) -> None:
    await desk.brought(Roster())
    await account(desk, "STUDENT", "s1")
    token = (await sign_in(school, "student", "demo")).token

    async def viewer() -> Viewer | None:
        return await viewer_of(school, token)

    heard: set[tuple[str, int]] = set()

    async def listen() -> None:
        async with aclosing(feed.subscribe(viewer, SubscriptionFilter(), None)) as told:
            async for change in told:
                heard.add((change.change, change.version))

    listening = asyncio.create_task(listen())
    while not len(feed._subscribers):
        await asyncio.sleep(0)
    await desk.brought(Roster().put("results", "x1", comment="Better"))
    async with asyncio.timeout(20):
        while ("REVISED", 2) not in heard:
            feed.wake()
            await asyncio.sleep(0.01)
    gone = Roster().put("users", "s1", status="tobedeleted")
    await desk.brought(gone.put("results", "x1", comment="Best"), allow_deletions=True)
    (told,) = await desk.rows("SELECT max(xid)::text::bigint FROM outbox")
    async with asyncio.timeout(20):
        while feed._tailer.position.xid < told[0]:
            feed.wake()
            await asyncio.sleep(0.01)
        while not feed._subscribers.are_waiting:
            feed.wake()
            await asyncio.sleep(0.01)
    assert ("REVISED", 3) not in heard
    assert not listening.done()
    await desk.brought(Roster().put("results", "x1", comment="Best"))
    await desk.brought(Roster().put("results", "x1", comment="Best of all"))
    async with asyncio.timeout(20):
        while ("REVISED", 4) not in heard:
            feed.wake()
            await asyncio.sleep(0.01)
    assert ("REVISED", 3) not in heard
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
