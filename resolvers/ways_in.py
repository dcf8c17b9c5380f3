"""What an account's owner is told of a new way into it."""

from db.store import Reader
from db.tables.accounts import Account
from resolvers import account_steps
from resolvers.mail import letter

WAY_IN_ADDED = letter("way_in_added")


async def tell_owner(transaction: Reader, account: Account) -> None:
    """Tell the owner, at a confirmed address, that a passkey or an identity was added."""
    await account_steps.tell_owner(transaction, account, WAY_IN_ADDED)
    await account_steps.note_own(transaction, account.id, "WAY_IN_ADDED")
