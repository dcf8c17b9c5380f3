"""Access codes: 80 random bits as letters and digits, with a check character.

A code is written as four groups, such as `7KQ4-M2XD-HW9P-3TRVA`. Its alphabet has no 0, O, 1 or I.
The check character makes a weighted sum of all characters zero in the field of 32 elements. All
weights differ and none is zero, so that a wrong character is told, and so are two characters that
changed places, before anything is looked up.
"""

import secrets
import unicodedata
from hashlib import sha256

from domain.enums import DescribedEnum

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
BITS = 80
LENGTH = BITS // 5 + 1
"""Characters of a code, the check character included."""
GROUPS = (4, 4, 4, 5)
LONGEST_INPUT = 400
"""Characters that are read at all: an address with a code may be pasted."""
NEITHER = frozenset("0O1I")
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_LOOK_ALIKES = str.maketrans(
    # Cyrillic, then Greek letters that are drawn as Latin ones.
    "АВЕКМНРСТУХЅЈЗԚԜΑΒΕΖΗΚΜΝΡΤΥΧОІΟΙ",
    "ABEKMHPCTYXSJ3QWABEZHKMNPTYXOIOI",
)
_SEPARATORS = frozenset("._/|,;:'\"")


class Mistyped(ValueError):
    """What was typed is no code; the message says what may be wrong with it, of itself alone."""


class AccessCodeState(DescribedEnum):
    """What has become of an access code."""

    OPEN = "OPEN", "It may be used."
    USED = "USED", "An account has been tied to its person."
    UNDONE = "UNDONE", "An account had been tied to its person, and is no more: it was another's."
    REVOKED = "REVOKED", "It was taken back, or another was made after it."
    EXPIRED = "EXPIRED", "Its last day is over."


class AccessRole(DescribedEnum):
    """What people whom codes are made for are in the school."""

    STUDENT = "STUDENT", "Students."
    GUARDIAN = "GUARDIAN", "Guardians of students."
    TEACHER = "TEACHER", "Teachers."


def new_code() -> str:
    """A code that nobody has had before, without separators."""
    bits = secrets.randbits(BITS)
    return with_check("".join(ALPHABET[bits >> 5 * place & 31] for place in range(LENGTH - 1)))


def with_check(body: str) -> str:
    return body + ALPHABET[_sum(body)]


def shown(code: str) -> str:
    """The code in groups, as people read it."""
    groups, start = [], 0
    for size in GROUPS:
        groups.append(code[start : start + size])
        start += size
    return "-".join(groups)


def read(typed: str) -> str:
    """The code that was typed: case, spaces, hyphens, full-width letters, and Cyrillic and Greek
    letters that look like Latin ones do not matter, nor does an address before a `#`."""
    if len(typed) > LONGEST_INPUT:
        raise Mistyped("This is too long for a code")
    folded = unicodedata.normalize("NFKC", typed.rpartition("#")[2])
    letters = "".join(_upper(each) for each in folded if not _separates(each))
    letters = letters.translate(_LOOK_ALIKES)
    if unknown := next((each for each in letters if each not in _VALUES), None):
        if unknown in NEITHER:
            raise Mistyped("A code has no 0, O, 1 or I: look at it again")
        raise Mistyped("A code has only letters and digits: look at it again")
    if len(letters) != LENGTH:
        raise Mistyped(f"A code has {LENGTH} letters and digits, and this has {len(letters)}")
    if _sum(letters[:-1]) != _VALUES[letters[-1]]:
        raise Mistyped("This code is mistyped: compare it with the sheet, letter by letter")
    return letters


def hash_of(code: str) -> bytes:
    """What is stored of a code. A plain SHA-256 is enough: of 80 random bits there is no list to
    try, and to try them all against a stolen table takes longer than any code lasts."""
    return sha256(f"gradebook access code\0{code}".encode()).digest()


def _upper(letter: str) -> str:
    upper = letter.upper()
    return upper if len(upper) == 1 else letter


def _separates(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category in ("Zs", "Pd", "Cc", "Cf") or letter in _SEPARATORS


def _sum(body: str) -> int:
    """The sum of the characters' values, each times a power of the field's generator."""
    total = 0
    for letter in body:
        total = _times_two(total ^ _VALUES[letter])
    return total


def _times_two(value: int) -> int:
    """By the generator of the field of 32 elements, modulo x^5 + x^2 + 1."""
    value <<= 1
    return value ^ 0b100101 if value & 32 else value
