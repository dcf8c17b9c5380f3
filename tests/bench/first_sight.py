"""`python -m tests.bench.first_sight`: what keeping answers costs whoever asks first.

Two gateways of one database run in this process, one of which keeps answers. Both are asked the
same questions, each for the first time, a few at once and by turns: of CPU time outside PostgreSQL
the lowest of all rounds counts for each few, as a busy machine only ever adds to it. Then a whole
family asks again.
"""

import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Annotated, Any

import typer

from db.embedded import running
from gateway.process import build_app
from gateway.settings import Settings
from resolvers.viewers import viewers_of
from tests.bench.city import City, a_city
from tests.bench.operations import Operation
from tests.bench.school import founded
from tests.bench.tables import machine, show

KINDS = ("diary week", "class journal", "one student")
Read = tuple[Operation, list[str]]
AT_ONCE = 8
"""Requests under way, which share looks."""
Spent = list[float]
"""Seconds of CPU that each few questions take that are asked at once."""


@dataclass(frozen=True, slots=True)
class FirstSight:
    operation: str
    plain_us: float
    """Of a gateway that keeps nothing."""
    kept_us: float
    more_percent: float
    classmates_us: float
    """Of a gateway that keeps parts of others' answers already."""
    again_us: float
    """Of an answer that is kept, asked by the same session."""


@dataclass(frozen=True, slots=True)
class Statements:
    """Statements of PostgreSQL for each request, looks at what has changed included."""

    asked: str
    plain: float
    kept: float


class Asked:
    """One gateway in this process."""

    def __init__(self, url: str, kept_bytes: int) -> None:
        self.app = build_app(Settings(kept_answer_bytes=kept_bytes), url, demo=True)
        self.process = self.app.state.process
        self.round = 0
        """Of which the bytes of requests differ from those of others, so that none is known."""

    async def ask(self, operation: Operation, token: str) -> None:
        """By the way that a request over HTTP takes, once its bytes are parsed."""
        asked = operation.graphql(token)
        body = asked.body + b" " * self.round
        headers = {"host": "localhost", "content-type": "application/json"}
        headers |= {"authorization": f"Bearer {token}", "user-agent": f"bench {self.round}"}
        scope = {
            "type": "http", "method": "POST", "path": asked.path, "raw_path": asked.path.encode(),
            "query_string": b"", "scheme": "http", "http_version": "1.1", "root_path": "",
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
            "headers": [(name.encode(), each.encode()) for name, each in headers.items()],
        }  # fmt: skip
        answer = bytearray()

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            answer.extend(message.get("body", b""))

        await self.app(scope, receive, send)
        assert answer.startswith(b'{"data":{"'), answer
        assert b'"errors"' not in answer, answer

    async def spent(self, reads: Sequence[Read], who: int = 0) -> Spent:
        """Of the questions, asked by one of those who may."""
        found = []
        for start in range(0, len(reads), AT_ONCE):
            some = reads[start : start + AT_ONCE]
            began = process_time()
            await asyncio.gather(
                *(self.ask(operation, tokens[who % len(tokens)]) for operation, tokens in some)
            )
            found.append(process_time() - began)
        return found

    def statements(self) -> int:
        counted = Counter(
            {n: int(each[0]) for n, each in self.process.watch.metrics.statements.items()}
        )
        return counted.total() - sum(counted[name] for name in OF_THE_FEED)


EVERY_QUESTION = 1_000_000
OF_THE_FEED = ("feed_key", "horizon", "rows_after", "rights_after", "places_behind", "newest_row")
"""What a process reads by itself, whether anybody asks or not."""


def main(
    students: Annotated[int, typer.Option(min=30)] = 400,
    batch: Annotated[int, typer.Option(help="Questions of a batch.")] = 20,
    rounds: Annotated[int, typer.Option(help="Batches of each gateway.")] = 30,
    only: Annotated[str, typer.Option(help="Only operations with this in their name.")] = "",
) -> None:
    """Measure first sights and the statements of families."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder, "data")) as url:
        asyncio.run(founded(url, students))
        asyncio.run(measured(asyncio.run(a_city(url, 1, EVERY_QUESTION)), url, batch, rounds, only))


async def measured(city: City, url: str, batch: int, rounds: int, only: str) -> None:
    async with AsyncExitStack() as stack:
        plain, keeps = Asked(url, 0), Asked(url, 1 << 30)
        for each in (plain, keeps):
            await stack.enter_async_context(each.process.lifetime())
        sights, statements = [], []
        chance = random.Random(19)
        for kind in (each for each in KINDS if only in each):
            reads = [each for each in city.reads if each[0].name == kind]
            chance.shuffle(reads)
            reads = [each for each in reads if len(each[1]) > 1 or kind == KINDS[1]][: 2 * batch]
            sights.append(await first_sight(kind, reads, plain, keeps, rounds))
            if kind != "class journal":
                statements += await of_families(kind, reads, plain, keeps)
        show(f"First sights, microseconds of CPU ({machine()})", sights)
        show("Statements a request", statements)


async def first_sight(
    kind: str, reads: Sequence[Read], plain: Asked, keeps: Asked, rounds: int
) -> FirstSight:
    """Whoever asks is known before, so that who they are is not part of it."""
    first, others = reads[::2], reads[1::2]
    best: dict[str, Spent] = {}

    async def least(of: str, which: Asked, some: Sequence[Read]) -> None:
        spent = await which.spent(some)
        best[of] = [min(each) for each in zip(best.get(of, spent), spent, strict=True)]

    for number in range(rounds):
        for each in (plain, keeps):
            each.round = number
            for _, tokens in reads:
                await each.process.context(tokens[0], "")
        keeps.process.kept.forget()
        if number % 2:
            await least("plain", plain, first)
        await least("kept", keeps, first)
        if not number % 2:
            await least("plain", plain, first)
        await least("classmates", keeps, others)
        await keeps.spent(first)  # what takes one load is kept from the second time on
        await least("again", keeps, first)
    asked = {of: len(others if of == "classmates" else first) for of in best}
    us = {of: round(1e6 * sum(spent) / asked[of], 1) for of, spent in best.items()}
    more = (us["kept"] / us["plain"] - 1) * 100
    return FirstSight(kind, us["plain"], us["kept"], round(more, 1), us["classmates"], us["again"])


async def of_families(
    kind: str, reads: Sequence[Read], plain: Asked, keeps: Asked
) -> list[Statements]:
    """One after the other, each for the first time, then all again."""
    keeps.process.kept.forget()
    for each in (plain, keeps):
        viewers_of(each.process.store).forget_all()
    found = []
    for about, round_ in (("by one parent", 0), ("by the other", 1), ("by the first again", 0)):
        counts = []
        for each in (plain, keeps):
            before = each.statements()
            await each.spent(reads, round_)
            counts.append(round((each.statements() - before) / len(reads), 2))
        found.append(Statements(f"{kind} {about}", *counts))
    return found


if __name__ == "__main__":
    typer.run(main)
