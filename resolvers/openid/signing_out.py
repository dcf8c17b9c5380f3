"""Signing out at a provider, which ends here what was begun there."""

from typing import Any

from db.reading.viewer import memberships_of_account
from db.store import Store
from db.writing.identities import end_provider_sessions
from resolvers.openid.providers import Providers
from resolvers.sessions import tell_of_end_in
from resolvers.viewers import viewers_of


async def signed_out(store: Store, providers: Providers, name: str, token: str) -> int:
    """End the sessions that a logout token of the provider names; returns how many there were.
    Raises Failed where the token can't be trusted."""
    issuer, subject, sid = await providers.signed_out(name, token)
    accounts: set[Any] = set()
    async with store.transaction() as transaction:
        ended = await transaction.fetch(
            end_provider_sessions, issuer=issuer, subject=subject, sid=sid
        )
        accounts = {row.account_id for row in ended}
        for account in accounts:
            held = await transaction.fetch(memberships_of_account, account=account)
            if held:
                await tell_of_end_in(transaction, min(row.school_id for row in held), account)
    for account in accounts:
        viewers_of(store).forget(account)
    return len(ended)
