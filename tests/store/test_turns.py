"""Who writes and waits for a lock that somebody else holds, holds up nobody besides."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from db.store import Store
from resolvers.mutations.give import give_grade
from resolvers.sessions import sign_out
from tests.gateway.small_school import HERE
from tests.store.staff_room import StaffRoom

WRITERS = 8


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    store = await Store.connect(database_url, connections=4 * WRITERS)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def kept_waiting(room: StaffRoom, store: Store) -> AsyncIterator[None]:
    """Teachers who give grades in a period that somebody is about to lock, as an import does."""
    viewer = await room.viewer()
    async with room.store.pool.acquire() as connection:
        locking = connection.transaction()
        await locking.start()
        await connection.execute("UPDATE period SET locked = true WHERE school_id = $1", HERE)
        giving = [
            asyncio.ensure_future(give_grade(store, viewer, room.grade())) for _ in range(WRITERS)
        ]
        try:
            async with asyncio.timeout(20):
                while not await room.rows("SELECT FROM pg_locks WHERE NOT granted"):
                    await asyncio.sleep(0.01)
            yield
            assert not any(one.done() for one in giving)
        finally:
            await locking.rollback()
            given = await asyncio.gather(*giving)
        assert [outcome.errors for outcome in given] == [[]] * WRITERS


async def test_writers_who_wait_leave_connections_to_those_who_ask(room: StaffRoom) -> None:
    async with kept_waiting(room, room.store), asyncio.timeout(5):
        for _ in range(10):  # for as long as some turns take
            await asyncio.sleep(0.1)
            assert await room.rows("SELECT FROM school") != []


async def test_writers_who_wait_leave_others_their_turn(room: StaffRoom, store: Store) -> None:
    async with kept_waiting(room, store), asyncio.timeout(10):
        await sign_out(store, "a token")
