"""Sessions: signing in and out, and the viewer of a session's token."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

from db.reading.accounts import account_by_id
from db.reading.passkeys import passkeys_of_account
from db.reading.second_factors import second_factor_of_account, trusted_device_by_token
from db.reading.viewer import SessionAccount, account_by_session, memberships_of_account
from db.rows import own_columns
from db.store import Reader, Store
from db.tables.accounts import Account
from db.tables.feed import RIGHTS
from db.writing.access_codes import drop_old_confirmations
from db.writing.audit import note
from db.writing.feed import publish
from db.writing.identities import (
    drop_old_pending_identities,
    drop_old_provider_sessions,
    drop_old_provider_sign_ins,
    go_on_with_provider_session,
)
from db.writing.passkeys import drop_old_passkey_challenges
from db.writing.passwords import drop_old_password_codes
from db.writing.retention import drop_old_sessions
from db.writing.second_factors import begin_challenge, drop_old_challenges, drop_old_devices
from db.writing.sessions import (
    account_by_login,
    begin_session,
    end_session,
    rehash_account,
    renew_session,
    session_at_place,
)
from db.writing.sign_in_tries import drop_full_tries
from domain.audit import AuditKind, Tally
from domain.clock import now
from domain.devices import device_of
from domain.errors import Code, Problem
from domain.ids import uuid7
from domain.logins import canonical
from domain.session_limits import USUAL, SessionLimits
from resolvers.new_sign_ins import tell_if_new
from resolvers.passwords import hash_password, is_outdated, verify
from resolvers.session_reads import session_reads_of
from resolvers.tallies import tallies_of
from resolvers.throttle import Throttle, key_of_place
from resolvers.used_sessions import used_sessions_of
from resolvers.viewer import Viewer, load_viewer, viewer_of_rows
from resolvers.viewers import NOTED_EVERY, viewers_of

__all__ = [
    "LASTS", "CodeNeeded", "Device", "SignedIn", "begin", "canonical", "enter", "hash_password",
    "sign_in", "sign_out", "viewer_of",
]  # fmt: skip
WRONG = "Login or password is wrong."
CLOSED = "This account signs nobody in at present: ask the school's office."
LASTS = USUAL.lasts
"""How long the network of a session stays known, at least."""
CODE_WITHIN = timedelta(minutes=5)
"""How soon a code has to follow the password."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`token` is told once, to the client, and stored nowhere."""

    token: str
    viewer: Viewer
    ends_at: datetime


class CodeNeeded(Exception):
    """The password was right, and a second step is to follow: `challenge` is told once, to the
    client. The account has an `app` for codes, or a `passkey`, or both."""

    def __init__(
        self, challenge: str, expires_at: datetime, *, app: bool = True, passkey: bool = False
    ) -> None:
        super().__init__("A code is needed.")
        self.challenge = challenge
        self.expires_at = expires_at
        self.app = app
        self.passkey = passkey


def hash_of(token: str) -> bytes:
    return sha256(token.encode()).digest()


async def viewer_of(store: Store, token: str, limits: SessionLimits = USUAL) -> Viewer | None:
    """Whose session it is; None where there is none, or it has ended."""
    known, token_hash = viewers_of(store), hash_of(token)
    viewer = known.get(token_hash) or await known.renewed(token_hash)
    if viewer is None:
        return await viewer_anew(store, token, limits)
    if known.is_to_be_noted(token_hash):
        used_sessions_of(store).note(token_hash)
    return viewer


async def viewer_anew(store: Store, token: str, limits: SessionLimits = USUAL) -> Viewer | None:
    """As `viewer_of`, by the rights of this moment, whatever the process remembers."""
    known, token_hash = viewers_of(store), hash_of(token)
    age, time = known.age, now()
    rows: Sequence[Any]
    if store.distributed:
        given = {"token_hash": token_hash, "now": time, "idle_since": time - limits.idle}
        rows = await store.fetch(account_by_session, **given)
    else:
        rows = await session_reads_of(store).rows(token_hash, limits.idle)
    if not rows:
        return None
    session = cast(SessionAccount, rows[0])
    used_at = session.last_used_at
    if used_at < time - NOTED_EVERY:
        used_sessions_of(store).note(token_hash)
        used_at = time
    ends = min(session.expires_at, used_at + limits.idle)
    account = own_columns(session, Account)
    if store.distributed:
        viewer = await load_viewer(store, account, ends)
    else:
        held = [row for row in rows if row.school_id is not None]
        viewer = await viewer_of_rows(store, account, held, ends)
    known.keep(token_hash, viewer, age)
    return viewer


@dataclass(frozen=True, slots=True)
class Device:
    """What a session is begun on; it may be `remembered` for longer than a day."""

    user_agent: str = ""
    remembered: bool = True
    method: str = "PASSWORD"


async def sign_in(
    store: Store,
    login: str,
    password: str,
    *,
    address: str = "",
    throttle: Throttle | None = None,
    device: Device = Device(),
    limits: SessionLimits = USUAL,
    device_token: str | None = None,
) -> SignedIn:
    """Begin a session; a wrong password, an unknown login and a temporary password that is over are
    told apart by nothing. Raises `CodeNeeded` where the account has a second factor."""
    login, place = canonical(login), key_of_place(address)
    if throttle is not None:
        await throttle.admit(store, address)
        known = await store.first(session_at_place, place_hash=place) is not None
        await throttle.take_login(store, login, address, known=known)
    account = await store.first(account_by_login, login=login)
    right = await verify(account.password_hash if account else None, password)
    if account is None or not account.active or not right or _is_over(account):
        if account is not None:
            tallies_of(store).count(account.id, Tally.WRONG_PASSWORD)
        raise Problem(Code.UNAUTHENTICATED, WRONG)
    if throttle is not None:
        await throttle.give_login_back(store, login, address, known=known)
    await _rehash(store, account, password)
    if account.second_factor_at is not None:
        device_hash = hash_of(device_token) if device_token else None
        device = await _trusted(store, account, place, device, device_hash)
    return await begin(store, account, place, device, limits)


async def enter(
    store: Store,
    account: Account,
    place: bytes,
    device: Device,
    limits: SessionLimits,
    *,
    two_factors: bool,
    device_hash: bytes | None = None,
) -> SignedIn:
    """Begin a session of somebody who has shown by other means than the password who they are, with
    `two_factors` or with one. Raises `CodeNeeded` where the account has a second one, and does not
    trust the device."""
    if not account.active or _is_over(account):
        raise Problem(Code.UNAUTHENTICATED, CLOSED)
    if account.second_factor_at is not None and not two_factors:
        device = await _trusted(store, account, place, device, device_hash)
    return await begin(store, account, place, device, limits)


async def _trusted(
    store: Store, account: Account, place: bytes, device: Device, token_hash: bytes | None
) -> Device:
    """The device, where the account trusts it; or else a code is needed."""
    known = await store.first(
        trusted_device_by_token, token_hash=token_hash or b"", account=account.id
    )
    if known is not None:
        return replace(device, method="TRUSTED_DEVICE")
    challenge, expires_at = secrets.token_urlsafe(32), now() + CODE_WITHIN
    await store.fetch(
        begin_challenge,
        account=account.id,
        new_token_hash=hash_of(challenge),
        new_expires_at=expires_at,
        new_place_hash=place,
        new_remembered=device.remembered,
    )
    factor = await store.first(second_factor_of_account, account=account.id)
    passkeys = await store.fetch(passkeys_of_account, account=account.id)
    app = factor is not None and factor.secret is not None
    raise CodeNeeded(challenge, expires_at, app=app, passkey=bool(passkeys))


def _is_over(account: Account) -> bool:
    return account.temporary_until is not None and account.temporary_until <= now()


async def begin(
    store: Store,
    account: Account,
    place: bytes,
    device: Device = Device(),
    limits: SessionLimits = USUAL,
) -> SignedIn:
    """Begin a session of the account, which has shown who it is."""
    time = now()
    token, expires_at = (
        secrets.token_urlsafe(32),
        time + (limits.lasts if device.remembered else limits.brief),
    )
    shown, age = device_of(device.user_agent), viewers_of(store).age
    viewer = await load_viewer(store, account, min(expires_at, time + limits.idle))
    subject = "Account", account.id, None, device.method
    async with store.transaction() as transaction:
        await transaction.run(
            begin_session,
            token_hash=hash_of(token),
            account_id=account.id,
            created_at=time,
            expires_at=expires_at,
            place_hash=place,
            id=uuid7(),
            last_used_at=time,
            device=shown,
            method=device.method,
        )
        for school in sorted(viewer.schools.keys() | viewer.held):
            await note(transaction, school, account.id, AuditKind.SIGNED_IN.value, subject)
    await tell_if_new(store, account, hash_of(token), place, shown)
    viewers_of(store).keep(hash_of(token), viewer, age)
    return SignedIn(token, viewer, expires_at)


async def renew(
    store: Store, token: str, limits: SessionLimits = USUAL
) -> tuple[SignedIn, bool] | None:
    """Give the session another token, and tell whether the device is remembered; None where it has
    ended."""
    fresh, known = secrets.token_urlsafe(32), viewers_of(store)
    async with store.transaction() as transaction:
        session = await transaction.first(
            renew_session, token_hash=hash_of(token), new_token_hash=hash_of(fresh)
        )
        if session is None:
            return None
        await transaction.run(
            go_on_with_provider_session,
            challenge_hash=hash_of(token),
            new_token_hash=hash_of(fresh),
        )
        account = cast(
            "Account", await transaction.first(account_by_id, account=session.account_id)
        )
        await tell_of_change(transaction, account.id)  # the old token stands for nobody
    known.drop(hash_of(token))
    viewer = await load_viewer(store, account, session.expires_at)
    remembered = session.expires_at - session.created_at > limits.brief
    return SignedIn(fresh, viewer, session.expires_at), remembered


async def _rehash(store: Store, account: Account, password: str) -> None:
    stored = account.password_hash
    if is_outdated(stored):
        fresh = await hash_password(password)
        await store.fetch(rehash_account, account=account.id, stored=stored, hash=fresh)


async def sign_out(store: Store, token: str) -> None:
    """End the session in every process; ending one that is over is no error."""
    viewer = await viewer_of(store, token)
    async with store.transaction() as transaction:
        await transaction.run(end_session, token_hash=hash_of(token), now=now())
        if viewer is not None:
            await tell_of_end(transaction, viewer)
    viewers_of(store).drop(hash_of(token))


async def tell_of_end(transaction: Reader, viewer: Viewer) -> None:
    """Tell every process that sessions of the viewer's account have ended."""
    if schools := viewer.schools.keys() | viewer.held:
        await tell_of_end_in(transaction, min(schools), viewer.account.id)


async def tell_of_change(transaction: Reader, account: UUID) -> None:
    """Tell every process that the account's rights have changed."""
    held = await transaction.fetch(memberships_of_account, account=account)
    if held:
        await tell_of_end_in(transaction, min(row.school_id for row in held), account)


async def tell_of_end_in(transaction: Reader, school_id: int, account_id: UUID) -> None:
    await transaction.run(
        publish,
        school=school_id,
        seq=[1],
        ref=[account_id],
        version=[1],
        new_topic=RIGHTS,
        new_change="SIGNED_OUT",
    )


async def drop_old(store: Store, limits: SessionLimits = USUAL) -> None:
    """Sessions that would be over by now, codes that are, and counts of tries that say nothing any
    more."""
    await store.fetch(drop_old_sessions, before=now() - max(LASTS, limits.lasts))
    await store.fetch(drop_old_password_codes, before=now() - timedelta(days=1))
    await store.fetch(drop_old_challenges)
    await store.fetch(drop_old_devices)
    await store.fetch(drop_old_provider_sign_ins)
    await store.fetch(drop_old_pending_identities)
    await store.fetch(drop_old_provider_sessions)
    await store.fetch(drop_old_passkey_challenges)
    await store.fetch(drop_full_tries)
    await store.fetch(drop_old_confirmations, before=now() - LASTS)
