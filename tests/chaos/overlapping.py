"""Writers with SQL: transactions that stay open, overlap, and roll back, and rights that change."""

import asyncio
from contextlib import suppress
from random import Random
from time import monotonic
from typing import Any

import asyncpg

from domain.ids import uuid7
from resolvers.feed import Position
from resolvers.global_id import NIL
from tests.chaos.ledger import UNDONE, Ledger, Made
from tests.chaos.machines import ANSWERS
from tests.chaos.school import Guard, Seat
from tests.gateway.small_school import HERE

TELL = """
  INSERT INTO outbox (school_id, seq, topic, change, ref, version, at)
  VALUES ($1, 0, $2, $3, $4, $5, now()) RETURNING xid::text::bigint
"""
SET_TOPIC = """
  UPDATE lesson SET topic = $3, version = version + 1 WHERE school_id = $1 AND id = $2
"""
NOTE = """
  INSERT INTO lesson_revision (school_id, id, lesson_id, version, change, account_id, at)
  VALUES ($1, $2, $3, $4, 'TOPIC_SET', $5, now())
"""
END = """
  DELETE FROM guardianship WHERE school_id = $1 AND guardian_id = $2 AND student_id = $3
"""
BEGIN = """
  INSERT INTO guardianship (school_id, id, relation, guardian_id, student_id)
  VALUES ($1, gen_random_uuid(), 'PARENT', $2, $3)
"""


class Overlapping:
    """Sets topics in transactions that others overtake."""

    def __init__(self, name: str, url: str, seat: Seat, ledger: Ledger, seed: str) -> None:
        self._name, self._url, self._seat, self._ledger = name, url, seat, ledger
        self._chance = Random(f"{seed} {name}")

    async def run(self, over: asyncio.Event) -> None:
        while not over.is_set():
            with suppress(*ANSWERS):
                connection = await asyncpg.connect(self._url, timeout=5)
                try:
                    while not over.is_set():
                        await self._write(connection)
                finally:
                    connection.terminate()
            await asyncio.sleep(0.1)

    async def _write(self, connection: Any) -> None:
        lesson, undone = self._seat.lesson_id, self._chance.random() < 0.3
        transaction = connection.transaction()
        await transaction.start()
        version = 1 + await connection.fetchval(
            "SELECT version FROM lesson WHERE school_id = $1 AND id = $2", HERE, lesson
        )
        topic = f"{UNDONE if undone else 'As'} of {version}"
        await connection.fetchval(TELL, HERE, "LESSON", "TOPIC_SET", lesson, version)
        await connection.execute(SET_TOPIC, HERE, lesson, topic)
        account = self._seat.teacher.account_id
        await connection.execute(NOTE, HERE, uuid7(), lesson, version, account)
        await asyncio.sleep(self._chance.choice((0.01, 0.05, 0.1, 0.3, 1.0)))
        if undone:
            await transaction.rollback()
            self._ledger.rolled_back += 1
        else:
            made = Made("LESSON", lesson, version)
            operation = self._ledger.begin(self._name, [made], self._name)
            await transaction.commit()
            operation.acknowledge()
        await asyncio.sleep(self._chance.random() * 0.3)


class RightsChange:
    """A guardianship that ends or begins; `position` is its place in the feed."""

    change: str
    told_to_all: bool

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.position: Position | None = None
        self.tried_at = float("inf")
        self.at = 0.0
        """When it was known to be committed."""

    async def run(self, url: str) -> None:
        """Until it is done, whatever dies meanwhile."""
        while self.position is None:
            with suppress(*ANSWERS):
                await self._try(url)
            await asyncio.sleep(0.05)

    async def _try(self, url: str) -> None:
        guard, connection = self.guard, await asyncpg.connect(url, timeout=5)
        self.tried_at = min(self.tried_at, monotonic())
        try:
            async with connection.transaction():
                await connection.execute(self.change, HERE, guard.guardian_id, guard.child)
                whom = NIL if self.told_to_all else guard.person.account_id
                xid = await connection.fetchval(TELL, HERE, "RIGHTS", "CHANGED", whom, 1)
            self.at, self.position = monotonic(), Position(xid, 0)
        finally:
            connection.terminate()


class Revocation(RightsChange):
    """After it nothing of the child is told."""

    change = END
    told_to_all = False

    def __init__(self, guard: Guard) -> None:
        super().__init__(guard)
        self.in_calm = False
        """Whether nothing died meanwhile."""


class Grant(RightsChange):
    """After it all of the child is told, and of their course; the whole school hears of it, as
    where a roster is imported."""

    change = BEGIN
    told_to_all = True
