"""`make year`: three school years of a seed, and what they came to."""

import argparse
import asyncio
import logging
import os
import secrets
import sys
from contextlib import ExitStack, suppress
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from db.embedded import running
from gateway import logs
from tests.year.bugs import BUGS
from tests.year.client import Refused
from tests.year.play import FULL, SHORT, Outcome, Play, Untrue, restored, staged
from tests.year.served import PASSWORD, Served, new_database, served
from tests.year.stage import Stage
from tests.year.story import told_of


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.year", description=__doc__)
    parser.add_argument("--seed", default=secrets.token_hex(4), help="which years they are")
    parser.add_argument(
        "--until", type=date.fromisoformat, default=date.max, help="the last day that is played"
    )
    parser.add_argument("--short", action="store_true", help="the form that `make test` plays")
    parser.add_argument(
        "--stop", action="store_true", help="serve the school at the end, for a look in GraphiQL"
    )
    parser.add_argument(
        "--go-on", action="store_true", help="do not end with the first answer that is wrong"
    )
    parser.add_argument("--bug", choices=tuple(BUGS), help="put a bug in, which has to be found")
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    logs.set_up()
    # Whether a refusal is right is what the play finds out: thousands are asked for.
    logging.getLogger(logs.SECURITY).setLevel(logging.ERROR)
    if given.bug:
        BUGS[given.bug]()
    with ExitStack() as stack:
        server_url = os.environ.get("GRADEBOOK_TEST_DATABASE_URL")
        if server_url is None:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="year-")))
            folder.chmod(0o755)  # the embedded server's own user has to reach it
            server_url = stack.enter_context(running(folder / "data", durable=False))
        with suppress(KeyboardInterrupt):
            sys.exit(not asyncio.run(play(server_url, given)))
        sys.exit(130)


async def play(server_url: str, given: argparse.Namespace) -> bool:
    """Whether all that was shown was so."""
    size = SHORT if given.short else FULL
    async with (
        new_database(server_url) as database_url,
        served(database_url, given.port) as gateway,
        staged(gateway, given.seed, size) as stage,
    ):
        print(f"Seed {given.seed}.", flush=True)
        say = partial(print, flush=True)
        one = Play(stage, given.seed, given.until, say, goes_on=given.go_on)
        try:
            outcome = await one.run()
            if not given.stop:
                await restored(one, server_url)
            figures(outcome)
            right = outcome.wrong == 0
        except Untrue as wrong:
            print(wrong, flush=True)
            right = False
        except Refused as wrong:
            print(f"On {stage.today} {wrong}\n{told_of(stage.world, wrong.account)}", flush=True)
            right = False
        if given.stop:
            await stop(gateway, stage)
        return right


def figures(outcome: Outcome) -> None:
    print(
        f"{outcome.days} days until {outcome.ended_on}, {outcome.screens} screens,"
        f" {outcome.requests} requests, {outcome.seconds:.0f} s;"
        f" {outcome.restored} screens of the restored schools"
    )


async def stop(gateway: Served, stage: Stage) -> None:
    print(f"\nIt is {stage.today}: http://{gateway.host}/graphiql, until Ctrl+C")
    print(f"Everybody's password is: {PASSWORD}")
    for account in stage.world.accounts:
        heads = [f"head of {school}" for school in account.heads]
        people = [f"{type(each).__name__.lower()} {each}, {each.school}" for each in account.people]
        print(f"  {account.login:28} {'; '.join([*heads, *people])}")
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        print("The school is over.")


if __name__ == "__main__":
    main()
