"""Identifiers that the application makes itself, so that clients may also choose them."""

import os
from uuid import UUID

from domain.clock import milliseconds


def uuid7() -> UUID:
    """A UUID version 7 (RFC 9562): 48 bits of milliseconds, then 74 random bits."""
    random = int.from_bytes(os.urandom(10), "big")
    high = (random >> 68) & 0xFFF
    low = random & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=milliseconds() << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
