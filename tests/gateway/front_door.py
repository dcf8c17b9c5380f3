"""The small school behind a real gateway, whose people sign in, change passwords and read mail."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import asyncpg
import httpx
from argon2 import PasswordHasher
from starlette.applications import Starlette

from db.store import Store
from gateway.process import build_app
from gateway.settings import Settings
from resolvers import global_id
from tests.gateway import toy
from tests.gateway.small_school import HERE, SmallSchool, found
from tests.quick_passwords import quick_passwords

PASSWORD = "correct horse"
OTHER = "battery staple"
SIGN_IN = """
  mutation ($input: SignInInput!) { signIn(input: $input) {
    token sessionEndsAt mustChangePassword hints errors { code message path }
    viewer { account { login } children { givenName } } } }
"""
RESPONSE = {"Accept": "application/graphql-response+json"}


@cache
def hashed() -> str:
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash(PASSWORD)


@dataclass
class FrontDoor:
    """`as_` names whose session asks; None is a stranger."""

    host: str
    small: SmallSchool
    pool: Any
    http: httpx.AsyncClient
    app: Starlette
    store: Store
    """The gateway's own."""
    tokens: dict[str, str] = field(default_factory=dict)

    async def post(self, query: str, token: str | None = None, **variables: object) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        asked = {"query": query, "variables": variables}
        self.http.cookies.clear()
        return await self.http.post("/graphql", json=asked, headers=RESPONSE | headers)

    async def ask(self, query: str, token: str | None = None, **variables: object) -> Any:
        """The data of the answer."""
        answer = (await self.post(query, token, **variables)).json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def do(
        self, mutation: str, shows: str = "", token: str | None = None, **given: Any
    ) -> Any:
        """The payload of a mutation that takes an input, with its errors."""
        name = mutation[0].upper() + mutation[1:]
        query = (
            f"mutation ($input: {name}Input!) {{ {mutation}(input: $input)"
            f" {{ {shows} errors {{ code message path }} }} }}"
        )
        return (await self.ask(query, token, input=given))[mutation]

    async def sign_in(self, login: str, password: str = PASSWORD, **more: object) -> Any:
        """The payload."""
        return (await self.ask(SIGN_IN, input={"login": login, "password": password, **more}))[
            "signIn"
        ]

    async def token(self, login: str, password: str = PASSWORD, **more: object) -> str:
        payload = await self.sign_in(login, password, **more)
        assert payload["errors"] == []
        return str(payload["token"])

    def person(self, who: str, noun: str) -> str:
        """The global id of a person by their account."""
        return global_id.make(noun, HERE, self.small.records[who])

    async def id_of(self, who: str) -> str:
        """The global id of whom the account is."""
        row = await self.pool.fetchrow(
            "SELECT student_id, guardian_id, teacher_id FROM membership WHERE account_id = $1",
            self.small.accounts[who],
        )
        for noun, id_ in zip(("Student", "Guardian", "Teacher"), row, strict=True):
            if id_ is not None:
                return global_id.make(noun, HERE, id_)
        raise KeyError(who)

    async def mail(self, to: str, *, count: int = 1) -> list[Any]:
        """What the demo would have sent to the address, once there is so much of it."""
        query = "SELECT * FROM mail WHERE recipient = $1 AND state = 'SHOWN' ORDER BY created_at"
        async with asyncio.timeout(30):
            while len(rows := await self.pool.fetch(query, to)) < count:
                await asyncio.sleep(0.02)
        return list(rows)

    async def code(self, to: str, *, place: int = 1) -> str:
        """The code of the newest mail that has one, as the page at `/mail` links to it."""
        await self.mail(to, count=place)
        await self.settled()
        page = (await self.http.get("/mail")).text
        return str(re.findall(r"/password#([a-z2-7]+)</a>", page)[0])

    async def settled(self) -> None:
        """Until no mail waits."""
        async with asyncio.timeout(30):
            while await self.pool.fetchval("SELECT count(*) FROM mail WHERE state = 'QUEUED'"):
                await asyncio.sleep(0.02)


@asynccontextmanager
async def front_door(
    database_url: str, small: SmallSchool | None = None, *, port: int = 0, **settings: Any
) -> AsyncIterator[FrontDoor]:
    """Everybody has the password, and a confirmed address of their login's words. `small` is there
    already in a copy of `small_template`; otherwise it is founded."""
    pool = await asyncpg.create_pool(database_url, min_size=1, max_size=2)
    try:
        with quick_passwords(PASSWORD) as hash_:
            async with pool.acquire() as acquired:
                connection: Any = acquired
                small = small or await found(connection)
                await connection.execute(
                    "UPDATE account SET password_hash = $1, email_confirmed_at = created_at,"
                    " email = replace(login, ' ', '.') || '@mail.example', temporary_until = NULL,"
                    " language = NULL",
                    hash_,
                )
                await connection.execute("DELETE FROM mail")
            app = build_app(Settings.model_validate(settings), database_url, demo=True)
            async with (
                toy.running(app, port=port) as host,
                httpx.AsyncClient(base_url=f"http://{host}", timeout=60) as http,
            ):
                context: Any = await app.state.gateway.make_context(None, "")
                yield FrontDoor(host, small, pool, http, app, context.store)
    finally:
        await pool.close()
