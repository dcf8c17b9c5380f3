"""Rules of passwords: long enough, not easy to guess, and nothing about their composition."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from secrets import choice

from domain.enums import DescribedEnum
from domain.keyboards import on_latin_keys

SHORTEST, LONGEST = 8, 256
MEASURED = 40
"""The characters that the strength is measured by: measuring many takes long, and they suffice."""
SIGNS, MOST_SIGNS = frozenset("4@8({[<369!|10$5+7%2"), 10
"""Signs that zxcvbn reads as letters, and how many different ones it is given: it tries all their
readings together, and of twenty signs that takes a second."""
LEAST_NAME = 3
"""Names of fewer letters are part of many words."""
AROUND = re.compile(r"\A[\W\d_]+|[\W\d_]+\Z")
LEET = tuple(str.maketrans("03457@$1!", "oeastas" + of_one) for of_one in ("ii", "ll"))
"""Signs that stand for letters."""
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of temporary passwords: no letter looks like another or like a digit."""


class Strength(DescribedEnum):
    """How hard a password is to guess, by zxcvbn's estimate."""

    VERY_WEAK = "VERY_WEAK", "Guessed at once, in fewer than a thousand guesses."
    WEAK = "WEAK", "Guessed in fewer than a million guesses."
    FAIR = "FAIR", "Guessed in fewer than a hundred million guesses."
    GOOD = "GOOD", "Guessed in fewer than ten thousand million guesses."
    STRONG = "STRONG", "Not guessed, even by who has stolen the database."


class PasswordRefusal(DescribedEnum):
    """Why a password may not be chosen."""

    TOO_SHORT = "TOO_SHORT", f"A password needs at least {SHORTEST} characters."
    TOO_LONG = "TOO_LONG", f"A password may have at most {LONGEST} characters."
    NO_TEXT = "NO_TEXT", "This holds a character that is none."
    REPEATED = "REPEATED", "This password repeats one or two characters: it is guessed at once."
    KNOWN = "KNOWN", "This password is known: it is on the lists that are tried first."
    NAMED = (
        "NAMED",
        "A password may not be the login, the address or a name of its owner or school.",
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """`refused` says why it may not be chosen; `advice` how to make it better."""

    strength: Strength
    refused: PasswordRefusal | None
    advice: str | None

    @property
    def refusal(self) -> str | None:
        return None if self.refused is None else self.refused.description


def normalised(password: str) -> str:
    """One writing for what looks the same (NFC), however a keyboard sends it."""
    return unicodedata.normalize("NFC", password)


def refusal_of(password: str, names: Iterable[str] = ()) -> str | None:
    """Why the password may not be chosen, in a sentence; None if it may."""
    refused = why_refused(password, names)
    return None if refused is None else refused.description


def why_refused(password: str, names: Iterable[str] = ()) -> PasswordRefusal | None:
    """Why the password may not be chosen; None if it may. `names` are those that may not be it: the
    login, the address, the person's and the school's name."""
    # What is too long in any writing is not normalised, which would take long.
    too_long = len(password) > LONGEST * 4
    password = password if too_long else normalised(password)
    if len(password) < SHORTEST:
        return PasswordRefusal.TOO_SHORT
    if len(password) > LONGEST:
        return PasswordRefusal.TOO_LONG
    if "\0" in password or any("\ud800" <= each <= "\udfff" for each in password):
        return PasswordRefusal.NO_TEXT
    plain = password.casefold()
    if len(set(plain)) < LEAST_NAME:
        return PasswordRefusal.REPEATED
    if plain in common() or on_latin_keys(plain) in common() or _is_dressed_up(plain):
        return PasswordRefusal.KNOWN
    bare = _letters(plain)
    if any(plain == name or (bare and not bare.replace(name, "")) for name in _forms(names)):
        return PasswordRefusal.NAMED
    return None


def measured(password: str, names: Iterable[str] = ()) -> Measured:
    """What somebody who chooses a password is told of it."""
    names = tuple(names)
    refused = why_refused(password, names)
    if refused is not None or not password:
        return Measured(Strength.VERY_WEAK, refused, None)
    from zxcvbn import zxcvbn  # its lists take a while, and few processes need them

    plain = _of_few_signs(normalised(password[: LONGEST * 4])[:MEASURED])
    found = zxcvbn(plain, user_inputs=[name for name in names if name])
    keys = on_latin_keys(plain)
    if keys != plain:
        found = min(found, zxcvbn(keys), key=lambda each: each["guesses"])
    feedback = found["feedback"]
    advice = [feedback["warning"], *feedback["suggestions"]]
    told = " ".join(text if text.endswith(".") else f"{text}." for text in advice if text)
    return Measured(list(Strength)[found["score"]], None, told or None)


def _of_few_signs(text: str) -> str:
    """The text without further signs than the first few; it is not stronger than the whole."""
    signs = list(dict.fromkeys(each for each in text if each in SIGNS))
    return "".join(each for each in text if each not in signs[MOST_SIGNS:])


@cache
def common() -> frozenset[str]:
    """Common and breached passwords of zxcvbn's list that are long enough to be chosen."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(each for each in FREQUENCY_LISTS["passwords"] if len(each) >= SHORTEST)


def _is_dressed_up(plain: str) -> bool:
    """Whether it is a known one with digits and signs around it, or in place of its letters, as in
    `Passw0rd!`: such are tried next."""
    cores = {AROUND.sub("", plain), *(AROUND.sub("", plain.translate(each)) for each in LEET)}
    cores |= {AROUND.sub("", plain).translate(each) for each in LEET}
    return any(each in common() or on_latin_keys(each) in common() for each in cores)


def temporary_password() -> str:
    """About 59 bits, in groups that are easy to copy: it is valid for days, and each try counts."""
    return "-".join("".join(choice(ALPHABET) for _ in range(4)) for _ in range(3))


def _forms(names: Iterable[str]) -> Iterable[str]:
    """Each name whole, its letters and its words, and what an address has before its @."""
    for name in names:
        whole = normalised(name).casefold()
        for form in (whole, _letters(whole), *map(_letters, whole.replace("@", " ").split())):
            if len(form) >= LEAST_NAME:
                yield form


def _letters(text: str) -> str:
    """The text without digits, spaces and signs: adding some to a name protects nothing."""
    return "".join(each for each in text if each.isalpha())
