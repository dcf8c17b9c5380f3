"""Clients of the live feed of the small school: each follows, and what they are told is kept."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Self

from db.store import Store
from db.tables.accounts import Session
from domain.clock import now
from gateway.app import engine_of
from gateway.operations import Operation
from gateway.settings import Settings
from resolvers.context import Context
from resolvers.feed import Feed, Position
from resolvers.feed.outbox import Outbox
from resolvers.sessions import LASTS, hash_of, viewer_of
from schema.build import schema
from tests.store.staff_room import StaffRoom

ENGINE = engine_of(Settings(), schema._schema)
Answer = Mapping[str, Any]


@asynccontextmanager
async def at_work(store: Store) -> AsyncIterator[Feed]:
    feed = Feed(store)
    task = asyncio.create_task(feed.run())
    try:
        await feed._tailer.opened.wait()
        yield feed
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@dataclass
class Client:
    """One session of a person of the small school."""

    room: StaffRoom
    feed: Feed
    who: str

    @property
    def token(self) -> str:
        return f"token of {self.who}"

    async def sign_in(self) -> Self:
        begun = now()
        account = self.room.small.accounts[self.who]
        hashed = hash_of(self.token)
        if not await self.room.rows("SELECT FROM session WHERE token_hash = $1", hashed):
            await self.room.add(
                Session(
                    token_hash=hashed,
                    account_id=account,
                    created_at=begun,
                    expires_at=begun + LASTS,
                )
            )
        return self

    async def context(self) -> Context:
        viewer = await viewer_of(self.room.store, self.token)
        return Context(self.room.store, viewer, token=self.token, feed=self.feed)

    async def ask(self, query: str, **variables: object) -> Any:
        prepared = ENGINE.prepare(Operation(query, variables))
        return await ENGINE.run(prepared, await self.context())


async def ask(room: StaffRoom, feed: Feed, who: str, query: str, **variables: object) -> Any:
    """What somebody is answered, who signs in where they have not."""
    client = await Client(room, feed, who).sign_in()
    answer = await client.ask(query, **variables)
    assert "errors" not in answer, answer
    return answer["data"]


@dataclass
class Listener:
    """What a client was told so far; `ended` once the subscription is over."""

    answers: list[Answer] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def events(self) -> list[Any]:
        """The events, of whichever feed."""
        return [next(iter(one["data"].values())) for one in self.answers if "data" in one]

    @property
    def code(self) -> str | None:
        """The code with which the subscription has ended."""
        errors = [error for one in self.answers for error in one.get("errors", ())]
        return errors[-1]["extensions"]["code"] if errors else None

    async def end(self) -> str | None:
        async with asyncio.timeout(20):
            await self.ended.wait()
        return self.code


@asynccontextmanager
async def listening(
    room: StaffRoom, feed: Feed, who: str, query: str, **variables: object
) -> AsyncIterator[Listener]:
    client = await Client(room, feed, who).sign_in()
    listener, known = Listener(), len(feed._subscribers)

    async def listen() -> None:
        stream = ENGINE.stream(ENGINE.prepare(Operation(query, variables)), client.context)
        async for one in stream:
            listener.answers.append(one.answer)
        listener.ended.set()

    task = asyncio.create_task(listen())
    while len(feed._subscribers) == known and not task.done():
        await asyncio.sleep(0)
    try:
        yield listener
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def delivered(room: StaffRoom, feed: Feed) -> None:
    """Wait until everything that was committed has been delivered to the subscribers."""
    await published(room.store, feed)
    async with asyncio.timeout(20):
        while not feed._subscribers.are_waiting:
            feed.wake()
            await asyncio.sleep(0.01)


async def published(store: Store, feed: Feed) -> None:
    """Wait until everything that was committed is in the subscribers' queues."""
    newest = await newest_place(store)
    async with asyncio.timeout(20):
        while feed._tailer.position < newest:
            feed.wake()
            await asyncio.sleep(0.01)


async def newest_place(store: Store) -> Position:
    """Before all others where nothing was committed yet, whenever that is asked."""
    newest = await Outbox(store).open()
    return newest if newest.xid else Position(0, 0)
