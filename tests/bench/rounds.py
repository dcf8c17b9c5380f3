"""Rounds of load, one server after the other, and what they say when put together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import psutil

from tests.bench.load import Measured, answer, measure
from tests.bench.operations import Operation
from tests.bench.servers import Server

WARM_UP = 1.0


@dataclass(frozen=True, slots=True)
class Rounds:
    """How long a round takes, how many there are of each, and over how many connections."""

    seconds: float
    count: int
    connections: int


@dataclass(frozen=True, slots=True)
class Result:
    """`share` is of the hand-written endpoint's requests a second, `gateway_is` how many times as
    many the gateway answers as this server. `cpu_ms` is the processor's time of a request outside
    PostgreSQL, which a busy machine changes less."""

    operation: str
    server: str
    connections: int
    bytes: int
    requests_a_second: float
    p50_ms: float
    p99_ms: float
    share: float
    gateway_is: float
    cpu_ms: float
    first_ms: float


async def compared(
    operation: Operation, token: str, servers: Sequence[Server], rounds: Rounds
) -> list[Result]:
    """Every server in every round, each round begun by another."""
    bodies, first = await first_answers(operation, token, servers)
    measured: dict[str, list[Measured]] = defaultdict(list)
    busy: dict[str, float] = defaultdict(float)
    for turn in range(rounds.count + 1):
        seconds = rounds.seconds if turn else WARM_UP
        for server in (*servers[turn % len(servers) :], *servers[: turn % len(servers)]):
            request = server.request(operation, token)
            before = cpu_seconds(server)
            one = await measure(server.url, request, rounds.connections, seconds)
            if turn:
                busy[server.name] += cpu_seconds(server) - before
                measured[server.name].append(one)
    whole = {name: together(many) for name, many in measured.items()}
    return [
        Result(
            operation.name,
            name,
            rounds.connections,
            len(bodies[name]),
            round(one.rate, 1),
            round(one.percentile(0.5), 2),
            round(one.percentile(0.99), 2),
            round(one.rate / whole["hand-written"].rate, 3),
            round(whole["gateway"].rate / one.rate, 2),
            round(busy[name] / len(one.latencies) * 1000, 3),
            round(first[name], 2),
        )
        for name, one in ((server.name, whole[server.name]) for server in servers)
    ]


async def first_answers(
    operation: Operation, token: str, servers: Sequence[Server]
) -> tuple[dict[str, bytes], dict[str, float]]:
    """Each server's first answer and its milliseconds; ends the bench where they differ."""
    bodies, first = {}, {}
    for server in servers:
        begun = perf_counter()
        bodies[server.name] = await answer(server.url, server.request(operation, token))
        first[server.name] = (perf_counter() - begun) * 1000
    read = {server.name: server.read(operation, bodies[server.name]) for server in servers}
    wanted = read["hand-written"]
    if wrong := [name for name, said in read.items() if said != wanted]:
        shown = "\n".join(f"{name}: {bodies[name].decode()}" for name in ("hand-written", *wrong))
        raise SystemExit(f"The servers disagree on the {operation.name}:\n{shown}")
    return bodies, first


def cpu_seconds(server: Server) -> float:
    """Of all threads of the server's process since it began."""
    times = psutil.Process(server.pid).cpu_times()
    return times.user + times.system


def together(many: list[Measured]) -> Measured:
    return Measured(
        sorted(latency for each in many for latency in each.latencies),
        sum(each.seconds for each in many),
    )
