"""`python -m tests.bench.evening`: an evening of a city, asked of every server in the same order.

Families ask for a child's diary week and for the child, from both parents' sessions and the
child's own, and again within minutes; heads ask for journals. After every two hundred reads
somebody writes, in another process: a mark, homework, or the topic of a lesson.
"""

import asyncio
import os
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import orjson
import typer

from db.embedded import running
from db.store import Store
from db.writing.grades import GRADES
from db.writing.homework import HOMEWORK
from db.writing.lessons import LESSONS
from domain.ids import uuid7
from tests.bench import servers
from tests.bench.load import Connection
from tests.bench.operations import DIARY, JOURNAL, STUDENT, Operation, Subject
from tests.bench.rounds import cpu_seconds
from tests.bench.school import founded
from tests.bench.servers import Place, Server
from tests.bench.tables import machine, show

COPIED = (
    "school", "academic_year", "period", "grade_scale", "subject", "work_type", "room", "teacher",
    "student", "guardian", "guardianship", "class_group", "course", "teaching", "enrolment",
    "bell_schedule", "lesson_pattern", "lesson", "attendance_taking", "grade", "homework",
    "membership",
)  # fmt: skip
"""The tables of a school that the answers are made of, each after those that it refers to."""
READS_TO_A_WRITE = 200
AT_HOME = 1_500
"""Families who ask at about the same time."""
ASKS = 5
"""How often each asks, on average, before another one comes."""


@dataclass(frozen=True, slots=True)
class Evening:
    server: str
    requests_a_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    transactions_a_request: float
    """Of PostgreSQL, those of the writes and of the server's own work included."""
    requests: int
    writes: int


@dataclass(frozen=True, slots=True)
class City:
    reads: list[tuple[Operation, list[str]]]
    """What is asked, each by any of these tokens; what belongs to one family stands together."""
    sessions: dict[str, list[str]]
    records: dict[str, list[tuple[int, UUID]]]
    """By table, what is changed."""


class Asking(Connection):
    """Sends one request after the other, of a sequence that all connections share."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        super().__init__(b"")
        self.requests = requests

    def _send(self) -> None:
        self.request = next(self.requests)
        super()._send()


def main(
    schools: Annotated[int, typer.Option(min=1)] = 20,
    students: Annotated[int, typer.Option(min=30, help="In each school.")] = 1_000,
    seconds: Annotated[float, typer.Option(help="For each server.")] = 30,
    connections: Annotated[int, typer.Option(min=1)] = 16,
    peers: Annotated[bool, typer.Option("--peers", help="With servers written by others.")] = False,
) -> None:
    """Measure requests a second, latencies and statements, one worker each."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if apart := len(cores) > 1:
        os.sched_setaffinity(0, cores[1:])
    with tempfile.TemporaryDirectory() as folder, running(Path(folder, "data")) as url:
        place = Place(url, cores[0] if apart else None)
        asyncio.run(founded(url, students))
        city = asyncio.run(a_city(url, schools))
        rows = []
        for name in ("gateway", "gateway, nothing kept", "hand-written", *("mercurius",) * peers):
            with ExitStack() as stack:
                server = started(stack, name, place, city, Path(folder))
                rows.append(asyncio.run(measured(url, name, server, city, connections, seconds)))
        size = f"{schools} schools, {len(city.reads)} different questions"
        show(f"An evening: {size} ({machine()})", rows)


def started(stack: ExitStack, name: str, place: Place, city: City, folder: Path) -> Server:
    if name.startswith("gateway"):
        kept = {"GRADEBOOK_KEPT_ANSWER_BYTES": "0" if "nothing" in name else str(1 << 30)}
        stack.enter_context(setting(kept))
        return stack.enter_context(servers.gateway(place))
    told = folder / "sessions.json"  # too many for an environment
    told.write_bytes(orjson.dumps(city.sessions))
    start = servers.handwritten if name == "hand-written" else servers.mercurius
    return stack.enter_context(start(place, told))


class setting:  # noqa: N801 - a context manager
    """Variables of the environment, for what is started meanwhile."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values

    def __enter__(self) -> None:
        os.environ.update(self.values)

    def __exit__(self, *_: object) -> None:
        for name in self.values:
            del os.environ[name]


async def a_city(url: str, schools: int) -> City:
    """Copies of the school, each with accounts of its own, and everybody's session."""
    connection = await asyncpg.connect(url)
    try:
        for number in range(3, schools + 2):
            await _copy(connection, number)
        numbers = [1, *range(3, schools + 2)]
        await connection.execute("VACUUM ANALYZE")
        return await _asked(connection, numbers)
    finally:
        await connection.close()


async def _copy(connection: Any, number: int) -> None:
    await connection.execute(
        "INSERT INTO account SELECT (jsonb_populate_record(a, jsonb_build_object("
        "'id', md5(a.id::text || $1::int)::uuid, 'login', a.login || '.' || $1::int,"
        " 'email', NULL))).* FROM account a WHERE a.id IN"
        " (SELECT account_id FROM membership WHERE school_id = 1)",
        number,
    )
    for table in COPIED:
        more = "'account_id', md5(t.account_id::text || $1::int)::uuid," * (table == "membership")
        if table == "school":
            more = "'name', t.name || ' ' || $1::int,"
        await connection.execute(
            f"INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object({more}"
            f" 'school_id', $1::int))).* FROM {table} t WHERE t.school_id = 1",
            number,
        )


FAMILIES = """
    SELECT s.school_id, s.id, array_agg(DISTINCT m.account_id) AS accounts
    FROM student s JOIN membership m ON m.school_id = s.school_id AND (m.student_id = s.id
      OR m.guardian_id IN (SELECT guardian_id FROM guardianship g
        WHERE g.school_id = s.school_id AND g.student_id = s.id))
    WHERE s.school_id = ANY ($1) AND s.active GROUP BY 1, 2 ORDER BY 1, 2
"""
COURSES = """
    SELECT c.school_id, c.id, array_agg(DISTINCT m.account_id) AS accounts
    FROM course c JOIN membership m ON m.school_id = c.school_id AND m.role = 'HEAD'
    WHERE c.school_id = ANY ($1) AND c.active GROUP BY 1, 2 ORDER BY 1, 2
"""


async def _asked(connection: Any, schools: list[int]) -> City:
    week = await connection.fetchval(
        "SELECT date_trunc('week', day)::date FROM grade WHERE school_id = 1"
        " AND day < current_date GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    )
    quarter = await connection.fetchrow(
        "SELECT starts_on, ends_on FROM period WHERE school_id = 1 AND kind = 'QUARTER'"
        " AND $1 BETWEEN starts_on AND ends_on",
        week,
    )
    reads: list[tuple[Operation, list[str]]] = []
    sessions: dict[str, list[str]] = {}
    tokens: dict[UUID, str] = {}
    last = week.fromordinal(week.toordinal() + 6)
    for query, noun in ((FAMILIES, "Student"), (COURSES, "Course")):
        for row in await connection.fetch(query, schools):
            own = [tokens.setdefault(each, f"session-{each}") for each in row["accounts"]]
            for token in own:
                sessions.setdefault(token, []).append(str(row["id"]))
            school, id_ = row["school_id"], row["id"]
            if noun == "Student":
                of = Subject(noun, school, id_, week, last)
                diary = "/{school}/students/{id}/diary"
                reads.append((Operation("diary week", DIARY, diary, of), own))
                one = "/{school}/students/{id}"
                reads.append((Operation("one student", STUDENT, one, of, dated=False), own))
            else:
                of = Subject(noun, school, id_, quarter["starts_on"], quarter["ends_on"])
                journal = "/{school}/courses/{id}/journal"
                reads.append((Operation("class journal", JOURNAL, journal, of), own))
    await connection.executemany(
        "INSERT INTO session (token_hash, account_id, created_at, expires_at, id, last_used_at)"
        " VALUES ($1, $2, now(), now() + interval '1 day', $3, now())",
        [(sha256(token.encode()).digest(), id_, uuid7()) for id_, token in tokens.items()],
    )
    records = {}
    for table in ("grade", "homework", "lesson"):
        day = "lesson_day" if table == "homework" else "day"
        found = await connection.fetch(
            f"SELECT school_id, id FROM {table} WHERE school_id = ANY ($1)"
            f" AND {day} BETWEEN $2 AND $3",
            schools,
            week,
            last,
        )
        records[table] = [(row["school_id"], row["id"]) for row in found]
    return City(reads, sessions, records)


def sequence(city: City, chance: random.Random) -> Iterator[tuple[Operation, str]]:
    """Who is at home asks again and again, and leaves after a while; others come."""
    coming = city.reads[:]
    chance.shuffle(coming)
    at_home, next_ = coming[:AT_HOME], AT_HOME
    while True:
        place = chance.randrange(len(at_home))
        operation, tokens = at_home[place]
        yield operation, chance.choice(tokens)
        if chance.random() < 1 / ASKS:
            at_home[place] = coming[next_ % len(coming)]
            next_ += 1


async def measured(
    url: str, name: str, server: Server, city: City, connections: int, seconds: float
) -> Evening:
    store = await Store.connect(url, connections=2)
    chance = random.Random(19)
    asked, host, writes = sequence(city, chance), server.url.partition("://")[2], 0
    counted, due = 0, asyncio.Event()

    def requests() -> Iterator[bytes]:
        nonlocal counted
        for operation, token in asked:
            counted += 1
            if counted % READS_TO_A_WRITE == 0:
                due.set()
            yield server.request(operation, token).encoded(host)

    async def write() -> None:
        nonlocal writes
        changes = random.Random(20)
        while True:
            await due.wait()
            due.clear()
            await change(store, city, changes)
            writes += 1

    writing = asyncio.create_task(write())
    try:
        shared = requests()
        await busy(server.url, shared, connections, min(seconds, 3.0))  # a server just started
        before, cpu, begun, first = await transactions(store), cpu_seconds(server), counted, writes
        latencies, spent = await busy(server.url, shared, connections, seconds)
        used = cpu_seconds(server) - cpu
        await asyncio.sleep(1)  # PostgreSQL tells its figures late
        after = await transactions(store)
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await store.close()
    many = len(latencies)
    return Evening(
        name,
        round(many / spent, 1),
        round(latencies[many // 2] * 1000, 2),
        round(latencies[int(many * 0.99)] * 1000, 2),
        round(used / many * 1000, 3),
        round((after - before) / (counted - begun), 2),
        many,
        writes - first,
    )


async def busy(
    url: str, requests: Iterator[bytes], connections: int, seconds: float
) -> tuple[Sequence[float], float]:
    host, _, port = url.partition("://")[2].partition(":")
    loop, begun = asyncio.get_running_loop(), perf_counter()
    made = [
        (await loop.create_connection(lambda: Asking(requests), host, int(port)))[1]
        for _ in range(connections)
    ]
    await asyncio.wait([one.done for one in made], timeout=seconds)
    for one in made:
        one.stopped = True
    await asyncio.wait_for(asyncio.gather(*(one.done for one in made)), 30)
    if wrong := next((one.answer for one in made if b'"errors"' in one.answer), None):
        raise RuntimeError(wrong[-500:].decode())
    return sorted(each for one in made for each in one.latencies), perf_counter() - begun


async def change(store: Store, city: City, chance: random.Random) -> None:
    """One mark, one homework or one topic, with its history and its row of the outbox."""
    written, column, values = chance.choice(
        (
            (GRADES, "value", ("2", "3", "4", "5")),
            (GRADES, "value", ("2", "3", "4", "5")),
            (HOMEWORK, "text", (f"Page {chance.randrange(200)}",)),
            (LESSONS, "topic", (f"Topic {chance.randrange(200)}",)),
        )
    )
    table = written.topic.lower()
    school, id_ = chance.choice(city.records[table])
    row: Any = await store.pool.fetchrow(
        f"SELECT * FROM {table} WHERE school_id = $1 AND id = $2",
        school,
        id_,
    )
    account = uuid7()
    async with store.transaction() as reader:
        record: Any = Record(row)
        to = {column: chance.choice(values)}
        await written.change(reader, account, record, "REVISED", "So it is", to)


class Record(dict[str, Any]):
    """A row by attribute too."""

    def __getattr__(self, name: str) -> Any:
        return self[name]


async def transactions(store: Store) -> int:
    count: int = await store.pool.fetchval(
        "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
    )
    return count


if __name__ == "__main__":
    typer.run(main)
