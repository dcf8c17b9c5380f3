"""`make bench`: the gateway against the same answers written by hand, on the same database."""

import asyncio
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from db.embedded import running
from tests.bench import servers
from tests.bench.documents import cost_of_documents
from tests.bench.growth import grown
from tests.bench.layers import layers
from tests.bench.operations import Operation
from tests.bench.rounds import Rounds, compared
from tests.bench.school import School, Signed, founded, signed
from tests.bench.servers import Place, Server
from tests.bench.tables import figures, machine, show


def main(
    seconds: Annotated[float, typer.Option(help="How long a round takes.")] = 4,
    rounds: Annotated[int, typer.Option(min=1, help="How many rounds of each.")] = 3,
    connections: Annotated[int, typer.Option(min=1, help="How many at once.")] = 16,
    students: Annotated[int, typer.Option(min=30, help="How large a school.")] = 900,
    only: Annotated[str, typer.Option(help="Only operations with this in their name.")] = "",
    peers: Annotated[bool, typer.Option("--peers", help="With servers written by others.")] = False,
    grow: Annotated[bool, typer.Option("--grow", help="How cost grows, instead.")] = False,
    times: Annotated[str, typer.Option(help="With --grow: times the school's data.")] = "1,10,100",
    at_once: Annotated[str, typer.Option(help="With --grow: how many at once.")] = "1,4,16,64",
    to: Annotated[Path | None, typer.Option("--json", help="A file for the figures.")] = None,
) -> None:
    """Measure requests a second and latencies, one worker each, in interleaved rounds."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    apart = len(cores) > 1
    if apart:  # PostgreSQL and the load on all cores but the first, the servers on that one
        os.sched_setaffinity(0, cores[1:])
    plan = Rounds(seconds, rounds, connections)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder, "data")) as url:
        place = Place(url, cores[0] if apart else None)
        school = asyncio.run(founded(url, students))
        chosen = [each for each in school.operations if only in each.name]
        with started(place, school, peers) as (compared_with, tokens):
            if grow:
                found = growth_of(url, chosen, tokens, compared_with, plan, times, at_once)
            else:
                found = asyncio.run(measured(chosen, tokens, compared_with, plan))
        if not grow:
            with started(place, school, peers) as (compared_with, tokens):
                costs = asyncio.run(cost_of_documents(chosen, tokens, compared_with))
            found["A document seen for the first time, and kept"] = costs
    for title, rows in found.items():
        show(title, rows)
    if to is not None:
        to.write_text(json.dumps({title: figures(rows) for title, rows in found.items()}, indent=2))


@contextmanager
def started(place: Place, school: School, peers: bool) -> Iterator[tuple[list[Server], Signed]]:
    """The servers, by hand first and the gateway second, and the sessions they all know."""
    with ExitStack() as stack:
        ours = stack.enter_context(servers.gateway(place))
        tokens = asyncio.run(signed(ours, school))
        sessions = tokens.sessions(school.operations)
        others = [servers.mercurius, servers.postgraphile, servers.tutorial] if peers else []
        by_hand, *theirs = (
            stack.enter_context(start(place, sessions)) for start in (servers.handwritten, *others)
        )
        yield [by_hand, ours, *theirs], tokens


async def measured(
    asked: list[Operation], tokens: Signed, compared_with: list[Server], plan: Rounds
) -> dict[str, list[Any]]:
    """Tables by their titles."""
    results: list[Any] = []
    for operation in asked:
        results += await compared(operation, tokens.token(operation), compared_with, plan)
    split = await layers(asked, tokens, compared_with[1], plan)
    return {
        f"One worker each, all on one core; {machine()}": results,
        "The gateway's time of a request, by layer": split,
    }


def growth_of(
    url: str,
    asked: list[Operation],
    tokens: Signed,
    compared_with: list[Server],
    plan: Rounds,
    times: str,
    at_once: str,
) -> dict[str, list[Any]]:
    schools, widths = ([int(one) for one in many.split(",")] for many in (times, at_once))
    found = grown(url, asked, tokens, compared_with, plan, schools, widths)
    return {f"How cost grows; {machine()}": asyncio.run(found)}


app = typer.Typer(pretty_exceptions_enable=False)
app.command()(main)
app()
