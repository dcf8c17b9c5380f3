"""The second factor of an account: set up, confirmed, asked for, and ended by who may.

Secrets are sealed with a key of the database, each for its account alone; recovery codes are
hashed. Whoever sets one up, ends it or makes new recovery codes shows again who they are.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

import segno

from db.reading.accounts import account_by_id
from db.reading.feed import feed_key
from db.reading.second_factors import second_factor_of_account
from db.reading.viewer import session_by_token
from db.store import Reader, Store
from db.tables.accounts import Account
from db.tables.second_factors import SecondFactor
from db.writing.second_factors import (
    add_recovery_codes,
    confirm_second_factor,
    distrust_devices,
    drop_challenges,
    drop_recovery_codes,
    drop_second_factor,
    mark_second_factor,
    prepare_second_factor,
    unmark_second_factor,
    use_code_of_step,
    use_recovery_code,
)
from db.writing.sessions import end_other_sessions
from domain import access_codes
from domain.access_codes import Mistyped
from domain.audit import Tally
from domain.clock import now
from domain.refusals import UserErrorCode, refused
from domain.sealing import Seal
from domain.second_factor import digits_of, new_secret, step_of, uri_of, written
from resolvers.account_steps import note_own, tell_owner
from resolvers.mail import letter
from resolvers.passwords import verify
from resolvers.sessions import hash_of, tell_of_change
from resolvers.tallies import tallies_of
from resolvers.throttle import Throttle, key_of
from resolvers.viewers import viewers_of

Code = UserErrorCode
SECOND_FACTOR_CHANGED = letter("second_factor_changed")
CODES = 10
CONFIRMED_WITHIN = timedelta(minutes=30)
FRESH_FOR = timedelta(minutes=10)
SHOWS_AGAIN = frozenset({"PASSKEY", "PROVIDER", "CODE", "RECOVERY_CODE"})
NOT_ON = "You have no second factor."
WRONG_CODE = "This code is wrong, or was used already. Type the one that the app shows now."
NOTHING_PENDING = "Begin with `beginSecondFactor`: no secret waits to be confirmed any more."
REQUIRED = "Your school requires a second factor of its staff."


@dataclass(frozen=True, slots=True)
class Shown:
    """A new secret, which is told once."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class Proof:
    """With what somebody who is signed in shows again who they are. The `token` of their session
    is enough where they have just done so, in another way than by the password alone."""

    password: str | None = None
    code: str | None = None
    token: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts the tries of a request."""

    throttle: Throttle | None
    address: str

    async def codes(self, store: Store, *parts: str) -> None:
        if self.throttle is not None:
            await self.throttle.codes.take(store, key_of(*parts))

    async def code_was_right(self, store: Store, *parts: str) -> None:
        if self.throttle is not None:
            await self.throttle.codes.give_back(store, key_of(*parts))


def qr_of(uri: str) -> str:
    """The address as a QR code: a `data:` address of an SVG."""
    return str(segno.make(uri).svg_data_uri(scale=4, border=4, light="#fff"))


async def begin(store: Store, account: Account, proof: Proof, counted: Counted) -> Shown:
    """A new secret, by the password. Where there is one in use it stays so until the new one is
    confirmed, and a code of it is needed too."""
    await prove_fully(store, account, proof, counted)
    secret = new_secret()
    seal = await _seal(store)
    await store.fetch(
        prepare_second_factor,
        account=account.id,
        new_coming=seal.seal(_purpose(account.id), secret),
        new_coming_until=now() + CONFIRMED_WITHIN,
    )
    return Shown(written(secret), uri_of(secret, account.login))


async def confirm(
    store: Store, account: Account, token: str, code: str, counted: Counted
) -> list[str]:
    """Ask for codes of the new secret from now on; returns recovery codes, and ends all other
    sessions."""
    await _admit(store, counted)
    await counted.codes(store, "second factor", str(account.id))
    factor = await _factor(store, account.id)
    if factor is None or factor.coming is None or not _still(factor):
        raise refused(Code.NOT_FOUND, NOTHING_PENDING, "code")
    seal = await _seal(store)
    secret = seal.open(_purpose(account.id), factor.coming)
    digits = digits_of(code)
    step = None if digits is None else step_of(secret, digits, now(), None)
    if step is None:
        raise refused(Code.UNAUTHENTICATED, WRONG_CODE, "code")
    await counted.code_was_right(store, "second factor", str(account.id))
    async with store.transaction() as transaction:
        done = await transaction.first(
            confirm_second_factor, account=account.id, new_coming=factor.coming, step=step
        )
        if done is None:
            raise refused(Code.NOT_FOUND, NOTHING_PENDING, "code")
        codes = await turn_on(transaction, account, token)
    viewers_of(store).forget(account.id)
    return codes


async def turn_on(transaction: Reader, account: Account, token: str) -> list[str]:
    """Ask for a second factor from now on; returns recovery codes, and ends all other sessions than
    that of the token."""
    await transaction.run(mark_second_factor, account=account.id, new_second_factor_at=now())
    codes = await _new_codes(transaction, account.id)
    await tell_owner(transaction, account, SECOND_FACTOR_CHANGED, on=True)
    await note_own(transaction, account.id, "SECOND_FACTOR_SET_UP")
    await _end_what_was_begun(transaction, account.id, but=token)
    return codes


async def renew_codes(store: Store, account: Account, proof: Proof, counted: Counted) -> list[str]:
    """New recovery codes; those of before are void."""
    await prove(store, account, proof, counted)
    async with store.transaction() as transaction:
        return await _new_codes(transaction, account.id)


async def end(
    store: Store, account: Account, proof: Proof, counted: Counted, *, required: bool
) -> None:
    if required:
        raise refused(Code.FORBIDDEN, REQUIRED)
    await prove(store, account, proof, counted)
    async with store.transaction() as transaction:
        if not await remove(transaction, account.id):
            raise refused(Code.NOT_THERE, NOT_ON)
        await tell_owner(transaction, account, SECOND_FACTOR_CHANGED, on=False)
        await note_own(transaction, account.id, "SECOND_FACTOR_ENDED")
        await tell_of_change(transaction, account.id)
    viewers_of(store).forget(account.id)


async def remove(transaction: Reader, account: UUID) -> bool:
    """Take the second factor away, with all that hangs on it; False if there was none. Passkeys
    stay, and sign in by themselves."""
    marked = await transaction.first(unmark_second_factor, account=account)
    await transaction.run(drop_second_factor, account=account)
    await transaction.run(drop_recovery_codes, account=account)
    await transaction.run(distrust_devices, account=account)
    await transaction.run(drop_challenges, account=account)
    return marked is not None


async def prove_fully(store: Store, account: Account, proof: Proof, counted: Counted) -> None:
    """Have somebody show again who they are, by all that they have."""
    if proof.password is None and await is_fresh(store, proof.token):
        return
    await _check_password(store, account, proof.password, counted)
    stored = await store.first(account_by_id, account=account.id)
    if stored is not None and stored.second_factor_at is not None:
        await check_code(store, stored, proof.code, counted)


async def is_fresh(store: Store, token: str) -> bool:
    """Whether the session was begun a moment ago, by more than a password or without one."""
    session = await store.first(session_by_token, token_hash=hash_of(token))
    if session is None or session.method not in SHOWS_AGAIN:
        return False
    return session.created_at > now() - FRESH_FOR


async def prove(store: Store, account: Account, proof: Proof, counted: Counted) -> None:
    """Have somebody who has a second factor show again who they are, by password or code."""
    stored = await store.first(account_by_id, account=account.id)
    if stored is None or stored.second_factor_at is None:
        raise refused(Code.NOT_THERE, NOT_ON)
    if proof.password is None and proof.code is None and await is_fresh(store, proof.token):
        return
    if proof.code is not None:
        await _admit(store, counted)
        await check_code(store, stored, proof.code, counted)
    else:
        await _check_password(store, stored, proof.password, counted)


async def check_code(store: Store, account: Account, code: str | None, counted: Counted) -> None:
    """Use up a code of the app or a recovery code; counts the try."""
    if code is None:
        message = "A code is needed too: one of the app that is in use, or a recovery code."
        raise refused(Code.BAD_INPUT, message, "code")
    await counted.codes(store, "second factor", str(account.id))
    async with store.transaction() as transaction:
        if await use_code(transaction, account.id, code) is None:
            tallies_of(store).count(account.id, Tally.WRONG_CODE)
            raise refused(Code.UNAUTHENTICATED, WRONG_CODE, "code")
    await counted.code_was_right(store, "second factor", str(account.id))


async def use_code(transaction: Reader, account: UUID, typed: str) -> str | None:
    """Use up a code of the app or a recovery code; returns which it was, or None."""
    digits = digits_of(typed)
    if digits is None:
        return await _use_recovery_code(transaction, account, typed)
    factor = await _factor(transaction, account)
    if factor is None or factor.secret is None:
        return None
    seal = await _seal(transaction)
    secret = seal.open(_purpose(account), factor.secret)
    step = step_of(secret, digits, now(), factor.last_step)
    if step is None:
        return None
    used = await transaction.first(
        use_code_of_step, account=account, new_secret=factor.secret, step=step
    )
    return None if used is None else "CODE"


async def _use_recovery_code(transaction: Reader, account: UUID, typed: str) -> str | None:
    try:
        code_hash = _recovery_hash(account, access_codes.read(typed))
    except Mistyped:
        return None
    used = await transaction.first(use_recovery_code, account=account, code_hash=code_hash)
    return None if used is None else "RECOVERY_CODE"


def _recovery_hash(account: UUID, code: str) -> bytes:
    return sha256(b"recovery code\0" + account.bytes + code.encode()).digest()


async def _new_codes(transaction: Reader, account: UUID) -> list[str]:
    codes = [access_codes.new_code() for _ in range(CODES)]
    await transaction.run(drop_recovery_codes, account=account)
    hashes = [_recovery_hash(account, code) for code in codes]
    await transaction.run(add_recovery_codes, account=account, hashes=hashes)
    return [access_codes.shown(code) for code in codes]


async def _end_what_was_begun(transaction: Reader, account: UUID, *, but: str) -> None:
    """End what only a password, or the factor of before, has opened."""
    await transaction.run(end_other_sessions, account=account, token_hash=hash_of(but))
    await transaction.run(distrust_devices, account=account)
    await transaction.run(drop_challenges, account=account)
    await tell_of_change(transaction, account)


async def _check_password(
    store: Store, account: Account, password: str | None, counted: Counted
) -> None:
    await _admit(store, counted)
    if password is None:
        raise refused(Code.BAD_INPUT, "The password is needed.", "password")
    key = key_of("password", str(account.id))
    if counted.throttle is not None:
        await counted.throttle.passwords.take(store, key)
    stored = await store.first(account_by_id, account=account.id)
    if stored is None or not await verify(stored.password_hash, password):
        tallies_of(store).count(account.id, Tally.WRONG_PASSWORD)
        raise refused(Code.UNAUTHENTICATED, "The password is wrong.", "password")
    if counted.throttle is not None:
        await counted.throttle.passwords.give_back(store, key)


async def _admit(store: Store, counted: Counted) -> None:
    if counted.throttle is not None:
        await counted.throttle.admit(store, counted.address)


async def _factor(reader: Reader | Store, account: UUID) -> SecondFactor | None:
    row: Any = await reader.first(second_factor_of_account, account=account)
    return cast("SecondFactor | None", row)


def _still(factor: SecondFactor) -> bool:
    return factor.coming_until is not None and factor.coming_until > now()


async def _seal(reader: Reader | Store) -> Seal:
    key = await reader.first(feed_key)
    if key is None:
        raise LookupError("The database has no key: it is not migrated.")
    return Seal(b"second factor", key.secret)


def _purpose(account: UUID) -> bytes:
    return b"second factor" + account.bytes
