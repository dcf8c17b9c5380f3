"""`gradebook create-admin`: the first account that may administer a school."""

import sys
from typing import Annotated, Any

import asyncpg
import typer

from db.tables import Account, Membership
from gateway.command.database import fail, with_connection
from resolvers.sessions import LONGEST_PASSWORD, canonical, hash_password

SHORTEST = 8


def create_admin(
    login: Annotated[str, typer.Argument(help="What they sign in with.")],
    school: Annotated[str, typer.Option(help="The school's name or number.")],
    name: Annotated[
        str | None, typer.Option(help="How they are called; or else the login.")
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from the first line.")
    ] = False,
) -> None:
    """Make an account for the administration of a school."""
    if not canonical(login):
        fail("A login may not be empty.")
    password = asked(password_stdin)

    async def work(connection: Any) -> str:
        async with connection.transaction():
            school_id, title = await find_school(connection, school)
            account = Account(
                login=canonical(login),
                password_hash=await hash_password(password),
                display_name=name or login,
            )
            await insert(connection, account, school_id)
            return title

    typer.echo(f"{login} may now administer {with_connection(work)}.")


def asked(from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    if len(password) < SHORTEST:
        fail(f"A password needs at least {SHORTEST} characters.")
    if len(password) > LONGEST_PASSWORD:
        fail(f"A password may have at most {LONGEST_PASSWORD} characters.")
    return password


async def find_school(connection: Any, wanted: str) -> tuple[int, str]:
    """The one school of that number or name."""
    rows = await connection.fetch(
        "SELECT school_id, name FROM school WHERE school_id::text = $1 OR name = $1", wanted
    )
    if not rows:
        fail(f"There is no school {wanted}. Import a roster, or fill a demo school, first.")
    if len(rows) > 1:
        numbers = ", ".join(str(row["school_id"]) for row in rows)
        fail(f"Several schools are called {wanted}. Give a number: {numbers}.")
    return rows[0]["school_id"], rows[0]["name"]


async def insert(connection: Any, account: Account, school_id: int) -> None:
    try:
        await connection.execute(
            "INSERT INTO account (id, login, password_hash, display_name, active, created_at)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            account.id,
            account.login,
            account.password_hash,
            account.display_name,
            account.active,
            account.created_at,
        )
    except asyncpg.UniqueViolationError:
        fail(f"The login {account.login} is taken.")
    membership = Membership(school_id=school_id, account_id=account.id, role="HEAD")
    await connection.execute(
        "INSERT INTO membership (school_id, id, account_id, role) VALUES ($1, $2, $3, $4)",
        membership.school_id,
        membership.id,
        membership.account_id,
        membership.role,
    )
