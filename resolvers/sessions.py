"""Sessions: signing in and out, and the viewer of a session's token."""

import asyncio
import os
import secrets
import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from time import monotonic
from typing import TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from db.reading.viewer import account_by_session
from db.store import Store
from db.tables.columns import now
from db.writing.sessions import account_by_login, begin_session, end_session, rehash_account
from domain.errors import Code, Problem
from resolvers.viewer import Viewer, load_viewer

T = TypeVar("T")
LASTS = timedelta(days=30)
FRESH_FOR = 10.0
"""Seconds after which a viewer's rights are read anew."""
MOST_VIEWERS = 20_000
LONGEST_PASSWORD = 256
MOST_WAITING = 200
# OWASP's floor for argon2id: 19 MiB, two passes.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_unknown = _hasher.hash(secrets.token_hex())
_threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="argon2")
_waiting = 0


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`token` is told once, to the client, and stored nowhere."""

    token: str
    viewer: Viewer


class Viewers:
    """The viewers of one store by their token's hash, each for a short while."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, tuple[float, Viewer]] = OrderedDict()

    def get(self, token_hash: bytes) -> Viewer | None:
        since, viewer = self._known.get(token_hash, (-FRESH_FOR, None))
        return viewer if monotonic() - since < FRESH_FOR else None

    def keep(self, token_hash: bytes, viewer: Viewer) -> None:
        self._known[token_hash] = (monotonic(), viewer)
        self._known.move_to_end(token_hash)
        if len(self._known) > MOST_VIEWERS:
            self._known.popitem(last=False)

    def drop(self, token_hash: bytes) -> None:
        self._known.pop(token_hash, None)

    def forget(self, account_id: UUID) -> None:
        for key in [k for k, (_, v) in self._known.items() if v.account.id == account_id]:
            del self._known[key]


_viewers: WeakKeyDictionary[Store, Viewers] = WeakKeyDictionary()


def viewers_of(store: Store) -> Viewers:
    return _viewers.setdefault(store, Viewers())


def hash_of(token: str) -> bytes:
    return sha256(token.encode()).digest()


def canonical(login: str) -> str:
    """A login as it is stored: one writing of each letter, lower-case."""
    return unicodedata.normalize("NFKC", login).strip().lower()


async def viewer_of(store: Store, token: str) -> Viewer | None:
    """Whose session it is; None where there is none, or it has ended."""
    known, token_hash = viewers_of(store), hash_of(token)
    if (viewer := known.get(token_hash)) is not None:
        return viewer
    account = await store.first(account_by_session, token_hash=token_hash)
    if account is None:
        known.drop(token_hash)
        return None
    viewer = await load_viewer(store, account)
    known.keep(token_hash, viewer)
    return viewer


async def sign_in(store: Store, login: str, password: str) -> SignedIn:
    """Begin a session; a wrong password and an unknown login are told apart by nothing."""
    account = await store.first(account_by_login, login=canonical(login))
    stored = account.password_hash if account is not None and account.active else _unknown
    right = await _on_a_thread(lambda: _verified(stored, password))
    if account is None or not account.active or not right:
        raise Problem(Code.UNAUTHENTICATED, "Login or password is wrong.")
    if _hasher.check_needs_rehash(stored):
        fresh = await hash_password(password)
        await store.fetch(rehash_account, account=account.id, hash=fresh)
    token = secrets.token_urlsafe(32)
    await store.fetch(
        begin_session,
        token_hash=hash_of(token),
        account_id=account.id,
        created_at=now(),
        expires_at=now() + LASTS,
    )
    viewer = await load_viewer(store, account)
    viewers_of(store).keep(hash_of(token), viewer)
    return SignedIn(token, viewer)


async def sign_out(store: Store, token: str) -> None:
    """End the session; ending one that is over is no error."""
    await store.fetch(end_session, token_hash=hash_of(token))
    viewers_of(store).drop(hash_of(token))


async def hash_password(password: str) -> str:
    return await _on_a_thread(lambda: _hasher.hash(password))


def _verified(stored: str, password: str) -> bool:
    try:
        return len(password) <= LONGEST_PASSWORD and _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


async def _on_a_thread(work: Callable[[], T]) -> T:
    """Away from the event loop; where too many wait already, say so at once."""
    global _waiting
    if _waiting >= MOST_WAITING:
        raise Problem(Code.RATE_LIMITED, "Too many are signing in. Try again in a moment.")
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work)
    finally:
        _waiting -= 1
