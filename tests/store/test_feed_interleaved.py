"""Rights that begin, looks at them, grades and breaks in whatever order: nothing is missed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from random import Random
from uuid import UUID

import pytest

from domain.ids import uuid7
from resolvers.feed import Feed, Position, SubscriptionFilter, rights
from resolvers.feed.outbox import Outbox
from resolvers.global_id import NIL
from resolvers.viewer import Viewer
from resolvers.viewers import viewers_of
from tests.store.staff_room import StaffRoom

GUARDIAN = "guardian of this child"
STEPS = 50
CHILDREN = 5
COPY = """
  INSERT INTO {0} SELECT copied.* FROM {0} original,
    jsonb_populate_record(original, $2::jsonb) copied WHERE original.id = $1
"""
BEGIN = """
  INSERT INTO guardianship (school_id, id, relation, student_id, guardian_id)
  VALUES (1, gen_random_uuid(), 'PARENT', $1, $2)
"""
TELL = """
  INSERT INTO outbox (school_id, seq, topic, change, ref, version, at)
  VALUES (1, $1, $2, 'CHANGED', $3, 1, now()) RETURNING xid::text::bigint
"""


class Play:
    """Children with a grade each, whose guardian one becomes one by one; `owed` are the places of
    the grades that were told of from then on."""

    def __init__(self, room: StaffRoom, feed: Feed, seed: int) -> None:
        self.room, self.feed = room, feed
        self.chance = Random(seed)
        self.grades: dict[UUID, UUID] = {}
        self.theirs: list[UUID] = []
        self.owed: list[Position] = []
        self.told: list[Position] = []
        self._known: tuple[int, Viewer] | None = None

    async def found(self) -> None:
        small = self.room.small.records
        for _ in range(CHILDREN):
            child, grade = uuid7(), uuid7()
            copied = {"id": str(child)}
            await self.room.rows(COPY.format("student"), small["Student"], copied)
            copied = {"id": str(grade), "student_id": str(child)}
            await self.room.rows(COPY.format("grade"), small["Grade"], copied)
            self.grades[child] = grade

    async def viewer_of(self) -> Viewer:
        """As a session's, which may take a while to be read."""
        age = viewers_of(self.room.store).age
        if self._known is not None and self._known[0] == age:
            return self._known[1]
        viewer = await self.room.viewer(GUARDIAN)
        await self._dawdle(0.5, 0.05)
        self._known = age, viewer
        return viewer

    async def follow(self, after: str) -> None:
        """Break off now and then, and go on after the last cursor."""
        while True:
            most = self.chance.randint(3, 30)
            async with aclosing(
                self.feed.subscribe(self.viewer_of, SubscriptionFilter(), after)
            ) as changes:
                async for change in changes:
                    self.told.append(change.position)
                    after = change.cursor
                    await self._dawdle(0.2, 0.05)
                    most -= 1
                    if not most:
                        break

    async def write(self) -> None:
        """One transaction: perhaps one more child, and grades of some."""
        born = len(self.theirs) < CHILDREN and self.chance.random() < 0.2
        child = list(self.grades)[len(self.theirs)] if born else None
        seen = {*self.theirs, child}
        some = self.chance.sample(list(self.grades), self.chance.randint(0, 3))
        told = dict.fromkeys(some if child is None else [*some, child])
        async with self.room.store.pool.acquire() as connection, connection.transaction():
            if child is not None:
                await connection.execute(BEGIN, child, self.room.small.records["Guardian"])
            if child is not None or self.chance.random() < 0.3:
                await connection.fetchval(TELL, 0, "RIGHTS", NIL)
            for seq, one in enumerate(told, 1):
                xid = await connection.fetchval(TELL, seq, "GRADE", self.grades[one])
                if one in seen:
                    self.owed.append(Position(xid, seq))
            await self._dawdle(0.2, 0.05)
        if child is not None:
            self.theirs.append(child)
        if self.chance.random() < 0.8:
            self.feed.wake()

    @asynccontextmanager
    async def held_back(self) -> AsyncIterator[None]:
        """By a transaction that stays open."""
        async with self.room.store.pool.acquire() as connection, connection.transaction():
            await connection.execute("UPDATE student SET phone = '1'")
            yield

    async def _dawdle(self, share: float, most: float) -> None:
        if self.chance.random() < share:
            await asyncio.sleep(self.chance.random() * most)


@pytest.mark.parametrize("seed", range(4))
async def test_nothing_of_a_child_is_missed_repeated_or_out_of_order_whatever_comes_between(
    room: StaffRoom, feed: Feed, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rights, "LOOK_AHEAD", 0.05)
    play = Play(room, feed, seed)
    await play.found()
    outbox = Outbox(room.store)
    start = await outbox.open()
    following = asyncio.create_task(play.follow(outbox.cursors.encode(start)))
    for _ in range(STEPS):
        if play.chance.random() < 0.1:
            async with play.held_back():
                await play.write()
        else:
            await play.write()
    async with asyncio.timeout(20):
        while not set(play.owed) <= set(play.told):
            feed.wake()
            await asyncio.sleep(0.01)
    following.cancel()
    assert play.told == sorted(set(play.told))
