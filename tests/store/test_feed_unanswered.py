"""Events of which the database does not answer a part, as where a connection is cut meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from gateway import execution
from resolvers.feed import Feed
from resolvers.mutations.give import give_grade
from tests.store.listening import at_work, listening, told
from tests.store.staff_room import StaffRoom, opened

GUARDIAN = "guardian of this child"
QUERY = """
  subscription ($after: String) {
    gradeChanged(after: $after) { cursor grade { value student { givenName } } }
  }
"""
CUT = """
  SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
LEFT = "SELECT FROM pg_stat_activity WHERE pid = ANY ($1::int[])"


@pytest.fixture
async def room(database_url: str) -> AsyncIterator[StaffRoom]:
    async with opened(database_url) as room:
        yield room


@pytest.fixture
async def feed(room: StaffRoom) -> AsyncIterator[Feed]:
    async with at_work(room.store) as feed:
        yield feed


@asynccontextmanager
async def students_locked(url: str) -> AsyncIterator[None]:
    """Nobody can read a student while the block runs."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("LOCK student IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()


async def cut(room: StaffRoom) -> None:
    """Cut whoever waits for a lock, once there is somebody."""
    async with asyncio.timeout(10):
        while not (waiting := [row["pid"] for row in await room.rows(CUT)]):
            await asyncio.sleep(0.01)
        while await room.rows(LEFT, waiting):
            await asyncio.sleep(0.01)


async def give(room: StaffRoom, value: str) -> None:
    outcome = await give_grade(room.store, await room.viewer(), room.grade(value=value))
    assert outcome.errors == []


async def test_an_event_whose_connection_is_cut_comes_whole(
    room: StaffRoom, feed: Feed, database_url: str
) -> None:
    async with listening(room, feed, GUARDIAN, QUERY) as parent:
        await give(room, "5")
        async with students_locked(database_url):
            feed.wake()
            await cut(room)
        await told(room, feed)
        [answer] = parent.answers
        assert "errors" not in answer
        assert answer["data"]["gradeChanged"]["grade"]["student"] == {"givenName": "student"}


async def test_what_the_database_does_not_answer_ends_the_stream_and_is_told_who_resumes(
    room: StaffRoom, feed: Feed, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "ASKED_AGAIN", (0.01,))
    async with listening(room, feed, GUARDIAN, QUERY) as parent:
        await give(room, "5")
        await told(room, feed)
        await give(room, "4")
        async with students_locked(database_url):
            feed.wake()
            await cut(room)
            await cut(room)
            assert await parent.end() == "INTERNAL"
        whole, broken = parent.answers
        assert "data" not in broken
    last = whole["data"]["gradeChanged"]["cursor"]
    async with listening(room, feed, GUARDIAN, QUERY, after=last) as parent:
        await told(room, feed)
        assert [event["grade"]["value"] for event in parent.events] == ["4"]
