"""What a request costs on one PostgreSQL or on a cluster: time, statements, and CPU of the gateway
and of every node, all of which run on this machine.

`python -m tests.bench.nodes URL` founds a school in the empty database that the address leads to,
and serves it. On the coordinator of a cluster it is distributed first.
"""

import asyncio
import json
import os
import re
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Annotated, Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
import psutil
import typer

from db import cluster
from resolvers import global_id
from tests.bench.live.evening import STUDENTS, grades_a_second, opened_a_second
from tests.bench.operations import Operation
from tests.bench.school import School, founded, signed
from tests.bench.servers import Place, gateway
from tests.bench.tables import machine, show

TOKEN = "bench"
SETTINGS = {"GRADEBOOK_KEPT_ANSWER_BYTES": "0", "GRADEBOOK_METRICS_TOKEN": TOKEN}
WARM = 0.2
"""The share of requests that come first and are not counted: each connection makes its plans."""
NODES = "SELECT nodename, nodeport FROM pg_dist_node WHERE groupid <> 0 ORDER BY 1, 2"
GIVE = """
mutation Give($input: GiveGradeInput!) { giveGrade(input: $input) {
  grade { id value } errors { code message } } }
"""
LESSONS = """
    SELECT l.id AS lesson, e.student_id AS student, w.id AS work_type
    FROM lesson l
    JOIN course c ON c.school_id = l.school_id AND c.id = l.course_id
    JOIN enrolment e ON e.school_id = l.school_id AND e.class_group_id = c.class_group_id
    JOIN work_type w ON w.school_id = l.school_id
    WHERE l.school_id = $1 AND l.status = 'HELD' AND c.whole_class AND l.day > current_date - 14
    ORDER BY 1, 2, 3 LIMIT $2
"""
COUNTED = re.compile(r"^gradebook_statements_total\{.*\} (\S+)$", re.MULTILINE)
Ask = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one request: milliseconds, also of CPU, of the gateway, of the server that it is connected
    to, and of all workers together. `statements` are the gateway's, the feed's among them."""

    operation: str
    p50: float
    p99: float
    a_second: float
    statements: float
    gateway_cpu: float
    server_cpu: float
    workers_cpu: float


@dataclass(frozen=True, slots=True)
class Share:
    """The cores that requests of one kind take, at the peak of a city's evening."""

    operation: str
    a_second: int
    gateway: float
    server: float
    workers: float


def main(
    url: Annotated[str, typer.Argument(help="An empty database.")],
    students: Annotated[int, typer.Option(min=60)] = 300,
    shards: Annotated[int, typer.Option(min=1)] = cluster.SHARDS,
    requests: Annotated[int, typer.Option(min=10, help="Of each kind and round.")] = 200,
    rounds: Annotated[int, typer.Option(min=1, help="The cheapest counts.")] = 3,
    at_once: Annotated[int, typer.Option(min=1)] = 4,
) -> None:
    school, nodes = asyncio.run(set_up(url, students, shards))
    os.environ.update(SETTINGS)
    with gateway(Place(url, None)) as server:
        found = Measuring(server.url, server.pid, nodes, requests, at_once)
        costs = asyncio.run(found.all(school, url, server, rounds))
    kind = f"a cluster of {len(nodes) - 1} workers" if len(nodes) > 1 else "one PostgreSQL"
    show(f"{kind}, {students} students, {at_once} at once; {machine()}", costs)
    show(f"cores of {kind} on an evening of {STUDENTS:,} students", shares(costs))


def shares(costs: Sequence[Cost]) -> list[Share]:
    """Of those requests whose pace `tests/bench/live/evening.py` tells, and of all together."""
    paces = {"diary week": opened_a_second(), "giveGrade": grades_a_second()}
    asked = [(each, paces[each.operation]) for each in costs if each.operation in paces]
    return [*(_share(cost.operation, [(cost, pace)]) for cost, pace in asked), _share("all", asked)]


def _share(name: str, asked: Sequence[tuple[Cost, float]]) -> Share:
    def cores(of: Callable[[Cost], float]) -> float:
        return round(sum(of(cost) * pace for cost, pace in asked) / 1000, 1)

    return Share(
        name,
        round(sum(pace for _, pace in asked)),
        cores(lambda each: each.gateway_cpu),
        cores(lambda each: each.server_cpu),
        cores(lambda each: each.workers_cpu),
    )


async def set_up(url: str, students: int, shards: int) -> tuple[School, list[psutil.Process]]:
    """The school, and the server of every node."""
    school = await founded(url, students)
    connection: Any = await asyncpg.connect(url)
    try:
        nodes = [await _server(connection)]
        if await connection.fetchval(cluster.IS_CLUSTER) is not None:
            await cluster.distribute(connection, shards)
            await cluster.check(connection)
            await connection.execute("ANALYZE")
            rows = await connection.fetch(NODES)
            nodes += [await _worker(url, f"{row['nodename']}:{row['nodeport']}") for row in rows]
    finally:
        await connection.close()
    return school, nodes


async def _server(connection: Any) -> psutil.Process:
    """The process that the connection's own one is a child of."""
    pid: int = await connection.fetchval("SELECT pg_backend_pid()")
    found = psutil.Process(pid).parent()
    assert found is not None, "The server does not run on this machine."
    return found


async def _worker(url: str, node: str) -> psutil.Process:
    parts = urlsplit(url)
    user, at, _ = parts.netloc.rpartition("@")
    connection = await asyncpg.connect(urlunsplit(parts._replace(netloc=f"{user}{at}{node}")))
    try:
        return await _server(connection)
    finally:
        await connection.close()


class Measuring:
    def __init__(
        self, url: str, pid: int, nodes: Sequence[psutil.Process], requests: int, at_once: int
    ) -> None:
        self._url, self._gateway, self._nodes = url, psutil.Process(pid), nodes
        self._requests, self._at_once = requests, at_once

    async def all(self, school: School, url: str, server: Any, rounds: int) -> list[Cost]:
        signs = await signed(server, school)
        async with httpx.AsyncClient(base_url=self._url, timeout=60) as client:

            async def ask(token: str, body: bytes | str) -> None:
                headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
                answer = await client.post("/graphql", content=body, headers=headers)
                if '"errors":[{' in answer.text or answer.status_code != 200:
                    sys.exit(answer.text[:500])

            def read(operation: Operation) -> Ask:
                request = operation.graphql(signs.token(operation))
                return lambda _: ask(request.token, request.body)

            kinds = {each.name: read(each) for each in school.operations}
            lessons = await _lessons(url, school, self._requests * rounds)

            def give(number: int) -> Awaitable[None]:
                given = {"input": lessons[number % len(lessons)]}
                body = json.dumps({"query": GIVE, "variables": given})
                return ask(signs.head, body)

            kinds["giveGrade"] = give
            found: dict[str, list[Cost]] = {name: [] for name in kinds}
            for number in range(rounds):
                for name, one in kinds.items():
                    found[name].append(await self._cost(client, name, one, number))
        return [_cheapest(each) for each in found.values()]

    async def _cost(self, client: httpx.AsyncClient, name: str, ask: Ask, number: int) -> Cost:
        first = number * self._requests
        warm = first + int(self._requests * WARM)
        await self._asked(ask, range(first, warm))
        statements, before, began = await _statements(client), self._cpu(), perf_counter()
        took = await self._asked(ask, range(warm, first + self._requests))
        spent, after = perf_counter() - began, self._cpu()
        count = len(took)
        of_gateway, of_server, *of_workers = (
            round((now - then) / count * 1000, 2) for then, now in zip(before, after, strict=True)
        )
        run = await _statements(client) - statements
        return Cost(
            name, round(took[count // 2] * 1000, 1), round(took[int(count * 0.99)] * 1000, 1),
            round(count / spent, 1), round(run / count, 1), of_gateway, of_server,
            round(sum(of_workers), 2),
        )  # fmt: skip

    async def _asked(self, ask: Ask, numbers: Iterable[int]) -> list[float]:
        """The seconds of each, in order."""
        waiting, took = iter(numbers), []

        async def one_after_another() -> None:
            for number in waiting:
                began = perf_counter()
                await ask(number)
                took.append(perf_counter() - began)

        await asyncio.gather(*(one_after_another() for _ in range(self._at_once)))
        return sorted(took)

    def _cpu(self) -> list[float]:
        """Seconds of the gateway and of each node, with all their processes."""
        return [_seconds(each) for each in (self._gateway, *self._nodes)]


def _seconds(parent: psutil.Process) -> float:
    ended = parent.cpu_times()
    total = float(ended.children_user + ended.children_system)
    for each in (parent, *parent.children(recursive=True)):
        try:
            times = each.cpu_times()
        except psutil.NoSuchProcess:
            continue  # from now on among those that have ended
        total += times.user + times.system
    return total


def _cheapest(costs: Sequence[Cost]) -> Cost:
    return min(costs, key=lambda each: each.gateway_cpu + each.server_cpu + each.workers_cpu)


async def _statements(client: httpx.AsyncClient) -> float:
    page = await client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    return sum(map(float, COUNTED.findall(page.text)))


async def _lessons(url: str, school: School, count: int) -> list[dict[str, str]]:
    """What each `giveGrade` is told."""
    number = school.operations[0].subject.school_id
    connection: Any = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(LESSONS, number, count)
    finally:
        await connection.close()
    names = {"student": "Student", "lesson": "Lesson", "work_type": "WorkType"}
    return [
        {
            ("workType" if key == "work_type" else key): global_id.make(noun, number, row[key])
            for key, noun in names.items()
        }
        | {"value": "4", "comment": "Much better"}
        for row in rows
    ]


if __name__ == "__main__":
    typer.run(main)
