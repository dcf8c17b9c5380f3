"""Passwords that cost little, for gateways of this process: what argon2 costs is tested by itself,
and people sign in all the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from argon2 import PasswordHasher

from resolvers import passwords

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@contextmanager
def quick_passwords(password: str) -> Iterator[str]:
    """Yields the hash of the password that everybody has."""
    hashed = QUICK.hash(password)
    with patch.multiple(passwords, _hasher=QUICK, _unknown=hashed):
        yield hashed
