"""A small school whose head has webhooks, and workers that send to them by clocks of ours."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any

from db.store import Store
from domain import clock
from resolvers import global_id
from resolvers.declarations.mutation import Services
from resolvers.mutations.webhooks import CreateWebhook, create_webhook
from resolvers.webhooks import Sender, Terms, Webhooks
from tests.gateway.small_school import HERE, SmallSchool
from tests.store.staff_room import HEAD, StaffRoom, opened

LOOPBACK = (ip_network("127.0.0.0/8"),)


@dataclass
class Clock:
    """The time, as far ahead as a test wants it."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return clock.now() + self.ahead

    def forward(self, **time: float) -> None:
        self.ahead += timedelta(**time)


@dataclass
class PostRoom:
    room: StaffRoom
    clock: Clock = field(default_factory=Clock)
    terms: Terms = field(default_factory=lambda: Terms(poll=0.01, apart=0, chance=lambda: 0.0))

    def __post_init__(self) -> None:
        self.terms = replace(self.terms, clock=self.clock)

    @property
    def store(self) -> Store:
        return self.room.store

    async def webhook(self, url: str, *topics: str) -> tuple[Any, str]:
        """A new one as its head sees it, and its secret."""
        school = global_id.make("School", HERE, global_id.NIL)
        new = CreateWebhook(school, url, list(topics) or ["GRADE"])
        head = await self.room.viewer(HEAD)
        outcome = await create_webhook(self.store, head, new, None, Services(LOOPBACK))
        secret = outcome.more.get("secret")
        assert outcome.errors == []
        assert secret is not None
        return outcome.record, secret

    async def happen(self, *changes: str, topic: str = "GRADE") -> None:
        """Changes of the school's grade (homework, lesson), each in a transaction of its own."""
        for change in changes or ("REVISED",):
            async with self.store.pool.acquire() as connection, connection.transaction():
                await self.tell(connection, change, topic)

    async def tell(self, connection: Any, change: str, topic: str = "GRADE") -> None:
        ref = self.room.small.records[topic.capitalize()]
        version = await connection.fetchval(
            f"UPDATE {topic.lower()} SET version = version + 1 WHERE id = $1 RETURNING version", ref
        )
        await connection.execute(
            "INSERT INTO outbox (school_id, seq, topic, change, ref, version, at)"
            " VALUES ($1, 0, $2, $3, $4, $5, now())",
            HERE,
            topic,
            change,
            ref,
            version,
        )

    async def log(self, *columns: str) -> list[tuple[Any, ...]]:
        """What the log says, by the feed's order."""
        names = ", ".join(columns or ("change", "state", "attempts", "status"))
        rows = await self.room.rows(f"SELECT {names} FROM webhook_delivery ORDER BY xid, seq")
        return [tuple(row) for row in rows]

    async def until_logged(self, *rows: tuple[Any, ...], columns: str = "") -> None:
        """Wait until the log says exactly this."""
        try:
            async with asyncio.timeout(20):
                while await self.log(*columns.split()) != list(rows):
                    await asyncio.sleep(0.005)
        except TimeoutError:
            assert await self.log(*columns.split()) == list(rows)

    async def standing(self) -> Any:
        (webhook,) = await self.room.rows("SELECT * FROM webhook")
        return webhook

    @asynccontextmanager
    async def working(
        self, *, stores: tuple[Store, ...] = (), **sender: Any
    ) -> AsyncIterator[Webhooks]:
        """One worker, or one for each store; the first is given."""
        async with AsyncExitStack() as stack:
            workers = [
                Webhooks(store, Sender(**({"networks": LOOPBACK} | sender)), self.terms)
                for store in stores or (self.store,)
            ]
            for worker in workers:
                await stack.enter_async_context(running(worker))
            yield workers[0]


@asynccontextmanager
async def running(worker: Webhooks) -> AsyncIterator[None]:
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def post_room(url: str, small: SmallSchool) -> AsyncIterator[PostRoom]:
    async with opened(url, small) as room:
        yield PostRoom(room)
