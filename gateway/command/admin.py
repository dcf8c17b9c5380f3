"""`gradebook create-admin`: accounts for the administration of schools."""

import sys
import warnings
from collections.abc import Sequence
from getpass import GetPassWarning
from typing import Annotated, Any

import typer

from db.reading.schools import schools_called
from db.store import Reader
from db.tables.accounts import Account, Membership
from db.writing.accounts import add_account, add_membership
from db.writing.sessions import account_by_login
from domain.passwords import refusal_of
from gateway.command.database import fail, with_connection
from resolvers.sessions import canonical, hash_password

TAKEN = "The login {} is taken."
WITHOUT_TERMINAL = (
    "Without a terminal give it with --password-stdin, from a file that only you may read:"
    " gradebook create-admin LOGIN --school NAME --password-stdin < FILE"
)


def create_admin(
    login: Annotated[str, typer.Argument(help="What they sign in with.")],
    school: Annotated[str, typer.Option(help="The school's name or number.")],
    name: Annotated[
        str | None, typer.Option(help="How they are called; or else the login.")
    ] = None,
    password_stdin: Annotated[
        bool,
        typer.Option(
            "--password-stdin", help="Read the password from the first line of standard input."
        ),
    ] = False,
) -> None:
    """Make an account for the administration of a school.

    The password is asked for; without a terminal it is read from standard input with
    --password-stdin.
    """
    if not canonical(login):
        fail("A login may not be empty.")

    async def work(connection: Any) -> str:
        reader = Reader(connection)
        number, title = await find_school(reader, school)
        if await reader.first(account_by_login, login=canonical(login)):
            fail(TAKEN.format(canonical(login)))
        password = read_password(password_stdin, (login, name or "", title))
        async with connection.transaction():
            account = Account(
                login=canonical(login),
                password_hash=await hash_password(password),
                display_name=name or login,
            )
            if await reader.first(add_account, **account.model_dump()) is None:
                fail(TAKEN.format(account.login))
            head = Membership(school_id=number, account_id=account.id, role="HEAD")
            await reader.run(add_membership, **head.model_dump())
        return title

    typer.echo(f"{login} may now administer {with_connection(work)}.")


def read_password(from_stdin: bool, names: Sequence[str]) -> str:
    """A password by the rules that everybody's has to keep to; `names` may not be it."""
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            fail(f"Standard input has no password in its first line. {WITHOUT_TERMINAL}")
    else:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", GetPassWarning)  # it would be shown as it is typed
                password = str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
        except (typer.Abort, EOFError, GetPassWarning):
            fail(f"There is nobody to ask for a password. {WITHOUT_TERMINAL}")
    if (wrong := refusal_of(password, names)) is not None:
        fail(wrong)
    return password


async def find_school(reader: Reader, wanted: str) -> tuple[int, str]:
    """The number and name of the only school with that name or number."""
    found = await reader.fetch(schools_called, wanted=wanted)
    if not found:
        fail(
            f"There is no school {wanted}. `gradebook schools` lists them; `gradebook new-school`"
            " or `gradebook import-roster` makes one."
        )
    if len(found) > 1:
        numbers = ", ".join(str(school.school_id) for school in found)
        fail(f"Several schools are called {wanted}. Give a number: {numbers}.")
    return found[0].school_id, found[0].name
