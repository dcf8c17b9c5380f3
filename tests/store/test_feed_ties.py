"""Who is told of what by odd ties: just those who may read it, live and a page at a time."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from db.store import Store
from resolvers import global_id
from resolvers.feed import Feed
from tests.gateway.odd_oracle import Oracle
from tests.gateway.odd_school import LESSONS, VIEWERS, OddSchool, found_odd
from tests.gateway.small_school import HERE, SmallSchool
from tests.store.listening import Client, Listener, at_work, delivered, listening
from tests.store.staff_room import StaffRoom

ORACLE = Oracle()
DIARY = """
  subscription ($students: [ID!]) { diaryChanged(students: $students) { node { id } } }
"""
CHANGES = """
  query ($after: String) { changes(after: $after, first: 200) { changes { node { id } } cursor } }
"""


@pytest.fixture
async def odd(database_url: str) -> AsyncIterator[tuple[StaffRoom, OddSchool]]:
    connection = await asyncpg.connect(database_url)
    school = await found_odd(connection)
    await connection.close()
    store = await Store.connect(database_url, connections=6)
    try:
        yield StaffRoom(store, SmallSchool({}, school.accounts)), school
    finally:
        await store.close()


async def tell_of_all(room: StaffRoom, school: OddSchool) -> None:
    """As if every grade, homework and lesson had just been written, in one transaction."""
    async with room.store.pool.acquire() as connection, connection.transaction():
        rows = [key for key in school.ids if key[0] in ("Grade", "Homework", "Lesson")]
        for seq, (noun, name) in enumerate(rows):
            await connection.execute(
                "INSERT INTO outbox (school_id, seq, topic, change, ref, version, at)"
                " VALUES ($1, $2, $3, 'CHANGED', $4, 1, now())",
                HERE,
                seq,
                noun.upper(),
                school.ids[noun, name],
            )


def lesson(name: str) -> set[str]:
    """Everybody may read a lesson; those whom it concerns are those whom its homework does."""
    return ORACLE.homework(name)


def owed(school: OddSchool, who: str) -> set[UUID]:
    found = {
        school.ids[noun, name]
        for noun, name, known in ORACLE.visible()
        if noun in ("Grade", "Homework") and who in known
    }
    return found | {school.ids["Lesson", name] for name in LESSONS if who in lesson(name)}


def heard(listener: Listener) -> list[UUID]:
    return [global_id.read(event["node"]["id"])[2] for event in listener.events]


async def test_whoever_may_read_a_record_hears_of_it_and_nobody_else(
    odd: tuple[StaffRoom, OddSchool],
) -> None:
    room, school = odd
    async with at_work(room.store) as feed, AsyncExitStack() as stack:
        listeners, starts = {}, {}
        for who in VIEWERS:
            listeners[who] = await stack.enter_async_context(listening(room, feed, who, DIARY))
            starts[who] = await changes(room, feed, who, None)
        await tell_of_all(room, school)
        await delivered(room, feed)
        for who, listener in listeners.items():
            assert set(heard(listener)) == owed(school, who), who
            assert len(listener.events) == len(owed(school, who)), who
            assert not listener.ended.is_set(), who
            page = await changes(room, feed, who, starts[who]["cursor"])
            nodes = [one["node"]["id"] for one in page["changes"]]
            assert nodes == [event["node"]["id"] for event in listener.events], who


async def changes(room: StaffRoom, feed: Feed, who: str, after: str | None) -> Any:
    client = await Client(room, feed, who).sign_in()
    return (await client.ask(CHANGES, after=after))["data"]["changes"]


def at_lessons_of(*courses: str) -> Iterator[tuple[str, str]]:
    """What everybody who learns in the courses is told of: of days in their years."""
    for name, (course, day) in LESSONS.items():
        if course in courses and ORACLE.in_year(course, day):
            yield from (("Homework", name), ("Lesson", name))


async def test_a_course_teacher_who_follows_a_student_is_told_of_their_own_courses_alone(
    odd: tuple[StaffRoom, OddSchool],
) -> None:
    room, school = odd
    named = {"students": [global_id.make("Student", HERE, school.ids["Student", "ada"])]}
    async with (
        at_work(room.store) as feed,
        listening(room, feed, "teaches maths", DIARY, **named) as teacher,
        listening(room, feed, "leads 7B", DIARY, **named) as leader,
    ):
        await tell_of_all(room, school)
        await delivered(room, feed)
        of_maths = [("Grade", "ada/maths 7B"), *at_lessons_of("maths 7B")]
        assert set(heard(teacher)) == {school.ids[key] for key in of_maths}
        ours = ("maths 7B", "physics 7B", "french, across classes", "religion")
        keys = [
            *at_lessons_of(*ours),
            *(("Grade", f"ada/{name}") for name in ours if name != ours[1]),
        ]
        assert set(heard(leader)) == {school.ids[key] for key in keys}
