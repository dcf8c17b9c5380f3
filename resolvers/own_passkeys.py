"""The passkeys of an account: added, named and removed by its owner."""

from typing import cast
from uuid import UUID

from db.reading.accounts import account_by_id
from db.reading.identities import identities_of_account
from db.reading.passkeys import passkeys_of_account
from db.reading.second_factors import second_factor_of_account
from db.store import Reader, Store
from db.tables.accounts import Account
from db.tables.passkeys import Passkey
from db.writing.passkeys import add_passkey, drop_passkey, name_passkey
from domain.ids import uuid7
from domain.refusals import UserErrorCode, refused
from domain.relying_party import RelyingParty
from resolvers.declarations.parsing import text_of
from resolvers.passkeys import Unproven, ask_for_new, log, made
from resolvers.second_factors import (
    REQUIRED,
    Counted,
    Proof,
    prove_fully,
    remove,
    turn_on,
)
from resolvers.sessions import tell_of_change
from resolvers.viewers import viewers_of
from resolvers.ways_in import tell_owner

Code = UserErrorCode
MOST = 20
LONGEST_NAME = 100
NONE = "You have no such passkey."
ON = "You have a second factor already, and a passkey does for it."
UNPROVEN = "This passkey could not be added: begin again."
THERE = "This passkey is in use already."
TOO_MANY = f"You have {MOST} passkeys: remove one first."
LAST = "It is the only way into your account: set a password first."


async def begin(
    store: Store, account: Account, party: RelyingParty, proof: Proof, counted: Counted
) -> str:
    """What the browser is to make a passkey of, for somebody who has shown again who they are."""
    await prove_fully(store, account, proof, counted)
    existing = await store.fetch(passkeys_of_account, account=account.id)
    if len(existing) >= MOST:
        raise refused(Code.TOO_MANY, TOO_MANY)
    return await ask_for_new(store, party, account, [each.credential_id for each in existing])


async def add(
    store: Store,
    account: Account,
    party: RelyingParty,
    answer: str,
    name: str,
    *,
    token: str,
    second_factor: bool,
) -> list[str]:
    """Keep the passkey that the browser has made. As the account's first second factor it ends
    other sessions, and there are recovery codes, which are returned."""
    named = _name(name)
    try:
        new = await made(store, party, account.id, answer)
    except Unproven as why:
        log.info("A new passkey is none: %s", why)
        raise refused(Code.UNAUTHENTICATED, UNPROVEN, "credential") from None
    codes: list[str] = []
    async with store.transaction() as transaction:
        added = await transaction.first(
            add_passkey,
            ref=uuid7(),
            account=account.id,
            credential_id=new.credential_id,
            new_public_key=new.public_key,
            new_sign_count=new.sign_count,
            new_name=named,
            new_synced=new.synced,
        )
        if added is None:
            raise refused(Code.ALREADY_THERE, THERE, "credential")
        stored = await transaction.first(account_by_id, account=account.id)
        if second_factor and stored is not None and stored.second_factor_at is None:
            codes = await turn_on(transaction, account, token)
        await tell_owner(transaction, account)
    viewers_of(store).forget(account.id)
    return codes


async def require(store: Store, account: Account, proof: Proof, counted: Counted) -> list[str]:
    """Ask for a passkey after the password from now on; returns recovery codes, and ends other
    sessions."""
    await prove_fully(store, account, proof, counted)
    if not await store.fetch(passkeys_of_account, account=account.id):
        raise refused(Code.NOT_THERE, NONE)
    async with store.transaction() as transaction:
        stored = await transaction.first(account_by_id, account=account.id)
        if stored is None or stored.second_factor_at is not None:
            raise refused(Code.ALREADY_THERE, ON)
        codes = await turn_on(transaction, account, proof.token)
    viewers_of(store).forget(account.id)
    return codes


async def rename(store: Store, account: UUID, passkey: UUID, name: str) -> None:
    named = _name(name)
    if await store.first(name_passkey, ref=passkey, account=account, new_name=named) is None:
        raise refused(Code.NOT_FOUND, NONE, "id")


async def take_away(
    store: Store,
    account: Account,
    passkey: UUID,
    proof: Proof,
    counted: Counted,
    *,
    required: bool,
) -> None:
    """Remove it. With the last one ends a second factor that has no app; refused where a school
    requires one, or nothing else lets the account in."""
    await prove_fully(store, account, proof, counted)
    async with store.transaction() as transaction:
        if await transaction.first(drop_passkey, ref=passkey, account=account.id) is None:
            raise refused(Code.NOT_FOUND, NONE, "id")
        if not await transaction.fetch(passkeys_of_account, account=account.id):
            await _without(transaction, account, required=required)
        await tell_of_change(transaction, account.id)
    viewers_of(store).forget(account.id)


async def _without(transaction: Reader, account: Account, *, required: bool) -> None:
    """What follows when no passkey is left."""
    stored = await transaction.first(account_by_id, account=account.id)
    if stored is None:
        return
    if stored.without_password and not await transaction.fetch(
        identities_of_account, account=account.id
    ):
        raise refused(Code.IN_USE, LAST, "id")
    factor = await transaction.first(second_factor_of_account, account=account.id)
    has_app = factor is not None and factor.secret is not None
    if stored.second_factor_at is None or has_app:
        return
    if required:
        raise refused(Code.FORBIDDEN, REQUIRED, "id")
    await remove(transaction, account.id)


def _name(typed: str) -> str:
    name = " ".join(typed.split())
    if not 0 < len(name) <= LONGEST_NAME:
        message = f"A name has 1 to {LONGEST_NAME} characters."
        raise refused(Code.BAD_INPUT, message, "name")
    return text_of(name, LONGEST_NAME, "name")


async def owned(store: Store, account: UUID) -> list[Passkey]:
    return cast("list[Passkey]", await store.fetch(passkeys_of_account, account=account))
