"""Sign-ins from where, and with what, an account was not used lately: told to its owner by mail."""

from typing import cast

from db.reading.accounts import Likeness, sessions_like
from db.store import Store
from db.tables.accounts import Account
from domain.clock import now
from resolvers.account_steps import tell_owner
from resolvers.mail import letter

NEW_SIGN_IN = letter("new_sign_in")


async def tell_if_new(
    store: Store, account: Account, token_hash: bytes, place: bytes, device: str | None
) -> None:
    """Mail it, unless an earlier session was of this network or with such a browser and system. Of
    the first one of all nobody is told."""
    if account.email is None or account.email_confirmed_at is None:
        return
    found = await store.first(
        sessions_like, account=account.id, token_hash=token_hash, place_hash=place, device=device
    )
    if found is None or cast("Likeness", found).known is not False:
        return
    async with store.transaction() as transaction:
        at = f"{now():%Y-%m-%d %H:%M}"
        await tell_owner(transaction, account, NEW_SIGN_IN, device=device, at=at)
