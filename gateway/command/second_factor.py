"""`gradebook reset-second-factor`: for a head who has lost theirs, whom nobody else helps."""

from typing import Annotated, Any

import typer

from db.store import Reader, set_codecs
from db.writing.sessions import account_by_login
from gateway.command.database import fail, with_connection


def reset_second_factor(
    login: Annotated[str, typer.Argument(help="What they sign in with.")],
    reason: Annotated[
        str, typer.Option(help="Why, such as how they have shown who they are; it is kept.")
    ],
) -> None:
    """Take the second factor from an account whose holder has lost it.

    Their sessions end; the password stays. It is kept with the reason, and told by mail to the
    account's confirmed address.
    """
    if not (reason := " ".join(reason.split())):
        fail("Say why with --reason.")

    async def work(connection: Any) -> str:
        from resolvers.second_factor_resets import take
        from resolvers.sessions import canonical

        await set_codecs(connection)
        async with connection.transaction():
            reader = Reader(connection)
            account = await reader.first(account_by_login, login=canonical(login))
            if account is None:
                fail(f"There is no account {canonical(login)}.")
            if not await take(reader, account, None, reason):
                fail(f"{account.login} has no second factor.")
        told = account.email if account.email_confirmed_at else None
        return f"{account.login} has no second factor any more, and their sessions have ended." + (
            f" They are told at {told}." if told else " They have no address: tell them yourself."
        )

    typer.echo(with_connection(work))
