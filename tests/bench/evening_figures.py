"""What an evening came to: each server's figures, the gateway's beside what they are to be, and
what a city needs by them."""

from collections import Counter
from dataclasses import dataclass, field
from math import ceil

from tests.bench.live.evening import HOURS, PEAK, ROOM, STUDENTS
from tests.bench.rounds import Result
from tests.bench.servers import Server

OURS, UNKEPT, THEIRS = "gateway", "gateway, nothing kept", "Mercurius + JIT"


@dataclass(frozen=True, slots=True)
class Evening:
    """`rate` is requests a second. `cpu_ms` is the processor's time of a request outside
    PostgreSQL, which a busy machine changes less; `busy` is the part of its core that the server
    used. `times` and `by_cpu` compare the two with Mercurius. `statements` are those of a request,
    with the server's own work; `database_ms` is the processor's time that they took."""

    server: str
    rate: float
    times: float
    cpu_ms: float
    by_cpu: float
    busy: float
    p50_ms: float
    p99_ms: float
    statements: float
    database_ms: float
    hits: str
    kept_mib: str
    evicted: str
    sent_mib: float
    asked: int
    writes: int


@dataclass(frozen=True, slots=True)
class Target:
    """What the gateway is measured against, in this run; `by_cpu` is the same by the processor's
    time of a request, where that says anything."""

    target: str
    wanted: str
    measured: float
    by_cpu: str
    met: str


@dataclass(slots=True)
class Played:
    """One server's evening so far."""

    server: Server
    latencies: list[float] = field(default_factory=list)
    seconds: float = 0
    cpu: float = 0
    statements: int = 0
    database: float = 0
    bytes: int = 0
    requests: int = 0
    writes: int = 0
    told: Counter[str] = field(default_factory=Counter)
    """What `/metrics` has counted."""


def evenings(all_played: list[Played]) -> list[Evening]:
    base = next((one for one in all_played if one.server.name == THEIRS), all_played[0])
    return [_evening(one, base) for one in all_played]


def _evening(played: Played, base: Played) -> Evening:
    latencies, told = sorted(played.latencies), played.told
    many = len(latencies)
    rate, cpu = many / played.seconds, played.cpu / many
    asked = told["hits"] + told["misses"] + told["unkept"]
    return Evening(
        played.server.name,
        round(rate, 1),
        round(rate * base.seconds / len(base.latencies), 2),
        round(cpu * 1000, 3),
        round(base.cpu / len(base.latencies) / cpu, 2),
        round(played.cpu / played.seconds, 2),
        round(latencies[many // 2] * 1000, 2),
        round(latencies[int(many * 0.99)] * 1000, 2),
        round(played.statements / many, 3),
        round(played.database / many * 1000, 3),
        f"{told['hits'] / asked:.0%}" if asked else "",
        f"{told['bytes'] / (1 << 20):.1f}" if asked else "",
        f"{told['evictions']:,}" if asked else "",
        round(played.bytes / (1 << 20), 1),
        many,
        played.writes,
    )


def compare(rows: list[Evening], repeated: list[Result]) -> list[Target]:
    by_name = {row.server: row for row in rows}
    ours, before = by_name[OURS], by_name[UNKEPT]
    found = []
    if THEIRS in by_name:
        found.append(_at_least("an evening, times Mercurius", 2, ours.times, ours.by_cpu))
    for wanted, name in ((4, "diary week"), (4, "class journal"), (0.8, "one student")):
        of = {row.server: row for row in repeated if row.operation == name}
        if THEIRS in of:
            rate = of[OURS].requests_a_second / of[THEIRS].requests_a_second
            cpu = of[THEIRS].cpu_ms / of[OURS].cpu_ms
            found.append(_at_least(f"{name} again, times Mercurius", wanted, rate, cpu))
    few = ours.statements
    found.append(Target("statements a request", "< 0.5", few, "", _met(few < 0.5)))
    late, was = ours.p99_ms, before.p99_ms
    found.append(Target("p99 of an evening, ms", f"<= {was}", late, "", _met(late <= was)))
    return found


def _at_least(what: str, wanted: float, rate: float, cpu: float) -> Target:
    return Target(what, f">= {wanted}", round(rate, 2), f"{cpu:.2f}", _met(rate >= wanted))


def _met(is_met: bool) -> str:
    return "yes" if is_met else "NO"


@dataclass(frozen=True, slots=True)
class Cost:
    """What the busiest minutes of a city's evening need, served by this server alone."""

    server: str
    requests_a_second: int
    cores: float
    processes: int
    database_cores: float


def costs(rows: list[Evening], requests_a_student: float) -> list[Cost]:
    """As much as in the evening that was measured; the README has the formula."""
    rate = STUDENTS * requests_a_student / (HOURS * 3600) * PEAK
    found = []
    for row in rows:
        cores, database = rate * row.cpu_ms / 1000, rate * row.database_ms / 1000
        processes = ceil(cores / ROOM)
        found.append(Cost(row.server, round(rate), round(cores, 1), processes, round(database, 1)))
    return found
