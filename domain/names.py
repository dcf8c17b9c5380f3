"""How names sort by a language, and how they are found: keys that are stored beside them.

ICU makes them here and not in PostgreSQL, which may be built without it, and whose collations
change with the library that it finds.
"""

import re
import unicodedata
from functools import lru_cache

import icu

ROOT = "und"
"""The language that is none: the order that ICU has for all of them."""
LONGEST_KEY = 240
"""Bytes: of names beyond that, which nobody has, the end does not count."""
LONGEST_NAME = 200
MOST_WORDS = 12
MADE_BY = f"{icu.ICU_VERSION}.1"
"""What makes the keys; the last number is for what this module does. Keys that another version
made are made anew."""
BETWEEN = "\ufffe"
"""Sorts before everything and joins names level by level: accents in one count less than letters
in the next."""
APOSTROPHES = re.compile("['’‘ʼ`´]")


class UnknownLanguage(ValueError):
    """ICU has no such language."""


def language_of(tag: str) -> str:
    """A language as BCP 47 writes it, such as `de` or `pt-BR`; raises UnknownLanguage."""
    tag = tag.strip().replace("_", "-")
    try:
        locale = icu.Locale.forLanguageTag(tag)
    except icu.ICUError:
        raise UnknownLanguage(tag) from None
    if tag.lower() != ROOT and locale.getLanguage() not in icu.Locale.getISOLanguages():
        raise UnknownLanguage(tag)
    found: str = locale.toLanguageTag()
    return found


def sorted_by(language: str) -> str:
    """What the keys of a school are made by, to be told apart from what made them before."""
    return f"{language} {MADE_BY}"


def sort_key(language: str, *names: str | None) -> bytes:
    """Bytes in whose order the names stand: capitals do not count, 9A comes before 10A."""
    text = BETWEEN.join(_trimmed(name) for name in names if name is not None)
    key: bytes = _collator(language).getSortKey(text)
    return key[:LONGEST_KEY]


def search_key(*names: str | None) -> str:
    """The words of the names, each once and with a blank before it."""
    return "".join(f" {word}" for word in words(" ".join(name or "" for name in names)))


def words(text: str) -> list[str]:
    """The text's words as they are compared: Núñez and NUNEZ are nunez, Strauß is strauss, Ёлкин
    is елкин."""
    folded = _folding().transliterate(text[: 4 * LONGEST_NAME].casefold()).casefold()
    parts = (each if _is_letter(each) else " " for each in APOSTROPHES.sub("", folded))
    return list(dict.fromkeys("".join(parts).split()))[:MOST_WORDS]


def _is_letter(character: str) -> bool:
    """Or a digit, or what belongs to a letter, as vowels do in Hindi."""
    return character.isalnum() or unicodedata.category(character).startswith("M")


def patterns(text: str) -> list[str]:
    """Patterns of LIKE, all of which the `search_key` of who is looked for matches."""
    found = [f"% {word}%" for word in words(text)]
    return found if found or not text.strip() else ["-"]  # of which no key has any


def _trimmed(name: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME]


@lru_cache(maxsize=256)
def _collator(language: str) -> icu.Collator:
    try:
        locale = icu.Locale.forLanguageTag(language)
    except icu.ICUError:  # somebody wrote it past `language_of`
        locale = icu.Locale.getRoot()
    made = icu.Collator.createInstance(locale)
    made.setStrength(icu.Collator.SECONDARY)
    made.setAttribute(icu.UCollAttribute.NUMERIC_COLLATION, icu.UCollAttributeValue.ON)
    return made


@lru_cache(maxsize=1)
def _folding() -> icu.Transliterator:
    """Letters without what stands over, under and through them; of other scripts than Latin,
    Greek and Cyrillic nothing that is a letter's own."""
    return icu.Transliterator.createInstance(
        "NFKD; [[:Mn:]&[:Script=Inherited:]] Remove; NFC; Latin-ASCII"
    )
