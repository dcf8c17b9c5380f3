"""What may have gone wrong where a sign-in fails, told from what was typed alone: whoever types the
same is told the same, whatever accounts exist."""

import re
import unicodedata
from collections.abc import Iterator

from domain.enums import DescribedEnum
from domain.keyboards import is_cyrillic, is_latin, on_cyrillic_keys, on_latin_keys

LONGEST = 256
VOWELS, RUSSIAN_VOWELS = frozenset("aeiouy"), frozenset("аеёиоуыэюя")
LETTER_FOR_DIGIT = re.compile(
    r"[0-9][OОЗ]|[OОЗ][0-9]|[^\W\d_]0|0[^\W\d_]|[\u0400-\u04ff]3|3[\u0400-\u04ff]"
)
"""Where O (Latin or Cyrillic) or З stands beside a digit, or 0 or 3 beside a letter."""
MAIL_DOMAINS = (
    "gmail.com", "mail.com", "mail.ru", "yandex.ru", "ya.ru", "bk.ru", "inbox.ru", "list.ru",
    "rambler.ru", "outlook.com", "hotmail.com", "live.com", "icloud.com", "yahoo.com", "gmx.de",
    "web.de", "gmx.net", "t-online.de", "proton.me", "ukr.net", "orange.fr", "free.fr",
    "laposte.net",
)  # fmt: skip
ENDINGS = {"con": "com", "cmo": "com", "ocm": "com", "comm": "com", "ry": "ru", "rru": "ru"}


class SignInHint(DescribedEnum):
    """What to look at in what was typed. The same is said whether there is such a login or not."""

    KEYBOARD_LAYOUT = (
        "KEYBOARD_LAYOUT",
        "Was the keyboard in the right layout? Letters of another alphabet may have been typed.",
    )
    CAPS_LOCK = "CAPS_LOCK", "Is Caps Lock on? Capitals matter in a password."
    LOOKALIKES = (
        "LOOKALIKES",
        "Is each letter one, and each digit? O looks like 0, and З like 3.",
    )
    SPACES = "SPACES", "There are spaces before or after what was typed."
    MAIL_DOMAIN = "MAIL_DOMAIN", "Is the end of the e-mail address right?"


def hints(login: str, password: str) -> list[SignInHint]:
    """The hints for what was typed, in their order."""
    login, password = login[:LONGEST], password[:LONGEST]
    told = {
        SignInHint.KEYBOARD_LAYOUT: _layout(login) or _layout(password),
        SignInHint.CAPS_LOCK: _caps_lock(password),
        SignInHint.LOOKALIKES: bool(
            LETTER_FOR_DIGIT.search(password) or LETTER_FOR_DIGIT.search(login)
        ),
        SignInHint.SPACES: _spaced(password) or _spaced(login),
        SignInHint.MAIL_DOMAIN: meant_domain(login) is not None,
    }
    return [hint for hint, is_told in told.items() if is_told]


def meant_domain(login: str) -> str | None:
    """The domain that an address was probably meant to have; None if it looks right or is none."""
    _, at, domain = login.strip().lower().rpartition("@")
    if not at or domain in MAIL_DOMAINS:
        return None
    start, _, ending = domain.rpartition(".")
    if start and ending in ENDINGS:
        domain = f"{start}.{ENDINGS[ending]}"
        return domain
    return next((each for each in MAIL_DOMAINS if _is_one_slip(domain, each)), None)


def _layout(text: str) -> bool:
    cyrillic = [each for each in text if is_cyrillic(each)]
    latin = [each for each in text if is_latin(each)]
    if cyrillic and latin:
        return True  # two alphabets, of which one may only look like the other
    if len(cyrillic) > 2:
        return _unspoken(text, RUSSIAN_VOWELS) or not _unspoken(on_latin_keys(text), VOWELS)
    meant = on_cyrillic_keys(text)
    return len(latin) > 3 and _unspoken(text, VOWELS) and not _unspoken(meant, RUSSIAN_VOWELS)


def _unspoken(text: str, vowels: frozenset[str]) -> bool:
    """Whether a word of the letters would hardly be one: four or more consonants in a row, or no
    vowel at all."""
    longest = run = 0
    seen = False
    for each in text.lower():
        if not each.isalpha():
            run = 0
            continue
        is_vowel = each in vowels
        seen = seen or is_vowel
        run = 0 if is_vowel else run + 1
        longest = max(longest, run)
    return longest > 3 or not seen


def _caps_lock(password: str) -> bool:
    letters = [each for each in password if each.isalpha() and each.lower() != each.upper()]
    if len(letters) < 2:
        return False
    all_capitals = all(each.isupper() for each in letters)
    turned_over = letters[0].islower() and all(each.isupper() for each in letters[1:])
    return all_capitals or turned_over


def _spaced(text: str) -> bool:
    return bool(text) and any(map(_is_space, (text[0], text[-1])))


def _is_space(each: str) -> bool:
    return each.isspace() or unicodedata.category(each) == "Cf"


def _is_one_slip(typed: str, right: str) -> bool:
    """Whether one letter was added, left out or changed, or two were swapped."""
    return typed != right and typed in set(_slips(right))


def _slips(word: str) -> Iterator[str]:
    letters = "abcdefghijklmnopqrstuvwxyz0123456789-."
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in letters:
            yield before + letter + after
            yield before + letter + after[1:]


def worded(found: list[SignInHint], login: str) -> str:
    """The hints as sentences."""
    told = [hint.description for hint in found]
    if SignInHint.MAIL_DOMAIN in found and (meant := meant_domain(login)):
        told[-1] += f" Many end in @{meant}."
    return " ".join(told)
