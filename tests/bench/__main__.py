"""`make bench`: the gateway against the same answers written by hand, on the same database."""

import asyncio
import json
import os
import platform
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import asyncpg
import httpx
import orjson
import typer
from rich.console import Console
from rich.table import Table

from db.demo import fill
from db.embedded import running
from db.migrations import migrate
from tests.bench.load import Measured, answer, measure
from tests.bench.operations import Operation, operations
from tests.bench.servers import Server, gateway, handwritten

SIGN_IN = "mutation ($input: SignInInput!) { signIn(input: $input) { token } }"
WARM_UP = 1.0


@dataclass(frozen=True, slots=True)
class Result:
    """`share` is of the hand-written endpoint's requests a second."""

    operation: str
    server: str
    bytes: int
    requests_a_second: float
    p50_ms: float
    p99_ms: float
    share: float
    first_ms: float


def main(
    seconds: Annotated[float, typer.Option(help="How long a round takes.")] = 4,
    rounds: Annotated[int, typer.Option(min=1, help="How many rounds of each.")] = 3,
    connections: Annotated[int, typer.Option(min=1, help="How many at once.")] = 16,
    students: Annotated[int, typer.Option(min=30, help="How large a school.")] = 900,
    only: Annotated[str, typer.Option(help="Only operations with this in their name.")] = "",
    to: Annotated[Path | None, typer.Option("--json", help="A file for the figures.")] = None,
) -> None:
    """Measure requests a second and latencies, one worker each, in interleaved rounds."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    apart = len(cores) > 1
    if apart:  # PostgreSQL and the load on all cores but the first, the servers on that one
        os.sched_setaffinity(0, cores[1:])
    with tempfile.TemporaryDirectory() as folder, running(Path(folder, "data")) as url:
        found = asyncio.run(compare(url, cores[0] if apart else None, locals()))
    show(found, connections)
    if to is not None:
        to.write_text(json.dumps([asdict(result) for result in found], indent=2))


async def compare(url: str, core: int | None, options: dict[str, Any]) -> list[Result]:
    """Fill the school, start the servers, see that they agree, and measure."""
    await migrate(url)
    connection = await asyncpg.connect(url)
    demo = await fill(
        connection, students=options["students"], seed=7, today=datetime.now(UTC).date()
    )
    logins = {
        name: next(a for a in demo.accounts if a.login.startswith(name))
        for name in ("parent", "head")
    }
    chosen = await operations(connection, logins["parent"].login)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    with ExitStack() as stack:
        ours = stack.enter_context(gateway(url, core))
        tokens = {name: await signed_in(ours, account) for name, account in logins.items()}
        token_of = {
            each.name: tokens["head" if each.subject.noun == "Course" else "parent"]
            for each in chosen
        }
        sessions = defaultdict(list)
        for each in chosen:
            sessions[token_of[each.name]].append(str(each.subject.id))
        by_hand = stack.enter_context(handwritten(url, sessions, core))
        found = []
        for each in chosen:
            if options["only"] in each.name:
                found += await rounds_of(each, token_of[each.name], (by_hand, ours), options)
        return found


async def signed_in(server: Server, account: Any) -> str:
    async with httpx.AsyncClient() as client:
        given = {"input": {"login": account.login, "password": account.password}}
        body = {"query": SIGN_IN, "variables": given}
        response = await client.post(f"{server.url}/graphql", json=body)
        token: str = response.json()["data"]["signIn"]["token"]
        return token


async def rounds_of(
    operation: Operation, token: str, servers: tuple[Server, ...], options: dict[str, Any]
) -> list[Result]:
    bodies, first = {}, {}
    for server in servers:
        begun = perf_counter()
        bodies[server.name] = await answer(server.url, server.request(operation, token))
        first[server.name] = (perf_counter() - begun) * 1000
    if len({orjson.dumps(orjson.loads(body)) for body in bodies.values()}) > 1:
        raise SystemExit(f"The servers disagree on the {operation.name}: {bodies}")
    measured: dict[str, list[Measured]] = defaultdict(list)
    for turn in range(options["rounds"] + 1):
        for server in servers:
            request = server.request(operation, token)
            seconds = options["seconds"] if turn else WARM_UP
            one = await measure(server.url, request, options["connections"], seconds)
            if turn:
                measured[server.name].append(one)
    whole = {
        name: Measured(
            sorted(latency for each in many for latency in each.latencies),
            sum(each.seconds for each in many),
        )
        for name, many in measured.items()
    }
    return [
        Result(
            operation.name,
            server.name,
            len(bodies[server.name]),
            round(whole[server.name].rate, 1),
            round(whole[server.name].percentile(0.5), 2),
            round(whole[server.name].percentile(0.99), 2),
            round(whole[server.name].rate / whole[servers[0].name].rate, 3),
            round(first[server.name], 2),
        )
        for server in servers
    ]


def show(found: list[Result], connections: int) -> None:
    table = Table(
        "answer", "server", "bytes", "requests/s", "p50 ms", "p99 ms", "share", "first ms",
        title=f"One worker each, {connections} connections,"
        f" {os.cpu_count()} cores, Python {platform.python_version()}",
    )  # fmt: skip
    for result in found:
        table.add_row(*(str(value) for value in asdict(result).values()))
    Console(width=110).print(table)


app = typer.Typer(pretty_exceptions_enable=False)
app.command()(main)
app()
