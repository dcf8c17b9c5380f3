"""Passwords: argon2id on threads of its own, never on the event loop."""

import asyncio
import os
import secrets
from base64 import b64encode
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from domain.errors import Code, Problem
from domain.passwords import LONGEST, Measured, measured, normalised, refusal_of

T = TypeVar("T")
MOST_WAITING = 200
# OWASP's floor for argon2id: 19 MiB, two passes.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def _of_nobody(like: PasswordHasher) -> str:
    """A hash of no password, with these parameters: to make a real one takes a while."""
    salt, of = (
        b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (like.salt_len, like.hash_len)
    )
    cost = f"m={like.memory_cost},t={like.time_cost},p={like.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${cost}${salt}${of}"


_unknown = _of_nobody(_hasher)
_threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="argon2")
_places = BoundedSemaphore(MOST_WAITING)


async def hash_password(password: str) -> str:
    return await _on_a_thread(lambda: _hasher.hash(normalised(password)))


async def verify(stored: str | None, password: str) -> bool:
    """Whether it is the password; it takes as long where there is nothing to compare it with."""
    if len(password) > LONGEST * 4:  # which is too long in any writing
        return False
    right = await _on_a_thread(lambda: _verified(stored or _unknown, normalised(password)))
    return right and stored is not None


async def refusal(password: str, names: Iterable[str | None]) -> str | None:
    """Why the password may not be chosen: the lists of known ones take a while to be read first."""
    known = tuple(name for name in names if name)
    return await _on_a_thread(lambda: refusal_of(password, known))


async def measure(password: str, names: Iterable[str]) -> Measured:
    """How strong the password is; it takes some milliseconds."""
    names = tuple(names)
    return await _on_a_thread(lambda: measured(password, names))


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than new ones are."""
    return _hasher.check_needs_rehash(stored)


def _verified(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


async def _on_a_thread(work: Callable[[], T]) -> T:
    """Where too many wait already, say so at once; a place is free when its work has ended."""
    if not _places.acquire(blocking=False):
        raise Problem(Code.RATE_LIMITED, "Too many are signing in. Try again in a moment.")
    done: Future[T] = _threads.submit(work)
    done.add_done_callback(lambda _: _places.release())
    return await asyncio.wrap_future(done)
