"""Identifiers that the application makes itself, so that clients may also choose them."""

import os
from uuid import UUID

from domain.clock import milliseconds

RANDOM_BITS = 74
_last = (0, 0)


def uuid7() -> UUID:
    """A UUID version 7 (RFC 9562): 48 bits of milliseconds, then 74 random bits, which grow within
    a millisecond, so that what one process makes keeps its order."""
    global _last
    time, bits = milliseconds(), int.from_bytes(os.urandom(10), "big") >> 80 - RANDOM_BITS
    if time == _last[0]:
        bits = (_last[1] + 1 + (bits >> 42)) % (1 << RANDOM_BITS)
    _last = time, bits
    high, low = bits >> 62, bits & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=time << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
