"""`python -m tests.fresh`: many changes, after each of which kept answers are compared."""

import argparse
import asyncio
import logging
import secrets
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import asyncpg

from db.backup import back_up, restore
from db.migrations import migrate
from resolvers.declarations.mutation import MUTATIONS
from tests.chaos.machines import Database
from tests.fresh.bugs import BUGS
from tests.fresh.checking import Check, checking
from tests.fresh.declared import UNDONE
from tests.fresh.kinds import KINDS, REFUSED
from tests.gateway.processes import serving
from tests.gateway.small_school import SmallSchool, found

IN_A_ROW = len(KINDS)
"""Changes after which something happens to the database."""
DECLARED = 30
"""Declared mutations, with inputs that are made up, that are done after those changes."""
EACH = 15
"""Fields that are asked after each of those mutations, by everybody who may."""
CHANGES = 12
"""Changes within which each bug has to be found."""
MANY = 60
"""Questions asked before and after each of them."""
ALL = 1_000
"""Questions asked before and after each change."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fresh", description=__doc__)
    parser.add_argument("--comparisons", type=int, default=100_000, help="at least")
    parser.add_argument("--seed", default=secrets.token_hex(4))
    parser.add_argument("--prove", action="store_true", help="put every bug back, one by one")
    parser.add_argument("--bug", choices=tuple(BUGS), help="put this one back alone")
    given = parser.parse_args()
    logging.disable(logging.ERROR)  # connections are killed on purpose
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder))
        database.start()
        try:
            run = (
                prove(database, given.seed, [given.bug] if given.bug else list(BUGS))
                if given.prove or given.bug
                else endure(database, Path(folder), given)
            )
            sys.exit(not asyncio.run(run))
        finally:
            database.stop()


async def begun(url: str) -> SmallSchool:
    await migrate(url)
    connection = await asyncpg.connect(url)
    try:
        return await found(connection)
    finally:
        await connection.close()


async def endure(database: Database, folder: Path, given: argparse.Namespace) -> bool:
    """Whether no answer was older than its request."""
    small = await begun(database.url)
    with (
        (folder / "writer.log").open("w") as log,
        serving(log=log, DATABASE_URL=database.url, KEPT_ANSWER_BYTES="0") as writer,
    ):
        async with checking(database.url, small, given.seed, writer.host) as check:
            await go_on(database, folder, given, check)
    for complaint in check.complaints[:5]:
        print(complaint)
    return not check.complaints


async def go_on(database: Database, folder: Path, given: argparse.Namespace, check: Check) -> None:
    turns, happened = declared_in_turn(check), Counter[str]()
    counts = check.counts

    async def happens() -> None:
        what = list(HAPPENINGS)[happened.total() % len(HAPPENINGS)]
        await check.fill()
        await HAPPENINGS[what](database, folder, check)
        await database.until_up()
        await check.until_it_writes()
        await check.compare_all(what)
        happened[what] += 1
        print(f"{done} changes, {counts['compared']} compared, then {what}", flush=True)

    await check.run_everybody()
    print(f"Everybody: {dict(counts)}", flush=True)
    done = 0
    while counts["compared"] < given.comparisons and not check.complaints:
        check.asked_each = ALL
        await check.run(IN_A_ROW)
        done += IN_A_ROW
        await happens()
        check.asked_each = EACH
        await check.run_declared(islice(turns, DECLARED))
        done += DECLARED
        await happens()
    counts.update({f"then {name}": each for name, each in happened.items()})
    print(f"Seed {given.seed}: {dict(counts)}\nRefused: {dict(REFUSED)}\nNot done: {UNDONE}")
    print(check.keeps.app.state.process.kept.figures)


def declared_in_turn(check: Check) -> Iterator[str]:
    """Every declared mutation, and then every one again, in another order."""
    while True:
        names = sorted(MUTATIONS)
        check.chance.shuffle(names)
        yield from names


async def prove(database: Database, seed: str, bugs: Sequence[str]) -> bool:
    """Whether every bug is found."""
    missed = []
    async with checking(database.url, await begun(database.url), seed) as check:
        check.breaks, check.asked_each = False, MANY
        for name in bugs:
            bug = BUGS[name]
            await check.begin_anew()
            with bug.put():
                await check.run(CHANGES, bug.kinds, until_found=True)
            print(f"{name}: {len(check.complaints)} complaints", flush=True)
            missed += [] if check.complaints else [name]
            check.complaints.clear()
    print(f"Not found: {', '.join(missed)}" if missed else "Every bug was found.")
    return not missed


async def restarted(database: Database, _: Path, __: Check) -> None:
    database.stop()  # a server is started by the main thread
    database.start()


async def killed(database: Database, _: Path, __: Check) -> None:
    database.kill()
    database.start()


async def crashed(database: Database, _: Path, check: Check) -> None:
    """One client's process is killed, and the server recovers by itself."""
    database.kill_one(check.chance)


async def restored(database: Database, folder: Path, check: Check) -> None:
    """What was changed after the backup is gone."""
    path = folder / f"backup-{check.chance.randrange(10**9)}"
    await back_up(database.url, path)
    await check.run(6, ("mark", "homework", "topic", "remark"))
    await check.fill()
    await restore(database.url, path, replace=True)
    check.other.tokens.clear()


HAPPENINGS: dict[str, Any] = {
    each.__name__: each for each in (restarted, killed, crashed, restored)
}


if __name__ == "__main__":
    main()
