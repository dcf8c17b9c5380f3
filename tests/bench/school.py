"""The school that every server answers about, and who asks."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg
import httpx

from db.demo import DemoAccount, fill
from db.migrations import migrate
from tests.bench.operations import Operation, operations
from tests.bench.servers import FUNCTIONS, Server

SIGN_IN = "mutation ($input: SignInInput!) { signIn(input: $input) { token } }"


@dataclass(frozen=True, slots=True)
class School:
    """`parent` asks about their child, `head` about everybody."""

    operations: list[Operation]
    parent: DemoAccount
    head: DemoAccount


@dataclass(frozen=True, slots=True)
class Signed:
    """The tokens that the gateway gave, which the other servers are told of."""

    parent: str
    head: str

    def token(self, operation: Operation) -> str:
        return self.head if operation.subject.noun == "Course" else self.parent

    def sessions(self, asked: list[Operation]) -> dict[str, list[str]]:
        """By token, the ids of the students and courses that its holder may see."""
        seen = defaultdict(list)
        for each in asked:
            seen[self.token(each)].append(str(each.subject.id))
        return seen


async def founded(url: str, students: int) -> School:
    """Fill the empty database, and add what PostGraphile needs."""
    await migrate(url)
    connection = await asyncpg.connect(url)
    today = datetime.now(UTC).date()
    demo = await fill(connection, students=students, seed=7, today=today)
    parent, head = (
        next(account for account in demo.accounts if account.login.startswith(name))
        for name in ("parent", "head")
    )
    asked = await operations(connection, parent.login)
    await connection.execute(FUNCTIONS.read_text())
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    return School(asked, parent, head)


async def signed(server: Server, school: School) -> Signed:
    async def token(account: DemoAccount) -> str:
        given = {"input": {"login": account.login, "password": account.password}}
        body = {"query": SIGN_IN, "variables": given}
        async with httpx.AsyncClient() as client:  # which would end a session whose cookie it has
            response = await client.post(f"{server.url}/graphql", json=body)
        found: str = response.json()["data"]["signIn"]["token"]
        return found

    return Signed(await token(school.parent), await token(school.head))
