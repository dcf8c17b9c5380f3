"""Writers whose transactions overlap and roll back, and clients that come and go meanwhile."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from functools import partial
from random import Random
from uuid import UUID

import pytest

from db.store import Store
from resolvers.feed import Change, Feed, Page, SubscriptionFilter
from resolvers.sessions import sign_in, viewer_anew, viewer_of
from resolvers.viewer import Viewer
from tests.store.test_feed import HERE, grades, running

WRITERS, EACH = 6, 12


async def write(store: Store, feed: Feed, ref: UUID, writer: int) -> set[int]:
    """Transactions of one writer; the versions, each its own, of those that were committed."""
    chance, committed = Random(writer), set()
    for number in range(EACH):
        version, fails = 1 + writer * EACH + number, chance.random() < 0.2
        async with store.pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute(
                "INSERT INTO outbox (school_id, seq, topic, change, ref, version, at)"
                " VALUES ($1, 0, 'GRADE', 'REVISED', $2, $3, now())",
                HERE,
                ref,
                version,
            )
            # Some are overtaken by many.
            await asyncio.sleep(0.3 if chance.random() < 0.15 else chance.random() * 0.02)
            await (transaction.rollback() if fails else transaction.commit())
        feed.wake()
        if not fails:
            committed.add(version)
    return committed


async def come_and_go(
    feed: Feed, store: Store, token: str, after: str, seen: list[Change], seed: int
) -> None:
    """Follow a few changes at a time, each time from the last cursor on."""
    chance = Random(seed)

    async def viewer() -> Viewer | None:
        return await viewer_of(store, token)

    while True:
        follow: AsyncGenerator[Change, None] = feed.subscribe(viewer, SubscriptionFilter(), after)
        async with aclosing(follow) as changes:
            for _ in range(chance.randint(1, 7)):
                change = await anext(changes)
                seen.append(change)
                after = change.cursor
                await asyncio.sleep(chance.random() * 0.01)


@pytest.fixture
async def store(school_url: str) -> AsyncIterator[Store]:
    """A store with connections enough for writers who wait."""
    store = await Store.connect(school_url, connections=16)
    try:
        yield store
    finally:
        await store.close()


@pytest.fixture
async def feed(store: Store) -> AsyncIterator[Feed]:
    async with running(store) as feed:
        yield feed


async def test_nothing_is_lost_or_repeated_while_writers_overlap_and_clients_come_and_go(
    store: Store, feed: Feed
) -> None:
    (ref,) = await grades(store, "parent1", 1)
    begun = await sign_in(store, "parent1", "demo")

    async def page(after: str | None, first: int) -> Page:
        anew = partial(viewer_anew, store, begun.token)
        return await feed.page(begun.viewer, anew, SubscriptionFilter(), after, first)

    start = (await page(None, 1)).cursor
    told: list[list[Change]] = [[], [], []]
    clients = [
        asyncio.create_task(come_and_go(feed, store, begun.token, start, seen, seed))
        for seed, seen in enumerate(told)
    ]
    found = await asyncio.gather(*(write(store, feed, ref, writer) for writer in range(WRITERS)))
    committed: set[int] = set().union(*found)
    async with asyncio.timeout(20):
        while any(len(seen) < len(committed) for seen in told):
            assert not any(client.done() for client in clients)
            feed.wake()
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    for client in clients:
        client.cancel()
    await asyncio.gather(*clients, return_exceptions=True)
    for seen in told:
        assert sorted(change.version for change in seen) == sorted(committed)
        assert [change.position for change in seen] == sorted(change.position for change in seen)
    paged = await page(start, 200)
    assert [change.cursor for change in paged.changes] == [change.cursor for change in told[0]]
