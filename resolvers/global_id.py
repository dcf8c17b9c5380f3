"""Relay's global ids: opaque to clients, they carry noun, school and id."""

import binascii
from base64 import urlsafe_b64decode
from binascii import b2a_base64
from functools import lru_cache
from uuid import UUID

from domain.errors import Problem, bad_input

CODES: dict[str, bytes] = {}
NOUNS: dict[bytes, str] = {}
SAFE = bytes.maketrans(b"+/", b"-_")
LENGTH = 30
"""Of the characters of a global id: base64 of 22 bytes, without padding."""
Key = tuple[int, UUID]
"""A school, and the id of a record in it."""
NIL = UUID(int=0)
"""The id of what a school or an account alone names."""


def register(noun: str, code: str) -> None:
    """Have ids of the noun begin with the code of two letters; TypeError where it is taken."""
    packed = code.encode("ascii")
    if len(packed) != 2 or packed in NOUNS or noun in CODES:
        taken = NOUNS.get(packed, noun)
        raise TypeError(f"The code {code!r} of a {noun} is not two letters, or that of {taken}.")
    CODES[noun] = packed
    NOUNS[packed] = noun


def make(noun: str, school_id: int, id_: UUID) -> str:
    packed = _opening(noun, school_id) + id_.bytes
    return b2a_base64(packed, newline=False).translate(SAFE)[:LENGTH].decode()


@lru_cache(maxsize=4_096)
def read(text: str) -> tuple[str, int, UUID]:
    """The noun, school and id of a global id; BAD_INPUT where it is none."""
    try:
        packed = urlsafe_b64decode(text + "==")
        noun = NOUNS[packed[:2]]
    except (binascii.Error, ValueError, KeyError):
        raise malformed(text) from None
    if len(packed) != 22:
        raise malformed(text)
    school, id_ = int.from_bytes(packed[2:6], "big") & 0x7FFF_FFFF, UUID(bytes=packed[6:])
    if make(noun, school, id_) != text:
        raise malformed(text)
    return noun, school, id_


@lru_cache(maxsize=4_096)
def _opening(noun: str, school_id: int) -> bytes:
    return CODES[noun] + school_id.to_bytes(4, "big")


def parse(text: str, noun: str) -> Key:
    """The school and id of a global id of `noun`; BAD_INPUT where it is of another."""
    found, school_id, id_ = read(text)
    if found != noun:
        raise bad_input(f"{text!r} is the id of a {found}, not of a {noun}.")
    return school_id, id_


def malformed(text: str) -> Problem:
    shown = text if len(text) <= 60 else text[:57] + "..."
    return bad_input(f"{shown!r} is not an id that this server gave.")


register("Account", "Ac")
