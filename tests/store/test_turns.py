"""Who writes and waits for a lock that somebody else holds, holds up nobody besides."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from db import write_limiter
from db.store import Store
from resolvers.mutations.grades import give_grade
from resolvers.sessions import sign_out
from tests.cluster import until_somebody_waits
from tests.gateway.small_school import HERE
from tests.store.staff_room import StaffRoom
from tests.store.test_mutations_locked import LOCK

WRITERS = 6


@pytest.fixture
async def store(room_url: str) -> AsyncIterator[Store]:
    store = await Store.connect(room_url)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def kept_waiting(room: StaffRoom, url: str, store: Store) -> AsyncIterator[None]:
    """Teachers who give grades in a period that somebody is about to lock, as an import does."""
    viewer = await room.viewer()
    async with room.store.pool.acquire() as connection:
        locking = connection.transaction()
        await locking.start()
        await connection.execute(LOCK, HERE)
        giving = [
            asyncio.ensure_future(give_grade(store, viewer, room.grade())) for _ in range(WRITERS)
        ]
        try:
            await until_somebody_waits(url)
            yield
            assert not any(one.done() for one in giving)
        finally:
            await locking.rollback()
            given = await asyncio.gather(*giving)
        assert [outcome.errors for outcome in given] == [[]] * WRITERS


async def test_writers_who_wait_leave_connections_to_those_who_ask(
    room: StaffRoom, room_url: str
) -> None:
    async with kept_waiting(room, room_url, room.store), asyncio.timeout(20):
        for _ in range(10):  # for as long as some turns take
            await asyncio.sleep(0.1)
            assert await room.rows("SELECT FROM school") != []


@pytest.mark.parametrize("busy", [False, True])
async def test_writers_who_wait_leave_others_their_turn(
    room: StaffRoom, room_url: str, store: Store, busy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if busy:
        monkeypatch.setattr(write_limiter, "BUSY", 0)
    async with kept_waiting(room, room_url, store), asyncio.timeout(20):
        await sign_out(store, "a token")


@pytest.mark.parametrize(("busy", "most"), [(True, 2), (False, 7)])
async def test_a_busy_process_ends_what_it_has_begun_before_it_begins_more(
    store: Store, busy: bool, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if busy:
        monkeypatch.setattr(write_limiter, "BUSY", 0)
    at_work, seen = 0, 0

    async def write() -> None:
        nonlocal at_work, seen
        async with store.transaction():
            at_work += 1
            seen = max(seen, at_work)
            await asyncio.sleep(0.1)
            at_work -= 1

    await asyncio.gather(*(write() for _ in range(4 * most)))
    assert seen == most
