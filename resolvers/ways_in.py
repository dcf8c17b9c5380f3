"""What an account's owner is told of a new way into it."""

from db.store import Reader
from db.tables.accounts import Account
from db.writing.mail import NewMail, queue
from domain.ids import uuid7
from resolvers.mail import letter

WAY_IN_ADDED = letter("way_in_added")


async def tell_owner(transaction: Reader, account: Account) -> None:
    """Tell the owner, at a confirmed address, that a passkey or an identity was added."""
    if account.email is None or account.email_confirmed_at is None:
        return
    mail = NewMail(
        f"{WAY_IN_ADDED.name}:{uuid7()}",
        WAY_IN_ADDED.name,
        account.email,
        account.language or "en",
        {"login": account.login},
        account.id,
    )
    await queue(transaction, mail)
