"""Signing in with a passkey: alone, if it has verified its user, or after the password."""

from dataclasses import dataclass, replace
from typing import Any, cast

from db.reading.passkeys import AccountOfPasskey, account_by_passkey, passkeys_of_account
from db.reading.second_factors import ChallengedAccount, account_by_challenge
from db.store import Store
from db.tables.accounts import Account
from db.writing.identities import go_on_with_provider_session
from db.writing.passkeys import use_passkey
from db.writing.second_factors import use_challenge
from domain.audit import Tally
from domain.refusals import UserErrorCode, refused
from domain.relying_party import RelyingParty
from resolvers.asking import Asking
from resolvers.passkeys import Signed, Unproven, ask_to_sign, id_of, log, signed
from resolvers.second_factors import Counted
from resolvers.second_steps import LONGEST_CHALLENGE, OVER
from resolvers.sessions import SignedIn, begin, enter, hash_of
from resolvers.tallies import tallies_of
from resolvers.throttle import key_of_place

WRONG = "This passkey lets nobody in. Sign in in another way, or begin again."
UNVERIFIED = "This passkey has not asked who you are: sign in with your password, and then with it."


@dataclass(frozen=True, slots=True)
class Entered:
    begun: SignedIn
    remembered: bool


async def ask(store: Store, party: RelyingParty, challenge: str | None, asking: Asking) -> str:
    """What the browser is to have signed; with the challenge of a sign-in, by a passkey of its
    account."""
    if asking.throttle is not None:
        await asking.throttle.admit(store, asking.address)
    if challenge is None:
        return await ask_to_sign(store, party)
    waiting = await _waiting(store, challenge)
    existing = await store.fetch(passkeys_of_account, account=waiting.id)
    return await ask_to_sign(store, party, [each.credential_id for each in existing])


async def sign_in(
    store: Store, party: RelyingParty, answer: str, challenge: str | None, asking: Asking
) -> Entered:
    """Begin the session of whose passkey has signed."""
    if asking.throttle is not None:
        await asking.throttle.admit(store, asking.address)
    if challenge is not None:
        return await _after_password(store, party, answer, challenge, asking)
    account, shown = await _shown(store, party, answer)
    if not shown.user_verified:
        raise refused(UserErrorCode.UNAUTHENTICATED, UNVERIFIED, "credential")
    device = replace(asking.device, method="PASSKEY")
    place = key_of_place(asking.address)
    begun = await enter(store, account, place, device, asking.limits, two_factors=True)
    return Entered(begun, device.remembered)


async def _after_password(
    store: Store, party: RelyingParty, answer: str, challenge: str, asking: Asking
) -> Entered:
    token_hash = hash_of(challenge[:LONGEST_CHALLENGE])
    await Counted(asking.throttle, asking.address).codes(store, "challenge", token_hash.hex())
    waiting = await _waiting(store, challenge)
    account, _ = await _shown(store, party, answer)
    if account.id != waiting.id:
        tallies_of(store).count(waiting.id, Tally.WRONG_CODE)
        raise refused(UserErrorCode.UNAUTHENTICATED, WRONG, "credential")
    if await store.first(use_challenge, token_hash=token_hash) is None:
        raise refused(UserErrorCode.CODE_EXPIRED, OVER, "challenge")
    told = cast("ChallengedAccount", waiting)
    device = replace(asking.device, remembered=told.remembered, method="PASSKEY")
    begun = await begin(store, account, told.place_hash, device, asking.limits)
    await store.fetch(
        go_on_with_provider_session,
        challenge_hash=token_hash,
        new_token_hash=hash_of(begun.token),
    )
    return Entered(begun, told.remembered)


async def _waiting(store: Store, challenge: str) -> Account:
    """The account of a sign-in that waits for its second step."""
    found: Any = await store.first(
        account_by_challenge, token_hash=hash_of(challenge[:LONGEST_CHALLENGE])
    )
    if found is None:
        raise refused(UserErrorCode.CODE_EXPIRED, OVER, "challenge")
    return cast("Account", found)


async def _shown(store: Store, party: RelyingParty, answer: str) -> tuple[Account, Signed]:
    """Whose passkey has signed, and its count noted; nothing tells why it shows nothing."""
    found: Any = None
    try:
        credential_id = id_of(answer)
        found = await store.first(account_by_passkey, credential_id=credential_id)
        if found is None:
            raise Unproven("no such passkey")
        passkey = cast("AccountOfPasskey", found)
        shown = await signed(store, party, answer, passkey.public_key, passkey.sign_count)
        used = await store.first(
            use_passkey,
            credential_id=credential_id,
            read_count=passkey.sign_count,
            new_sign_count=shown.sign_count,
            new_synced=shown.synced,
        )
        if used is None:
            raise Unproven("it was used at the same moment")
    except Unproven as why:
        log.info("A passkey shows nothing: %s", why)
        if found is not None:
            tallies_of(store).count(found.id, Tally.WRONG_CODE)
        raise refused(UserErrorCode.UNAUTHENTICATED, WRONG, "credential") from None
    return cast("Account", found), shown
