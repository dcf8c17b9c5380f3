"""The second step of signing in: the code that follows a right password."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from db.reading.second_factors import ChallengedAccount, account_by_challenge
from db.store import Reader, Store
from db.tables.accounts import Account
from db.writing.identities import go_on_with_provider_session
from db.writing.second_factors import trust_device, use_challenge
from domain.audit import Tally
from domain.clock import now
from domain.devices import device_of
from domain.ids import uuid7
from domain.refusals import UserErrorCode, refused
from domain.session_limits import SessionLimits
from resolvers.second_factors import WRONG_CODE, Counted, use_code
from resolvers.sessions import Device, SignedIn, begin, hash_of
from resolvers.tallies import tallies_of

Code = UserErrorCode
TRUSTED_FOR = timedelta(days=30)
LONGEST_CHALLENGE = 100
OVER = "This sign-in took too long, or is over: begin again with login and password."


@dataclass(frozen=True, slots=True)
class Entered:
    """`device_token` is told once, to a device that is trusted from now on."""

    begun: SignedIn
    remembered: bool
    device_token: str | None


async def sign_in_with_code(
    store: Store,
    challenge: str,
    code: str,
    *,
    trust: bool,
    counted: Counted,
    user_agent: str,
    limits: SessionLimits,
) -> Entered:
    """Begin the session that the challenge is of. A wrong code leaves the challenge; a right one
    uses both up. Tries count for the network, the challenge and the account."""
    if counted.throttle is not None:
        await counted.throttle.admit(store, counted.address)
    token_hash = hash_of(challenge[:LONGEST_CHALLENGE])
    await counted.codes(store, "challenge", token_hash.hex())
    found: Any = await store.first(account_by_challenge, token_hash=token_hash)
    if found is None or _is_over(found):
        raise refused(Code.CODE_EXPIRED, OVER, "challenge")
    account, waiting = cast("Account", found), cast("ChallengedAccount", found)
    await counted.codes(store, "second factor", str(account.id))
    token = secrets.token_urlsafe(32) if trust else None
    async with store.transaction() as transaction:
        if await transaction.first(use_challenge, token_hash=token_hash) is None:
            raise refused(Code.CODE_EXPIRED, OVER, "challenge")
        method = await use_code(transaction, account.id, code)
        if method is None:
            tallies_of(store).count(account.id, Tally.WRONG_CODE)
            raise refused(Code.UNAUTHENTICATED, WRONG_CODE, "code")
        if token is not None:
            await _trust(transaction, account, token, user_agent)
    await counted.code_was_right(store, "second factor", str(account.id))
    device = Device(user_agent, waiting.remembered, method)
    begun = await begin(store, account, waiting.place_hash, device, limits)
    await store.fetch(
        go_on_with_provider_session,
        challenge_hash=token_hash,
        new_token_hash=hash_of(begun.token),
    )
    return Entered(begun, waiting.remembered, token)


def _is_over(account: Account) -> bool:
    """Whether it was a temporary password, which is over by now."""
    return account.temporary_until is not None and account.temporary_until <= now()


async def _trust(transaction: Reader, account: Account, token: str, user_agent: str) -> None:
    await transaction.run(
        trust_device,
        account=account.id,
        ref=uuid7(),
        new_token_hash=hash_of(token),
        new_expires_at=now() + TRUSTED_FOR,
        new_device=device_of(user_agent),
    )
