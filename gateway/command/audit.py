"""`gradebook audit`: whether the audit of schools is as it was written."""

import asyncio
from typing import Annotated

import typer

from db.audit import Verdict, chain_all, verify
from db.founding import schools
from db.store import Reader, Store
from gateway.command.admin import find_school
from gateway.command.database import connected, database, fail, read_settings

app = typer.Typer(help="The audit of schools.", no_args_is_help=True)
WHICH = "Only this school, by name or number; every school unless told."
NOTED = (
    "A number and a digest of an entry that were noted before, as this command prints them:"
    " NUMBER:DIGEST. May be repeated."
)


@app.callback()
def begun() -> None:
    """Have `verify` be a command of its own, though it is the only one."""


@app.command("verify")
def verify_audit(
    school: Annotated[str | None, typer.Option(help=WHICH)] = None,
    expect: Annotated[list[str] | None, typer.Option(help=NOTED)] = None,
) -> None:
    """Find entries that were changed, removed, inserted or reordered.

    Note the digest that it prints somewhere else: whoever can write to the whole database could
    make the chain anew, and --expect finds that out.
    """
    noted = dict(map(_noted, expect or ()))
    if noted and school is None:
        fail("An expected digest is of one school: name it with --school.")

    async def run(url: str) -> list[tuple[str, Verdict]]:
        async with connected(url) as connection:
            if school is not None:
                chosen = [await find_school(Reader(connection), school)]
            else:
                chosen = [(each["school_id"], each["name"]) for each in await schools(connection)]
        store = await Store.connect(url, connections=2)
        try:
            await chain_all(store)
            return [(name, await verify(store, number, noted)) for number, name in chosen]
        finally:
            await store.close()

    with database(read_settings(), joins=True) as url:
        found = asyncio.run(run(url))
    for name, verdict in found:
        _tell(name, verdict)
    if any(verdict.faults for _, verdict in found):
        raise typer.Exit(1)


def _tell(name: str, verdict: Verdict) -> None:
    for fault in verdict.faults:
        typer.echo(f"{name}: entry {fault.number} {fault.message}.")
    waiting = f" {verdict.waiting} wait for an older transaction." if verdict.waiting else ""
    if verdict.last < verdict.first:
        typer.echo(f"{name}: there is no entry.{waiting}")
    elif not verdict.faults:
        typer.echo(f"{name}: entries {verdict.first} to {verdict.last} are as written.{waiting}")
        typer.echo(f"  {verdict.last}:{verdict.digest.hex()}")


def _noted(text: str) -> tuple[int, bytes]:
    number, _, digest = text.partition(":")
    try:
        return int(number), bytes.fromhex(digest)
    except ValueError:
        fail(f"{text} is no NUMBER:DIGEST.")
