"""`gradebook create-admin`: accounts for the administration of schools."""

import sys
from typing import Annotated, Any

import typer

from db.reading.schools import schools_called
from db.store import Reader
from db.tables.accounts import Account, Membership
from db.writing.accounts import add_account, add_membership
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
    password = read_password(password_stdin)

    async def work(connection: Any) -> str:
        async with connection.transaction():
            reader = Reader(connection)
            number, title = await find_school(reader, school)
            account = Account(
                login=canonical(login),
                password_hash=await hash_password(password),
                display_name=name or login,
            )
            if await reader.first(add_account, **account.model_dump()) is None:
                fail(f"The login {account.login} is taken.")
            head = Membership(school_id=number, account_id=account.id, role="HEAD")
            await reader.run(add_membership, **head.model_dump())
            return title

    typer.echo(f"{login} may now administer {with_connection(work)}.")


def read_password(from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    if len(password) < SHORTEST:
        fail(f"A password needs at least {SHORTEST} characters.")
    if len(password) > LONGEST_PASSWORD:
        fail(f"A password may have at most {LONGEST_PASSWORD} characters.")
    return password


async def find_school(reader: Reader, wanted: str) -> tuple[int, str]:
    """The number and name of the only school with that name or number."""
    found = await reader.fetch(schools_called, wanted=wanted)
    if not found:
        fail(f"There is no school {wanted}. Import a roster, or fill a demo school, first.")
    if len(found) > 1:
        numbers = ", ".join(str(school.school_id) for school in found)
        fail(f"Several schools are called {wanted}. Give a number: {numbers}.")
    return found[0].school_id, found[0].name
