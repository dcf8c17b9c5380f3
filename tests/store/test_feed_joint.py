"""Where what a client missed, read from the table, meets what comes live."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from db.store import Store
from domain.errors import Problem
from resolvers.feed import Feed, Position, backlog, changes, seen_versions, tailer
from resolvers.feed.feed import CONCURRENT_READS
from resolvers.feed.outbox import BATCH, Outbox
from tests.store.listening import newest_place, published
from tests.store.test_feed import commit, following, grades, running


@pytest.fixture
async def feed(store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Feed]:
    """One that reads on only when it is woken."""
    monkeypatch.setattr(tailer, "POLL", 3_600)
    monkeypatch.setattr(tailer, "HELD_BACK_POLL", 3_600)
    async with running(store) as feed:
        await feed._tailer.opened.wait()
        yield feed


async def happen(store: Store, ref: UUID) -> str:
    """A change that every reader finds from now on, and its cursor."""
    outbox = Outbox(store)
    before = await newest_place(store)
    await commit(store, ref)
    async with asyncio.timeout(20):
        while (newest := await newest_place(store)) == before:  # transactions of others are open
            await asyncio.sleep(0.01)
    await outbox.read_key()
    return outbox.cursors.encode(newest)


@pytest.mark.parametrize("cell", [3, backlog.CELL])
@pytest.mark.parametrize("batch", [1, 2, 3, BATCH])
async def test_what_happens_before_while_and_after_it_is_caught_up_comes_once_and_in_order(
    store: Store, feed: Feed, monkeypatch: pytest.MonkeyPatch, batch: int, cell: int
) -> None:
    monkeypatch.setattr(backlog, "CELL", cell)
    monkeypatch.setattr(backlog, "BATCH", batch)
    first, *before, live_at_once, live_later, after = told = await grades(store, "parent1", 7)
    start = await happen(store, first)
    for ref in before:
        await happen(store, ref)
    await published(store, feed)
    meanwhile = iter((live_at_once, live_later))
    read = Outbox.after

    async def read_late(
        self: Outbox, position: Position, limit: int = BATCH, schools: frozenset[int] | None = None
    ) -> Any:
        """A batch of what was missed is read when one more thing has happened, of which those who
        follow live hear before the batch is read, and of the next one only when all are."""
        if schools is None:
            return await read(self, position, limit)
        if (ref := next(meanwhile, None)) is not None:
            await happen(store, ref)
        if ref == live_at_once:
            await published(store, feed)
        return await read(self, position, limit, schools)

    monkeypatch.setattr(Outbox, "after", read_late)
    async with following(store, feed, "parent1", after=start) as parent:
        assert parent.coming is not None
        seen = [await parent.coming]
        seen += [await anext(parent.changes) for _ in before[1:]]
        parent.coming = parent.ask()
        for ref in (*meanwhile, after):
            await happen(store, ref)
        await published(store, feed)
        seen += [await parent.next() for _ in range(3)]
    assert [change.record.id for change in seen] == told[1:]


async def test_who_has_come_further_elsewhere_is_told_nothing_again(
    store: Store, feed: Feed
) -> None:
    seen_elsewhere, new = await grades(store, "parent1", 2)
    cursor = await happen(store, seen_elsewhere)
    async with following(store, feed, "parent1", after=cursor) as parent:
        await happen(store, new)
        await published(store, feed)
        assert await parent.refs(1) == [new]


@pytest.mark.parametrize("batch", [1, 2])
async def test_who_comes_back_is_told_nothing_again_where_batches_end_before_their_cursor(
    store: Store, feed: Feed, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(backlog, "BATCH", batch)
    *seen, missed = await grades(store, "parent1", 4)
    for ref in seen:
        cursor = await happen(store, ref)
    await happen(store, missed)
    await published(store, feed)
    async with following(store, feed, "parent1", after=cursor) as parent:
        assert await parent.refs(1) == [missed]


async def test_no_record_is_shown_as_it_was_before_one_that_was_shown(
    store: Store, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (changes, seen_versions):  # nothing is read again only because it has waited
        monkeypatch.setattr(module, "STALE", 3_600)
    (ref,) = await grades(store, "parent1", 1)
    start = await happen(store, ref)
    await happen(store, ref)
    await published(store, feed)
    read, live = Outbox.after, iter((ref,))

    async def read_late(self: Outbox, *arguments: Any, **named: Any) -> Any:
        """What was missed is read when something has come live, and the record was changed."""
        if len(arguments) == 3 and next(live, None) is not None:
            await happen(store, ref)
            await published(store, feed)
            await store.pool.execute("UPDATE grade SET version = version + 1 WHERE id = $1", ref)
        return await read(self, *arguments, **named)

    monkeypatch.setattr(Outbox, "after", read_late)
    async with following(store, feed, "parent1", after=start) as parent:
        missed = (await parent.next()).record.version
        assert (await parent.next()).record.version >= missed > 1


async def test_followers_who_come_back_leave_connections_to_those_who_ask(
    store: Store, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first to resume wait until all the others are held back at the gate, or got past it."""
    many = 2 * CONCURRENT_READS
    seen, missed = await grades(store, "parent1", 2)
    cursor = await happen(store, seen)
    await happen(store, missed)
    await published(store, feed)
    resume, all_are_here = Outbox.resume, asyncio.Event()
    resuming = most = came = 0

    async def counted(self: Outbox, cursor: str) -> Position:
        nonlocal resuming, most, came
        resuming, came = resuming + 1, came + 1
        most = max(most, resuming)
        async with asyncio.timeout(20):
            await all_are_here.wait()
        resuming -= 1
        return await resume(self, cursor)

    async def come_back() -> list[UUID]:
        async with following(store, feed, "parent1", after=cursor) as parent:
            return await parent.refs(1)

    monkeypatch.setattr(Outbox, "resume", counted)
    coming = [asyncio.create_task(come_back()) for _ in range(many)]
    async with asyncio.timeout(20):
        while resuming + len(feed._gate._waiters or ()) < many:
            await asyncio.sleep(0.01)
    all_are_here.set()
    assert await asyncio.gather(*coming) == [[missed]] * many
    assert (came, most) == (many, CONCURRENT_READS)


async def test_who_comes_back_costs_nothing_for_what_concerns_others(
    store: Store, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "STALE", 0)
    first, own = await grades(store, "parent1", 2)
    start = await happen(store, first)
    for ref in [*await grades(store, "parent1", 6, of=False), own]:
        await happen(store, ref)
    await published(store, feed)
    read: list[str] = []
    store.watchers.append(read.append)
    async with following(store, feed, "parent1", after=start) as parent:
        assert await parent.refs(1) == [own]
    assert read.count("grades_by_id") == 2  # all that was missed, and their own once more


async def test_what_has_waited_is_read_again_together(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox, made = Outbox(store), changes.Changes(store)
    begin = await outbox.open()
    for ref in await grades(store, "parent1", 5):
        await happen(store, ref)
    rows = await outbox.after(begin)
    waited = await made.of(rows, frozenset(row.school_id for row in rows), outbox.cursors)
    read: list[str] = []
    store.watchers.append(read.append)
    monkeypatch.setattr(changes, "STALE", 0)
    assert await asyncio.gather(*(made.refresh(change, 0) for change in waited)) == [True] * 5
    assert read == ["grades_by_id"]


async def test_what_is_dropped_while_it_is_caught_up_ends_that(
    store: Store, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "CELL", 1)
    monkeypatch.setattr(backlog, "BATCH", 1)
    monkeypatch.setattr(backlog, "KEPT_FOR", 0)
    first, *missed = await grades(store, "parent1", 4)
    start = await happen(store, first)
    for ref in missed:
        await happen(store, ref)
    await published(store, feed)
    async with following(store, feed, "parent1", after=start) as parent:
        assert await parent.refs(1) == missed[:1]
        await store.pool.execute("DELETE FROM outbox WHERE xid < (SELECT max(xid) FROM outbox)")
        with pytest.raises(Problem) as refused:
            await parent.refs(2)
    assert refused.value.code == "RESYNC"
