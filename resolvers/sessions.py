"""Sessions: signing in and out, and the viewer of a session's token."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import cast

from db.reading.viewer import SessionAccount, account_by_session
from db.store import Store
from db.tables.accounts import Account
from db.tables.columns import now
from db.writing.access_codes import drop_old_confirmations
from db.writing.feed import publish
from db.writing.retention import drop_old_sessions
from db.writing.sessions import (
    KnownAccount,
    account_by_login,
    begin_session,
    end_session,
    rehash_account,
)
from db.writing.sign_in_tries import drop_full_tries
from domain.errors import Code, Problem
from domain.ids import uuid7
from domain.logins import canonical
from resolvers.passwords import LONGEST_PASSWORD, hash_password, is_outdated, verify
from resolvers.throttle import Throttle, key_of_login, key_of_place
from resolvers.viewer import Viewer, load_viewer
from resolvers.viewers import viewers_of

__all__ = [
    "LASTS", "LONGEST_PASSWORD", "SignedIn", "begin", "canonical", "hash_password", "sign_in",
    "sign_out", "viewer_of",
]  # fmt: skip
LASTS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`token` is told once, to the client, and stored nowhere."""

    token: str
    viewer: Viewer


def hash_of(token: str) -> bytes:
    return sha256(token.encode()).digest()


async def viewer_of(store: Store, token: str) -> Viewer | None:
    """Whose session it is; None where there is none, or it has ended."""
    known = viewers_of(store).get(hash_of(token))
    return await viewer_anew(store, token) if known is None else known


async def viewer_anew(store: Store, token: str) -> Viewer | None:
    """As `viewer_of`, by the rights of this moment, whatever the process remembers."""
    known, token_hash = viewers_of(store), hash_of(token)
    age = known.age
    account = await store.first(account_by_session, token_hash=token_hash)
    if account is None:
        return None
    viewer = await load_viewer(store, account, cast(SessionAccount, account).expires_at)
    known.keep(token_hash, viewer, age)
    return viewer


async def sign_in(
    store: Store, login: str, password: str, *, address: str = "", throttle: Throttle | None = None
) -> SignedIn:
    """Begin a session; a wrong password and an unknown login are told apart by nothing."""
    login = canonical(login)
    place = key_of_place(login, address)
    if throttle is not None:
        await throttle.admit(store, address)
    account = await store.first(account_by_login, login=login, place_hash=place)
    known = account is not None and cast(KnownAccount, account).known
    counted_by = place if known else key_of_login(login)
    if throttle is not None:
        await throttle.logins.take(store, counted_by)
    right = await verify(account.password_hash if account else None, password)
    if account is None or not account.active or not right:
        raise Problem(Code.UNAUTHENTICATED, "Login or password is wrong.")
    if throttle is not None:
        await throttle.logins.give_back(store, counted_by)
    await _rehash(store, account, password)
    return await begin(store, account, place)


async def begin(store: Store, account: Account, place: bytes) -> SignedIn:
    """Begin a session of somebody who has proved who they are."""
    token, expires_at = secrets.token_urlsafe(32), now() + LASTS
    await store.fetch(
        begin_session,
        token_hash=hash_of(token),
        account_id=account.id,
        created_at=now(),
        expires_at=expires_at,
        place_hash=place,
        id=uuid7(),
        last_used_at=now(),
        device=None,
        method="PASSWORD",
    )
    age = viewers_of(store).age
    viewer = await load_viewer(store, account, expires_at)
    viewers_of(store).keep(hash_of(token), viewer, age)
    return SignedIn(token, viewer)


async def _rehash(store: Store, account: Account, password: str) -> None:
    stored = account.password_hash
    if is_outdated(stored):
        fresh = await hash_password(password)
        await store.fetch(rehash_account, account=account.id, stored=stored, hash=fresh)


async def sign_out(store: Store, token: str) -> None:
    """End the session in every process; ending one that is over is no error."""
    viewer = await viewer_of(store, token)
    async with store.transaction() as transaction:
        await transaction.run(end_session, token_hash=hash_of(token))
        if viewer is not None and viewer.schools:
            await transaction.run(
                publish,
                school=min(viewer.schools),
                seq=[1],
                ref=[viewer.account.id],
                version=[1],
                new_topic="RIGHTS",
                new_change="SIGNED_OUT",
            )
    viewers_of(store).drop(hash_of(token))


async def drop_old(store: Store) -> None:
    """Sessions that would be over by now, and counts of tries that say nothing any more."""
    await store.fetch(drop_old_sessions, before=now() - LASTS)
    await store.fetch(drop_full_tries)
    await store.fetch(drop_old_confirmations, before=now() - LASTS)
