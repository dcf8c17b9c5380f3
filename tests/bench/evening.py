"""`python -m tests.bench.evening`: an evening of a city, asked of every server in the same order.

Families ask for a child's diary week and for the child, from both parents' sessions and the
child's own, within minutes and again within the hour; teachers ask for journals (`city.py`). After
every two hundred reads somebody writes, in another process: a mark, homework, or the topic of a
lesson. The servers are asked in turns, so that a busy machine is busy for all of them: each for the
same part of the evening, one part after the other. Then one diary, one journal and one student are
asked for again and again.
"""

import asyncio
import json
import os
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from math import ceil
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import asyncpg
import httpx
import orjson
import psutil
import typer

from db.embedded import running
from db.store import Store
from tests.bench import servers
from tests.bench.city import Ask, City, a_city, change, evening
from tests.bench.evening_figures import OURS, UNKEPT, Played, compare, costs, evenings
from tests.bench.load import Connection
from tests.bench.rounds import Result, Rounds, compared, cpu_seconds, first_answers
from tests.bench.school import founded
from tests.bench.servers import Place, Server
from tests.bench.tables import figures, machine, show

READS_TO_A_WRITE = 200
ALIKE = 5
"""Of each kind, how many answers of all servers are compared before any is measured."""
TOKEN = "of-the-bench"
WRITER = "bench_writer"
"""The role of PostgreSQL's whose statements are no server's."""


class Asking(Connection):
    """Sends one request after the other, of a sequence that all connections share."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        super().__init__(b"")
        self.requests = requests
        self.bytes = 0
        self.wrong = b""

    def _send(self) -> None:
        self.bytes += len(self.answer)
        if b'"errors"' in self.answer:
            self.wrong = self.answer
        request = next(self.requests, None)
        if request is None:
            self.finish()
        else:
            self.request = request
            super()._send()


def main(
    schools: Annotated[int, typer.Option(min=1)] = 20,
    students: Annotated[int, typer.Option(min=30, help="In each school.")] = 1_000,
    questions: Annotated[int, typer.Option(min=3, help="Different ones, at most.")] = 20_000,
    seconds: Annotated[float, typer.Option(help="Of each server's evening, at most.")] = 240,
    rounds: Annotated[int, typer.Option(min=1, help="Parts of the evening, a turn each.")] = 3,
    again: Annotated[float, typer.Option(help="Seconds of a turn of one repeated question.")] = 1.5,
    connections: Annotated[int, typer.Option(min=1)] = 16,
    kept_mib: Annotated[int, typer.Option(help="Of kept answers, at most.")] = 512,
    peers: Annotated[bool, typer.Option("--peers", help="With servers written by others.")] = False,
    to: Annotated[Path | None, typer.Option("--json", help="A file for the figures.")] = None,
) -> None:
    """Measure requests a second, latencies and statements, one worker each."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if apart := len(cores) > 1:
        os.sched_setaffinity(0, cores[1:])
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        with running(data, durable=False) as url:
            asyncio.run(founded(url, students))
            city = asyncio.run(a_city(url, schools, questions))
            asyncio.run(counting(url))
        with running(data) as url, ExitStack() as stack:
            place = Place(url, cores[0] if apart else None)
            asked = started(stack, place, city, Path(folder), kept_mib, peers)
            asks = evening(city, random.Random(19))
            size = ceil(len(asks) / rounds)
            parts = [asks[begin : begin + size] for begin in range(0, len(asks), size)]
            played = asyncio.run(play(url, city, asked, parts, connections, seconds / rounds))
            turns = Rounds(again, rounds, connections)
            repeated = asyncio.run(asked_again(city, asked, turns)) if again else []
    rows = evenings(played)
    often = len(asks) / len(city.reads)
    title = f"{schools} schools, {len(city.reads):,} questions {often:.1f} times ({machine()})"
    targets = compare(rows, repeated)
    needed = costs(rows, city.questions_a_student * often)
    show(f"An evening: {title}", rows)
    show("One question, again and again", repeated)
    show("What the gateway is to be, in this run", targets)
    show("A city of 1,000,000 students by these figures, in its busiest minutes", needed)
    if to is not None:
        tables: dict[str, list[Any]] = {
            "evening": rows,
            "repeated": repeated,
            "targets": targets,
            "city": needed,
        }
        to.write_text(json.dumps({name: figures(each) for name, each in tables.items()}, indent=2))


async def counting(url: str) -> None:
    """Have PostgreSQL count statements from its next start on."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("CREATE EXTENSION pg_stat_statements")
        await connection.execute(f"CREATE ROLE {WRITER} SUPERUSER LOGIN")
        await connection.execute("ALTER SYSTEM SET shared_preload_libraries = pg_stat_statements")
    finally:
        await connection.close()


def started(
    stack: ExitStack, place: Place, city: City, folder: Path, kept_mib: int, peers: bool
) -> list[Server]:
    told = folder / "sessions.json"  # too many for an environment
    told.write_bytes(orjson.dumps(city.sessions))
    found = []
    for name, kept in ((OURS, kept_mib << 20), (UNKEPT, 0)):
        given = {"GRADEBOOK_KEPT_ANSWER_BYTES": str(kept), "GRADEBOOK_METRICS_TOKEN": TOKEN}
        with setting(given):
            found.append(replace(stack.enter_context(servers.gateway(place)), name=name))
    starts = [servers.handwritten]
    if peers:
        starts += [servers.mercurius, servers.postgraphile, servers.tutorial]
    return found + [stack.enter_context(start(place, told)) for start in starts]


class setting:  # noqa: N801 - a context manager
    """Variables of the environment, for what is started meanwhile."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values

    def __enter__(self) -> None:
        os.environ.update(self.values)

    def __exit__(self, *_: object) -> None:
        for name in self.values:
            del os.environ[name]


async def play(
    url: str,
    city: City,
    asked: list[Server],
    parts: list[list[Ask]],
    connections: int,
    seconds: float,
) -> list[Played]:
    """Every server's evening, part by part, each begun by another server. What a server does not
    get to within so many seconds of a part is not asked of it."""
    await agree(city, asked)
    all_played = [Played(server) for server in asked]
    store = await Store.connect(url.replace("//gradebook@", f"//{WRITER}@"), connections=2)
    try:
        for turn, part in enumerate(parts):
            first = turn % len(all_played)
            for played in (*all_played[first:], *all_played[:first]):
                await one_turn(store, city, played, part, connections, seconds)
    finally:
        await store.close()
    return all_played


async def agree(city: City, asked: list[Server]) -> None:
    """End the bench where the servers' answers differ."""
    chance, pairs = random.Random(18), list[Ask]()
    for name in dict.fromkeys(operation.name for operation, _ in city.reads):
        of_it = [each for each in city.reads if each[0].name == name]
        some = chance.sample(of_it, min(ALIKE, len(of_it)))
        pairs += [(operation, chance.choice(tokens)) for operation, tokens in some]
    for operation, token in pairs:
        await first_answers(operation, token, asked)


async def one_turn(
    store: Store, city: City, played: Played, part: list[Ask], connections: int, seconds: float
) -> None:
    host, due = played.server.url.partition("://")[2], asyncio.Event()
    changes = random.Random(f"{part[0][1]} {len(part)}")

    def requests() -> Iterator[bytes]:
        for operation, token in part:
            played.requests += 1
            if played.requests % READS_TO_A_WRITE == 0:
                due.set()
            yield played.server.request(operation, token).encoded(host)

    async def write() -> None:
        while True:
            await due.wait()
            due.clear()
            await change(store, city, changes)
            played.writes += 1

    await store.pool.execute("SELECT pg_stat_statements_reset()")
    told, cpu = await metrics(played.server), cpu_seconds(played.server)
    before = await database_seconds(store)
    writing = asyncio.create_task(write())
    try:
        begun = perf_counter()
        made = await busy(played.server.url, requests(), connections, seconds)
        played.seconds += perf_counter() - begun
    finally:
        writing.cancel()
        (ended,) = await asyncio.gather(writing, return_exceptions=True)
    if not isinstance(ended, asyncio.CancelledError):
        raise RuntimeError("Nothing is written any more.") from ended
    played.cpu += cpu_seconds(played.server) - cpu
    played.statements += await store.pool.fetchval(STATEMENTS, WRITER)
    played.database += sum(
        spent - before.get(pid, 0) for pid, spent in (await database_seconds(store)).items()
    )
    after = await metrics(played.server)
    played.told.update({name: after[name] - told[name] for name in COUNTED})
    played.told["bytes"] = after["bytes"]
    played.latencies += [each for one in made for each in one.latencies]
    played.bytes += sum(one.bytes for one in made)


STATEMENTS = """
    SELECT coalesce(sum(calls), 0)::int FROM pg_stat_statements s
    JOIN pg_roles r ON r.oid = s.userid WHERE r.rolname <> $1
"""


BACKENDS = "SELECT pid FROM pg_stat_activity WHERE usename <> $1"


async def database_seconds(store: Store) -> dict[int, float]:
    """What each of PostgreSQL's processes that serve the servers has used of a processor."""
    found = {}
    for row in await store.pool.fetch(BACKENDS, WRITER):
        with suppress(psutil.NoSuchProcess):
            times = psutil.Process(row["pid"]).cpu_times()
            found[row["pid"]] = times.user + times.system
    return found


async def busy(
    url: str, requests: Iterator[bytes], connections: int, seconds: float
) -> Sequence[Asking]:
    host, _, port = url.partition("://")[2].partition(":")
    loop = asyncio.get_running_loop()
    made = [
        (await loop.create_connection(lambda: Asking(requests), host, int(port)))[1]
        for _ in range(connections)
    ]
    await asyncio.wait([one.done for one in made], timeout=seconds)
    for one in made:
        one.stopped = True
    await asyncio.wait_for(asyncio.gather(*(one.done for one in made)), 30)
    if wrong := next((one.wrong for one in made if one.wrong), None):
        raise RuntimeError(wrong[-500:].decode())
    return made


KEPT = re.compile(
    r'^gradebook_kept_answer(?:s_total\{kind="(\w+)"\}|_bytes) (\S+)$', flags=re.MULTILINE
)
COUNTED = ("hits", "misses", "unkept", "evictions")


async def metrics(server: Server) -> dict[str, int]:
    """What a gateway counts of kept answers."""
    if server.name not in (OURS, UNKEPT):
        return dict.fromkeys((*COUNTED, "bytes"), 0)
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        page = (await client.get(f"{server.url}/metrics")).raise_for_status().text
    counts = dict(
        re.findall(r'^gradebook_kept_answers_total\{kind="(\w+)"\} (\S+)$', page, re.MULTILINE)
    )
    (kept,) = re.findall(r"^gradebook_kept_answer_bytes (\S+)$", page, re.MULTILINE)
    return {name: int(float(counts[name])) for name in COUNTED} | {"bytes": int(float(kept))}


async def asked_again(city: City, asked: list[Server], rounds: Rounds) -> list[Result]:
    """The first diary, journal and student, each asked for by one who may."""
    found: list[Result] = []
    for name in dict.fromkeys(operation.name for operation, _ in city.reads):
        operation, tokens = next(each for each in city.reads if each[0].name == name)
        found += await compared(operation, tokens[0], asked, rounds)
    return found


if __name__ == "__main__":
    typer.run(main)
