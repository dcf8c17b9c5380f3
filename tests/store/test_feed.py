"""The live feed on a real database: nothing lost, nothing twice, nothing to the wrong person."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import pytest

from db.store import Store
from domain.clock import now
from domain.errors import Problem
from resolvers.feed import (
    Change,
    Cursors,
    Feed,
    Position,
    SubscriptionFilter,
    backlog,
    subscribers,
    tailer,
)
from resolvers.feed.outbox import Outbox
from resolvers.feed.subscribers import OTHER_DATABASE
from resolvers.global_id import NIL
from resolvers.sessions import sign_in, sign_out, viewer_of
from resolvers.viewer import Viewer

Changes = AsyncGenerator[Change, None]
HERE, SEASIDE = 1, 2
ALL = SubscriptionFilter()


@pytest.fixture
async def feed(store: Store) -> AsyncIterator[Feed]:
    async with running(store) as feed:
        yield feed


@asynccontextmanager
async def running(store: Store) -> AsyncIterator[Feed]:
    feed = Feed(store)
    task = asyncio.create_task(feed.run())
    try:
        yield feed
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def tell(connection: Any, *refs: UUID, school: int = HERE, topic: str = "GRADE") -> None:
    for seq, ref in enumerate(refs):
        await connection.execute(
            "INSERT INTO outbox (school_id, seq, topic, change, ref, version, at)"
            " VALUES ($1, $2, $3, 'GIVEN', $4, 1, now())",
            school,
            seq,
            topic,
            ref,
        )


async def commit(store: Store, *refs: UUID, school: int = HERE, topic: str = "GRADE") -> None:
    async with store.pool.acquire() as connection, connection.transaction():
        await tell(connection, *refs, school=school, topic=topic)


class Follower:
    """Somebody who follows the feed, from the moment at which they are made."""

    def __init__(self, store: Store, feed: Feed, token: str, changes: Changes) -> None:
        self.store, self.feed, self.token, self.changes = store, feed, token, changes
        self.coming: asyncio.Task[Change] | None = None

    async def next(self) -> Change:
        self.feed.wake()
        coming, self.coming = self.coming or self.ask(), None
        async with asyncio.timeout(20):
            return await coming

    def ask(self) -> asyncio.Task[Change]:
        return asyncio.create_task(anext(self.changes))

    async def refs(self, count: int) -> list[UUID]:
        return [(await self.next()).record.id for _ in range(count)]


@asynccontextmanager
async def following(
    store: Store, feed: Feed, login: str, wanted: SubscriptionFilter = ALL, after: str | None = None
) -> AsyncIterator[Follower]:
    token = (await sign_in(store, login, "demo")).token

    async def viewer() -> Viewer | None:
        return await viewer_of(store, token)

    async with aclosing(feed.subscribe(viewer, wanted, after)) as changes:
        follower = Follower(store, feed, token, changes)
        known = len(feed._subscribers)
        follower.coming = follower.ask()
        while len(feed._subscribers) == known and not follower.coming.done():
            await asyncio.sleep(0)
        try:
            yield follower
        finally:
            if follower.coming is not None:
                follower.coming.cancel()
                await asyncio.gather(follower.coming, return_exceptions=True)


async def grades(store: Store, login: str, count: int = 10, *, of: bool = True) -> list[UUID]:
    """Grades of the login's child or, unless `of`, of other children of the first school."""
    rows = await store.pool.fetch(
        "WITH mine AS (SELECT s.student_id FROM account a"
        " JOIN membership m ON m.account_id = a.id JOIN guardianship s"
        " ON s.school_id = m.school_id AND s.guardian_id = m.guardian_id WHERE a.login = $1)"
        " SELECT id FROM grade WHERE school_id = $2"
        " AND (student_id IN (SELECT student_id FROM mine)) = $3 ORDER BY id LIMIT $4",
        login,
        HERE,
        of,
        count,
    )
    assert len(rows) == count
    return [row["id"] for row in rows]


async def test_transactions_that_commit_in_reverse_order_lose_nothing(
    store: Store, feed: Feed
) -> None:
    first, second = await grades(store, "parent1", 2)
    outbox = Outbox(store)
    head = await outbox.open()
    async with following(store, feed, "parent1") as parent:
        async with store.pool.acquire() as connection:
            early = connection.transaction()
            await early.start()
            await tell(connection, first)
            await commit(store, second)
            assert await outbox.after(head) == []
            await early.commit()
        assert await parent.refs(2) == [first, second]


async def test_what_is_rolled_back_never_appears(store: Store, feed: Feed) -> None:
    first, second, third = await grades(store, "parent1", 3)
    async with following(store, feed, "parent1") as parent:
        await commit(store, first)
        async with store.pool.acquire() as connection:
            undone = connection.transaction()
            await undone.start()
            await tell(connection, second)
            await undone.rollback()
        await commit(store, third)
        assert await parent.refs(2) == [first, third]


async def test_after_a_cursor_comes_exactly_the_rest(store: Store, feed: Feed) -> None:
    told = await grades(store, "parent1", 6)
    async with following(store, feed, "parent1") as parent:
        await commit(store, *told[:3])
        await commit(store, *told[3:5])
        seen = [await parent.next() for _ in range(5)]
    assert [change.record.id for change in seen] == told[:5]
    for place, change in enumerate(seen, 1):
        async with following(store, feed, "parent1", after=change.cursor) as parent:
            await commit(store, told[5])
            rest = told[place:5] + [told[5]] * place
            assert await parent.refs(len(rest)) == rest


async def test_batches_of_the_past_join_the_present(
    store: Store, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = await grades(store, "parent1", 10)
    async with following(store, feed, "parent1") as parent:
        await commit(store, *told[:8])
        cursor = (await parent.next()).cursor
        await parent.refs(7)
    monkeypatch.setattr(backlog, "BATCH", 2)
    async with following(store, feed, "parent1", after=cursor) as parent:
        await commit(store, *told[8:])
        assert await parent.refs(9) == told[1:]


async def test_followers_who_come_back_together_read_what_they_missed_once(
    store: Store, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "KEPT_FOR", 60)  # however long they take to sign in
    told = await grades(store, "parent1", 6)
    async with following(store, feed, "parent1") as parent:
        await commit(store, *told)
        cursors = [(await parent.next()).cursor for _ in told]
    after, read = Outbox.after, []

    async def counted(
        self: Outbox, position: Position, limit: int = 500, schools: frozenset[int] | None = None
    ) -> Any:
        if schools is not None:
            read.append(position)
        return await after(self, position, limit, schools)

    monkeypatch.setattr(Outbox, "after", counted)
    async with AsyncExitStack() as stack:
        parents = [
            await stack.enter_async_context(following(store, feed, "parent1", after=cursor))
            for cursor in cursors[:5]
        ]
        assert [await parent.refs(1) for parent in parents] == [[id_] for id_ in told[1:]]
    assert len(read) == 1


async def test_a_cursor_is_good_in_another_process(store: Store, feed: Feed) -> None:
    told = await grades(store, "parent1", 3)
    async with following(store, feed, "parent1") as parent:
        await commit(store, *told)
        cursor = (await parent.next()).cursor
    async with running(store) as other, following(store, other, "parent1", after=cursor) as parent:
        assert await parent.refs(2) == told[1:]


async def test_a_database_restored_under_processes_that_run_is_told_once_and_then_followed(
    store: Store, feed: Feed
) -> None:
    before, after, last = await grades(store, "parent1", 3)
    async with running(store) as other, following(store, other, "parent1") as elsewhere:
        async with following(store, feed, "parent1") as parent:
            await commit(store, before)
            old = await parent.next()
            assert await elsewhere.refs(1) == [before]
            # Transactions of the database before may have had higher numbers.
            feed._tailer.position = other._tailer.position = Position(1 << 50, 0)
            await store.pool.execute("DELETE FROM outbox")
            await store.pool.execute("UPDATE feed_key SET epoch = gen_random_uuid()")
            assert await resync(parent) == await resync(elsewhere) == OTHER_DATABASE
        async with following(store, feed, "parent1") as parent:
            await commit(store, after)
            new = await parent.next()
            assert new.record.id == after
        await commit(store, last)
        for each in (feed, other):
            async with following(store, each, "parent1", after=new.cursor) as parent:
                assert await parent.refs(1) == [last]
            async with following(store, each, "parent1", after=old.cursor) as parent:
                assert await resync(parent) == "The cursor is of another database: load anew."


async def test_a_page_that_meets_the_restored_database_first_leaves_no_follower_behind(
    store: Store, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tailer, "KEY_INTERVAL", 3_600)
    (told,) = await grades(store, "parent1", 1)
    token = (await sign_in(store, "parent1", "demo")).token
    viewer = await viewer_of(store, token)
    assert viewer is not None
    async with following(store, feed, "parent1") as parent:
        feed._tailer.position = Position(1 << 50, 0)
        await store.pool.execute("UPDATE feed_key SET epoch = gen_random_uuid()")
        start = (await feed.page(viewer, lambda: viewer_of(store, token), ALL, None, 10)).cursor
        assert await resync(parent) == OTHER_DATABASE
    await commit(store, told)
    async with following(store, feed, "parent1", after=start) as parent:
        assert await parent.refs(1) == [told]


async def resync(follower: Follower) -> str:
    """Why it has to load anew."""
    with pytest.raises(Problem) as ended:
        await follower.next()
    assert ended.value.code == "RESYNC"
    return ended.value.message


async def test_what_an_open_transaction_holds_back_comes_soon_after_it_ends(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tailer, "POLL", 3_600)
    (held,) = await grades(store, "parent1", 1)
    async with running(store) as feed, following(store, feed, "parent1") as parent:
        async with store.pool.acquire() as connection:
            other = connection.transaction()
            await other.start()
            await connection.execute("SELECT pg_current_xact_id()")
            await commit(store, held)
            feed.wake()
            await asyncio.sleep(0.1)
            assert parent.coming is not None
            assert not parent.coming.done()
            await other.rollback()  # whoever changed nothing calls nobody
        async with asyncio.timeout(20):
            assert (await parent.coming).record.id == held


async def test_one_process_calls_the_other(
    store: Store, school_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tailer, "POLL", 3_600)
    monkeypatch.setattr(tailer, "HELD_BACK_POLL", 3_600)
    (told,) = await grades(store, "parent1", 1)
    elsewhere = await Store.connect(school_url, connections=3)
    try:
        async with (
            running(store) as feed,
            running(elsewhere) as other,
            following(elsewhere, other, "parent1") as parent,
        ):
            await commit(store, told)
            assert parent.coming is not None
            async with asyncio.timeout(20):
                while (
                    not parent.coming.done()
                ):  # the transactions of other tests hold the feed back
                    feed.wake()
                    await asyncio.sleep(0.05)
            assert parent.coming.result().record.id == told
    finally:
        await elsewhere.close()


async def test_the_feed_goes_on_after_its_connections_are_lost(store: Store, feed: Feed) -> None:
    first, second = await grades(store, "parent1", 2)
    async with following(store, feed, "parent1") as parent:
        await commit(store, first)
        await parent.next()
        async with store.pool.acquire() as connection:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND query LIKE 'LISTEN%' OR query LIKE 'NOTIFY%'"
            )
        await commit(store, second)
        assert await parent.refs(1) == [second]


async def test_grades_of_other_children_and_schools_never_arrive(store: Store, feed: Feed) -> None:
    (own,) = await grades(store, "parent1", 1)
    others = await grades(store, "parent1", 3, of=False)
    elsewhere = await store.pool.fetchval("SELECT id FROM grade WHERE school_id = $1", SEASIDE)
    async with following(store, feed, "parent1") as parent:
        await commit(store, *others)
        await commit(store, elsewhere, school=SEASIDE)
        await commit(store, own, school=SEASIDE)
        await commit(store, elsewhere)
        await commit(store, own)
        assert await parent.refs(1) == [own]


async def test_naming_what_one_may_not_see_does_not_show_it(store: Store, feed: Feed) -> None:
    (own,) = await grades(store, "parent1", 1)
    (other,) = await grades(store, "parent1", 1, of=False)
    rows = await store.pool.fetch(
        "SELECT student_id, course_id FROM grade WHERE school_id = 1 AND id = ANY($1)", [own, other]
    )
    wanted = SubscriptionFilter(
        frozenset((HERE, row["student_id"]) for row in rows),
        frozenset((HERE, row["course_id"]) for row in rows),
    )
    async with following(store, feed, "parent1", wanted) as parent:
        await commit(store, other, own)
        assert await parent.refs(1) == [own]


async def test_only_the_named_students_or_courses_arrive(store: Store, feed: Feed) -> None:
    rows = await store.pool.fetch(
        "SELECT DISTINCT ON (student_id) id, student_id, course_id FROM grade WHERE school_id = 1"
    )
    one, other = rows[0], next(row for row in rows if row["course_id"] != rows[0]["course_id"])
    third = next(
        row for row in rows if row["course_id"] not in {one["course_id"], other["course_id"]}
    )
    wanted = SubscriptionFilter(
        frozenset({(HERE, one["student_id"])}), frozenset({(HERE, other["course_id"])})
    )
    async with following(store, feed, "head", wanted) as head:
        await commit(store, third["id"], one["id"], other["id"])
        assert await head.refs(2) == [one["id"], other["id"]]


async def test_the_head_hears_of_the_whole_school_and_of_no_other(store: Store, feed: Feed) -> None:
    told = await grades(store, "parent1", 3, of=False)
    elsewhere = await store.pool.fetchval("SELECT id FROM grade WHERE school_id = $1", SEASIDE)
    async with (
        following(store, feed, "head") as head,
        following(store, feed, "head2") as other,
    ):
        await commit(store, elsewhere, school=SEASIDE)
        await commit(store, *told)
        assert await head.refs(3) == told
        assert await other.refs(1) == [elsewhere]


async def test_who_is_no_guardian_any_more_hears_nothing_more(store: Store, feed: Feed) -> None:
    first, second, third = await grades(store, "parent1", 3)
    async with (
        following(store, feed, "parent1") as parent,
        following(store, feed, "head") as head,
    ):
        await commit(store, first)
        assert await parent.refs(1) == await head.refs(1) == [first]
        await revoke(store, "parent1")
        await commit(store, second)
        await commit(store, third)
        assert await head.refs(2) == [second, third]
        parent.coming = parent.ask()
        async with asyncio.timeout(20):
            while not any(
                each.is_waiting for each in feed._subscribers._all
            ):  # only the parent asks for more
                await asyncio.sleep(0)
        assert not parent.coming.done()


async def revoke(store: Store, login: str) -> None:
    await store.pool.execute(
        "DELETE FROM guardianship USING membership m, account a WHERE a.login = $1"
        " AND m.account_id = a.id AND m.school_id = guardianship.school_id"
        " AND m.guardian_id = guardianship.guardian_id",
        login,
    )
    account = await store.pool.fetchval("SELECT id FROM account WHERE login = $1", login)
    await commit(store, account, topic="RIGHTS")


async def test_who_becomes_a_guardian_hears_from_then_on(store: Store, feed: Feed) -> None:
    (told,) = await grades(store, "parent1", 1)
    ties = await store.pool.fetch(
        "SELECT g.* FROM guardianship g JOIN membership m USING (school_id, guardian_id)"
        " JOIN account a ON a.id = m.account_id WHERE a.login = 'parent1'"
    )
    await revoke(store, "parent1")
    async with following(store, feed, "parent1") as parent:
        async with store.pool.acquire() as connection:
            await connection.copy_records_to_table(
                "guardianship", records=[tuple(tie) for tie in ties], columns=list(ties[0].keys())
            )
        await commit(store, NIL, topic="RIGHTS")
        feed.wake()
        while not any(follower.keys for follower in feed._subscribers._all):
            await asyncio.sleep(0.01)
        await commit(store, told)
        assert await parent.refs(1) == [told]


async def test_a_subscription_ends_with_its_session(store: Store, feed: Feed) -> None:
    async with following(store, feed, "parent1") as parent:
        await sign_out(store, parent.token)
        with pytest.raises(Problem) as caught:
            await parent.next()
    assert caught.value.code == "UNAUTHENTICATED"
    assert len(feed._subscribers) == 0


async def test_who_is_not_signed_in_follows_nothing(store: Store, feed: Feed) -> None:
    async def nobody() -> None:
        return None

    with pytest.raises(Problem) as caught:
        await anext(feed.subscribe(nobody, ALL, None))
    assert caught.value.code == "UNAUTHENTICATED"


async def test_who_does_not_keep_up_resumes_without_a_gap(
    store: Store, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribers, "LONGEST_QUEUE", 2)
    told = await grades(store, "parent1", 8)
    seen: list[Change] = []
    async with following(store, feed, "parent1") as parent:
        await commit(store, *told)
        with pytest.raises(Problem) as caught:
            await hear(parent, seen)
    assert caught.value.code == "RESYNC"
    assert [change.record.id for change in seen] == told[:2]
    monkeypatch.setattr(subscribers, "LONGEST_QUEUE", 1_000)
    async with following(store, feed, "parent1", after=seen[-1].cursor) as parent:
        assert await parent.refs(6) == told[2:]


async def hear(follower: Follower, seen: list[Change]) -> None:
    while True:
        seen.append(await follower.next())


async def test_a_cursor_of_another_database_asks_to_load_anew(store: Store, feed: Feed) -> None:
    cursor = Cursors(bytes(16), b"secret").encode(Position(1, 1))
    with pytest.raises(Problem) as caught:
        async with following(store, feed, "parent1", after=cursor) as parent:
            await parent.next()
    assert caught.value.code == "RESYNC"


async def test_a_cursor_older_than_what_is_kept_asks_to_load_anew(store: Store, feed: Feed) -> None:
    first, second = await grades(store, "parent1", 2)
    async with following(store, feed, "parent1") as parent:
        await commit(store, first)
        await commit(store, second)
        old, new = (await parent.next()).cursor, (await parent.next()).cursor
    await store.pool.execute("UPDATE outbox SET at = $1", now() - timedelta(31))
    await Outbox(store).drop_old()
    with pytest.raises(Problem) as caught:
        async with following(store, feed, "parent1", after=old) as parent:
            await parent.next()
    assert caught.value.code == "RESYNC"
    async with following(store, feed, "parent1", after=new) as parent:
        await commit(store, first)
        assert await parent.refs(1) == [first]


async def test_old_rows_are_dropped_in_the_feeds_order(store: Store) -> None:
    told = await grades(store, "parent1", 3)
    for ref in told:
        await commit(store, ref)
    await store.pool.execute(
        "UPDATE outbox SET at = $2 WHERE ref = ANY($1)",
        [told[0], told[2]],
        now() - timedelta(31),
    )
    await Outbox(store).drop_old()
    kept = await store.pool.fetch("SELECT ref FROM outbox ORDER BY xid, seq")
    assert [row["ref"] for row in kept] == told[1:]


async def test_a_batch_costs_one_statement_for_its_grades(
    store: Store, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resolvers.feed.changes.STALE", 60)  # however long they wait
    told = await grades(store, "parent1", 10)
    async with following(store, feed, "parent1") as parent:
        seen: list[str] = []
        store.watchers.append(seen.append)
        await commit(store, *told)
        assert await parent.refs(10) == told
    assert seen.count("grades_by_id") == 1


async def test_however_often_something_is_committed_it_is_read_together(
    store: Store, feed: Feed
) -> None:
    seen: list[str] = []
    async with following(store, feed, "parent1"):
        store.watchers.append(seen.append)
        begun = monotonic()
        for _ in range(200):
            feed.wake()
            await asyncio.sleep(0.001)
        readings = (monotonic() - begun) / tailer.MIN_INTERVAL
    assert 0 < seen.count("rows_after") <= readings + 1
    # Where it settles is read besides on a cluster alone.
    assert ("horizon_of_cluster" in seen, "horizon" in seen) == (store.distributed, False)
