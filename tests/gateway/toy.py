"""A small schema of its own and a real server, so that the protocols are tested by themselves."""

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import strawberry
from graphql import GraphQLSchema
from starlette.applications import Starlette

from domain.errors import Code, Problem
from gateway.app import create_app
from gateway.server import Server
from gateway.settings import Settings
from resolvers.context import CameBy


@dataclass
class ToyContext:
    viewer: str | None
    address: str
    new_session: str | None = None
    session_ended: bool = False
    cookie_seconds: int | None = 2_592_000
    limited_to: frozenset[str] | None = None
    limited_until: str = ""
    user_agent: str = ""
    browser: str | None = None
    came_by: CameBy | None = None
    resume_after: str | None = None
    begun: Callable[[str], object] | None = None

    @property
    def account(self) -> str | None:
        return self.viewer

    @property
    def client_address(self) -> str:
        return self.address

    def attend(self, event: object) -> bool:
        return True

    async def keep_reads(self) -> None:
        return None

    def count_refusal(self) -> None:
        return None


@dataclass
class World:
    """What the toy's contexts are made of, for a test to change while a server runs."""

    sessions: dict[str, str] = field(default_factory=lambda: {"token-of-anna": "anna"})
    running: int = 0
    waiting: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    """What a mutation that waits waits for."""

    async def context(self, token: str | None, address: str) -> ToyContext:
        return ToyContext(self.sessions.get(token or ""), address)


world = World()
NO_AUTHORS = RuntimeError("SELECT name FROM author")
Info = strawberry.Info[ToyContext, None]


@strawberry.type
class Book:
    title: str

    @strawberry.field
    def pages(self, first: int | None = None) -> list["Book"]:
        return [self] * (first or 1)

    @strawberry.field
    def shelf(self, first: int | None = None) -> "Book":
        return self

    @strawberry.field
    def author(self) -> str | None:
        """Fails as a loader does: with the same error for each of the books."""
        raise NO_AUTHORS


@strawberry.enum
class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.input
class Login:
    name: str
    password: str


@strawberry.type
class Query:
    @strawberry.field
    def greeted(self, login: Login) -> str:
        return login.name

    @strawberry.field
    def painted(self, colour: Colour) -> Colour:
        return colour

    @strawberry.field
    def viewer(self, info: Info) -> str | None:
        return info.context.viewer

    @strawberry.field
    def address(self, info: Info) -> str:
        return info.context.address

    @strawberry.field
    def double(self, number: int) -> int:
        return 2 * number

    @strawberry.field
    def book(self) -> Book:
        return Book(title="Physics")

    @strawberry.field
    def books(self, first: int | None = None) -> list[Book]:
        return []

    @strawberry.field
    def secret(self) -> str | None:
        raise Problem(Code.FORBIDDEN, "Only the head may read this.")

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError("SELECT password FROM account")

    @strawberry.field
    async def slow(self) -> str | None:
        await asyncio.sleep(60)
        return None


@strawberry.type
class Mutation:
    @strawberry.mutation
    def sign_in(self, info: Info) -> bool:
        info.context.new_session = "token-of-anna"
        return True

    @strawberry.mutation
    async def waits(self) -> bool:
        world.waiting += 1
        try:
            await world.gate.wait()
        finally:
            world.waiting -= 1
        return True

    @strawberry.mutation
    def sign_out(self, info: Info) -> bool:
        info.context.session_ended = True
        return True


@strawberry.type
class Tick:
    number: int
    cursor: str

    @strawberry.field
    def viewer(self, info: Info) -> str | None:
        return info.context.viewer


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ticks(self, to: int, after: str | None = None) -> AsyncGenerator[Tick, None]:
        for number in range(int((after or "c0")[1:]) + 1, to + 1):
            yield Tick(number=number, cursor=f"c{number}")

    @strawberry.subscription
    async def forever(self, every: float = 0.01) -> AsyncGenerator[Tick, None]:
        world.running += 1
        try:
            while True:
                yield Tick(number=world.running, cursor="c")
                await asyncio.sleep(every)
        finally:
            world.running -= 1

    @strawberry.subscription
    async def expired(self, after: int = 1) -> AsyncGenerator[Tick, None]:
        for number in range(after):
            yield Tick(number=number + 1, cursor=f"c{number + 1}")
        raise Problem(Code.RESYNC, "The cursor has expired.")

    @strawberry.subscription
    async def ended(self) -> AsyncGenerator[Tick, None]:
        yield Tick(number=1, cursor="c1")
        raise Problem(Code.FORBIDDEN, "Nothing is left to follow.")


def schema() -> GraphQLSchema:
    return strawberry.Schema(Query, Mutation, Subscription)._schema


def app(**settings: Any) -> Starlette:
    return create_app(Settings(**settings), schema(), world.context)


@asynccontextmanager
async def served(
    app: Starlette, send_buffer: int | None = None, port: int = 0
) -> AsyncIterator[tuple[str, Server]]:
    """The address of a server that runs while the block does, without the scheme.

    `send_buffer` is how many bytes the system takes for a client that does not read.
    """
    with socket.socket() as listener:
        if send_buffer is not None:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        up = asyncio.Event()
        server = Server(app, up.set)
        server.config.timeout_graceful_shutdown = 1
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await up.wait()
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}", server
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def running(
    app: Starlette, send_buffer: int | None = None, port: int = 0
) -> AsyncIterator[str]:
    async with served(app, send_buffer, port) as (address, _):
        yield address
