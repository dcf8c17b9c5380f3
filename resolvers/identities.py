"""Identities at providers that an account signs in with: added, and taken away."""

from typing import Any
from uuid import UUID

from db.reading.identities import identities_of_account, pending_identity_of_browser
from db.reading.passkeys import passkeys_of_account
from db.store import Store
from db.tables.accounts import Account
from db.writing.identities import drop_identity, take_pending_identity
from db.writing.sessions import end_other_sessions
from domain.refusals import UserErrorCode, refused
from resolvers.openid.signing_in import give
from resolvers.second_factors import Counted, Proof, prove_fully
from resolvers.sessions import hash_of, tell_of_change
from resolvers.viewers import viewers_of
from resolvers.ways_in import tell_owner

Code = UserErrorCode
NO_IDENTITY = "Your browser has not come from a provider, or too long ago: go there once more."
TAKEN = "Who you are there is in another account: sign in with that."
NO_SUCH = "You have no such identity."
LAST = "It is the only way into your account: set a password or a passkey first."


async def pending(store: Store, browser: str | None) -> Any:
    """Whom a provider has named to the browser, and no account is yet."""
    if not browser:
        return None
    return await store.first(pending_identity_of_browser, browser_hash=hash_of(browser))


async def link(
    store: Store, account: Account, browser: str | None, proof: Proof, counted: Counted
) -> None:
    """Let the account sign in as whom the browser has come as."""
    if await pending(store, browser) is None:
        raise refused(Code.NOT_FOUND, NO_IDENTITY)
    await prove_fully(store, account, proof, counted)
    async with store.transaction() as transaction:
        taken = await transaction.first(take_pending_identity, browser_hash=hash_of(browser or ""))
        if taken is None:
            raise refused(Code.NOT_FOUND, NO_IDENTITY)
        if not await give(transaction, account.id, taken):
            raise refused(Code.ALREADY_THERE, TAKEN)
        await tell_owner(transaction, account)


async def unlink(
    store: Store, account: Account, identity: UUID, proof: Proof, counted: Counted
) -> None:
    """Let the account sign in as them no more, and end its other sessions; refused where nothing
    else lets it in."""
    await prove_fully(store, account, proof, counted)
    async with store.transaction() as transaction:
        dropped = await transaction.first(drop_identity, ref=identity, account=account.id)
        if dropped is None:
            raise refused(Code.NOT_FOUND, NO_SUCH, "id")
        if account.without_password:
            others = await transaction.fetch(identities_of_account, account=account.id)
            passkeys = await transaction.fetch(passkeys_of_account, account=account.id)
            if not others and not passkeys:
                raise refused(Code.IN_USE, LAST, "id")
        await transaction.run(
            end_other_sessions, account=account.id, token_hash=hash_of(proof.token)
        )
        await tell_of_change(transaction, account.id)
    viewers_of(store).forget(account.id)
