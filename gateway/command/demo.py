"""`gradebook demo`: a school of invented people."""

import json
from contextlib import suppress
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from gateway.command.database import fail, read_settings, with_connection
from gateway.graphiql import DemoAccount
from gateway.settings import Settings

Accounts = tuple[DemoAccount, ...]
STUDENTS = 900
SEED = 7
NOTES = "demo-accounts.json"
INVITE = (
    "Some parents of {class_} have no account yet. To print their codes:\n"
    "  gradebook invite --school {school} --class {class_} --to sheet.pdf"
)


def demo(
    students: Annotated[int, typer.Option(min=1, help="How many students.")] = STUDENTS,
    seed: Annotated[int, typer.Option(help="Another number makes another school.")] = SEED,
) -> None:
    """Fill an empty database with a demo school."""
    settings = read_settings()

    async def work(connection: Any) -> Accounts:
        from db.demo import is_empty

        if not await is_empty(connection):
            fail("The database is not empty.")
        return await filled(connection, settings, students, seed)

    show(with_connection(work, settings, makes=True))


async def demo_accounts(connection: Any, settings: Settings) -> Accounts:
    """The accounts of the demo school, which is created if the database is empty. The command ends
    if the database holds a real school."""
    from db.demo import is_empty, real_schools

    if await is_empty(connection):
        typer.echo("Making the demo school…")
        return await filled(connection, settings, STUDENTS, SEED)
    if real := await real_schools(connection):
        fail(
            f"This database holds a real school, {real[0]}, which the demo never mixes with."
            " Serve it without --demo, or give the demo another database."
        )
    return remembered(settings)


async def filled(connection: Any, settings: Settings, students: int, seed: int) -> Accounts:
    from db.demo import fill, school_clock
    from db.demo.files import keep_files
    from db.demo.newcomers import add_newcomers

    now = school_clock()
    made = await fill(connection, students=students, seed=seed, today=now.date(), at=now.time())
    await keep_files(settings.storage, made.files)
    accounts = tuple(DemoAccount(one.login, one.password, one.who) for one in made.accounts)
    school, class_ = await add_newcomers(connection)
    typer.echo(INVITE.format(school=school, class_=class_))
    remember(settings, accounts)
    return accounts


def remember(settings: Settings, accounts: Accounts) -> None:
    """Save the accounts with passwords for later starts, if possible: the database has only
    hashes."""
    file = settings.data / NOTES
    with suppress(OSError):
        settings.data.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(json.dumps([asdict(account) for account in accounts]))


def remembered(settings: Settings) -> Accounts:
    file = settings.data / NOTES
    if not file.exists():
        return ()
    return tuple(DemoAccount(**account) for account in json.loads(file.read_text()))


def show(accounts: Accounts) -> None:
    if not accounts:
        return
    table = Table("Who", "Login", "Password", title="Demo accounts")
    for account in accounts:
        table.add_row(account.who, account.login, account.password)
    Console().print(table)
