"""Events of which the database does not answer a part, or not soon: connections are cut meanwhile,
and rights end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from gateway import execution
from resolvers.feed import Feed, tailer
from resolvers.mutations.grades import give_grade
from tests.cluster import on_one_postgresql
from tests.store.listening import delivered, listening
from tests.store.staff_room import HEAD, StaffRoom
from tests.store.test_feed_rights import GUARDIAN, revoke

QUERY = """
  subscription ($after: String) {
    gradeChanged(after: $after) { cursor grade { value student { givenName } workType { name } } }
  }
"""
OF_COURSE = "subscription { gradeChanged { grade { course { title } } } }"
TELL = """
  INSERT INTO outbox (school_id, seq, topic, change, ref, version, at)
  VALUES (1, 0, 'GRADE', 'REVISED', $1, 2, now())
"""
WAITING = """
  SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
CUT = "SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS waiting (pid)"
LEFT = "SELECT FROM pg_stat_activity WHERE pid = ANY ($1::int[])"


@pytest.fixture(autouse=True)
def _only_when_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read on before what it reads is locked."""
    monkeypatch.setattr(tailer, "POLL", 3_600)
    monkeypatch.setattr(tailer, "HELD_BACK_POLL", 3_600)


@asynccontextmanager
async def locked(url: str, table: str) -> AsyncIterator[None]:
    """Nobody can read the table while the block runs."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute(f"LOCK {table} IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()


async def until_it_waits(room: StaffRoom) -> list[int]:
    """The processes of the server that wait for a lock, once there are any."""
    async with asyncio.timeout(10):
        while not (waiting := [row["pid"] for row in await room.rows(WAITING)]):
            await asyncio.sleep(0.01)
    return waiting


async def cut(room: StaffRoom) -> None:
    """Cut whoever waits for a lock, once there is somebody."""
    waiting = await until_it_waits(room)
    await room.rows(CUT, waiting)
    async with asyncio.timeout(10):
        while await room.rows(LEFT, waiting):
            await asyncio.sleep(0.01)


async def revoke_here(room: StaffRoom, feed: Feed) -> None:
    """Until the process of the feed knows that the one who follows has to be asked for rights."""
    await revoke(room)
    [follower] = feed._subscribers._all
    async with asyncio.timeout(10):
        while not follower.recheck:
            feed.wake()
            await asyncio.sleep(0.01)


async def give(room: StaffRoom, value: str) -> None:
    outcome = await give_grade(room.store, await room.viewer(), room.grade(value=value))
    assert outcome.errors == []


async def test_an_event_whose_connection_is_cut_comes_whole(
    room: StaffRoom, feed: Feed, room_url: str
) -> None:
    async with listening(room, feed, GUARDIAN, QUERY) as parent:
        await give(room, "5")
        async with locked(room_url, "work_type"):
            feed.wake()
            await cut(room)
        await delivered(room, feed)
        [answer] = parent.answers
        assert "errors" not in answer
        assert answer["data"]["gradeChanged"]["grade"]["student"] == {"givenName": "student"}


async def test_what_the_database_does_not_answer_ends_the_stream_and_is_told_who_resumes(
    room: StaffRoom, feed: Feed, room_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "RETRY_DELAYS", (0.01,))
    async with listening(room, feed, GUARDIAN, QUERY) as parent:
        await give(room, "5")
        await delivered(room, feed)
        await give(room, "4")
        async with locked(room_url, "work_type"):
            feed.wake()
            await cut(room)
            await cut(room)
            assert await parent.end() == "INTERNAL"
        whole, broken = parent.answers
        assert "data" not in broken
    last = whole["data"]["gradeChanged"]["cursor"]
    async with listening(room, feed, GUARDIAN, QUERY, after=last) as parent:
        await delivered(room, feed)
        assert [event["grade"]["value"] for event in parent.events] == ["4"]


async def test_what_took_long_to_read_is_not_shown_to_whom_it_is_no_longer_for(
    room: StaffRoom, feed: Feed, room_url: str
) -> None:
    async with listening(room, feed, GUARDIAN, QUERY) as parent:
        await give(room, "5")
        async with locked(room_url, "work_type"):
            feed.wake()
            await until_it_waits(room)
            await revoke_here(room, feed)
        await delivered(room, feed)
        assert (parent.answers, parent.ended.is_set()) == ([], False)


async def test_what_is_read_again_is_not_shown_to_whom_it_is_no_longer_for(
    room: StaffRoom, feed: Feed, room_url: str
) -> None:
    async with listening(room, feed, GUARDIAN, QUERY) as parent:
        await give(room, "5")
        async with locked(room_url, "work_type"):
            feed.wake()
            await cut(room)
            await cut(room)  # after which half a second goes by
            await revoke_here(room, feed)
        await delivered(room, feed)
        assert (parent.answers, parent.ended.is_set()) == ([], False)


@on_one_postgresql("a view stands in for a table, and no view is distributed")
@pytest.mark.parametrize(
    "state",
    [
        "40P01",  # the victim of a deadlock, as of a migration
        "40001",  # a standby's conflict with recovery
        "55000",  # a database that takes no connections for a while
        "55P03",  # a lock that was not to be had in time
        "58030",  # an error of a disk
        "XX000",  # what is looked up is being dropped
        "57014",  # cancelled
    ],
)
async def test_an_error_that_passes_leaves_no_hole_in_an_event(
    room: StaffRoom, feed: Feed, state: str
) -> None:
    async with listening(room, feed, GUARDIAN, QUERY) as parent:
        await give(room, "5")
        async with room.store.pool.acquire() as connection:
            await connection.execute(
                f"""
                CREATE SEQUENCE asked;
                CREATE FUNCTION answers() RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
                BEGIN
                  IF nextval('asked') = 1 THEN RAISE 'once' USING ERRCODE = '{state}'; END IF;
                  RETURN true;
                END $$;
                ALTER TABLE student RENAME TO all_students;
                CREATE VIEW student AS SELECT * FROM all_students WHERE answers();
                """
            )
        await delivered(room, feed)
        [answer] = parent.answers
        assert "errors" not in answer


async def test_who_asks_for_what_takes_long_to_read_holds_up_nobody_else(
    room: StaffRoom, feed: Feed, room_url: str
) -> None:
    async with (
        listening(room, feed, HEAD, OF_COURSE) as head,
        listening(room, feed, GUARDIAN, QUERY) as parent,
    ):
        await give(room, "5")
        await delivered(room, feed)
        async with room.store.pool.acquire() as connection, connection.transaction():
            grade = await connection.fetchval("UPDATE grade SET version = 2 RETURNING id")
            await connection.execute(TELL, grade)
        async with locked(room_url, "course"):
            feed.wake()
            async with asyncio.timeout(10):
                while len(parent.answers) < 2:
                    await asyncio.sleep(0.01)
            assert len(head.answers) == 1
        assert parent.events[1]["grade"]["student"] == {"givenName": "student"}


async def test_one_event_never_takes_every_connection(
    room: StaffRoom, feed: Feed, room_url: str
) -> None:
    lessons = " ".join(
        f'on{day}: lessons(from: "2026-01-{day:02d}", to: "2026-02-01") {{ id }}'
        for day in range(1, 13)
    )
    query = f"subscription {{ gradeChanged {{ grade {{ course {{ {lessons} }} }} }} }}"
    async with listening(room, feed, GUARDIAN, query):
        await give(room, "5")
        async with locked(room_url, "lesson"):
            feed.wake()
            await until_it_waits(room)
            await asyncio.sleep(2)  # in which each of them takes long
            async with asyncio.timeout(5):
                await room.rows("SELECT 1")
