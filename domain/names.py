"""Sort keys and search keys of names, stored beside them.

ICU makes them here and not in PostgreSQL, which may be built without ICU, and whose collations
change with the installed library.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import icu

ROOT = "und"
"""No language: ICU's root order."""
LONGEST_KEY = 240
"""Bytes of a sort key. The end of longer names does not count."""
LONGEST_NAME = 200
MOST_WORDS = 12
MADE_BY = f"{icu.ICU_VERSION}.1"
"""The version of ICU, and of this module's rules. Keys of another version are made again."""
BETWEEN = "\ufffe"
"""Separates the names in a key. It sorts before everything, and joins names level by level: accents
in one name count less than letters in the next."""
APOSTROPHES = re.compile("['’‘ʼ`´]")


class UnknownLanguage(ValueError):
    """ICU has no such language."""


def language_of(tag: str) -> str:
    """The canonical BCP 47 tag of a language, such as `de` or `pt-BR`; raises UnknownLanguage."""
    tag = tag.strip().replace("_", "-")
    try:
        locale = icu.Locale.forLanguageTag(tag)
    except icu.ICUError:
        raise UnknownLanguage(tag) from None
    if tag.lower() != ROOT and locale.getLanguage() not in icu.Locale.getISOLanguages():
        raise UnknownLanguage(tag)
    found: str = locale.toLanguageTag()
    return found


LONGEST_TAG = 32


def check_language(tag: str) -> str:
    """As `language_of`, in words for whoever wrote the tag."""
    try:
        found = language_of(tag[:100])
    except UnknownLanguage:
        found = ""
    if not 0 < len(found) <= LONGEST_TAG:
        raise UnknownLanguage("This is no language by BCP 47, such as en")
    return found


def sorted_by(language: str) -> str:
    """The language and version of a school's keys, to find outdated ones."""
    return f"{language} {MADE_BY}"


def sort_key(language: str, *names: str | None) -> bytes:
    """A key whose bytes sort as the names do: case does not count, and 9A comes before 10A."""
    text = BETWEEN.join(_trimmed(name) for name in names if name is not None)
    key: bytes = _collator(language).getSortKey(text)
    return key[:LONGEST_KEY]


def search_key(*names: str | None) -> str:
    """The words of the names, each once and preceded by a space."""
    return "".join(f" {word}" for word in words(" ".join(name or "" for name in names)))


LONGEST_SEARCHED, MOST_SEARCHED = 8_000, 1_000


def text_key(*texts: str | None) -> str:
    """As `search_key`, of texts that are longer than names."""
    whole = " ".join(text or "" for text in texts)
    return "".join(f" {word}" for word in words(whole, LONGEST_SEARCHED, MOST_SEARCHED))


def changed_text_key(record: object, new: Mapping[str, Any], *names: str) -> str:
    """The key of the named texts of a record, of which some are new."""
    return text_key(*(new.get(name, getattr(record, name)) for name in names))


def words(text: str, longest: int = 4 * LONGEST_NAME, most: int = MOST_WORDS) -> list[str]:
    """The words of the text, the first `most` of them, in comparable form: Núñez and NUNEZ are
    nunez, Strauß is strauss, Ёлкин is елкин."""
    folded = _folding().transliterate(text[:longest].casefold()).casefold()
    parts = (each if _is_letter(each) else " " for each in APOSTROPHES.sub("", folded))
    return list(dict.fromkeys("".join(parts).split()))[:most]


def latin(text: str) -> str:
    """The text in small Latin letters and digits, without anything between: Елена is elena."""
    written = _to_latin().transliterate(text[:LONGEST_NAME]).lower()
    return "".join(each for each in written if each.isascii() and each.isalnum())


def _is_letter(character: str) -> bool:
    """Whether the character is a letter, a digit, or a mark that belongs to a letter, as vowels do
    in Hindi."""
    return character.isalnum() or unicodedata.category(character).startswith("M")


def patterns(text: str) -> list[str]:
    """LIKE patterns; a `search_key` that matches all of them is found."""
    found = [f"% {word}%" for word in words(text)]
    return found if found or not text.strip() else ["-"]  # no key contains it


def _trimmed(name: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME]


@lru_cache(maxsize=256)
def _collator(language: str) -> icu.Collator:
    try:
        locale = icu.Locale.forLanguageTag(language)
    except icu.ICUError:  # the database holds a language that `language_of` did not check
        locale = icu.Locale.getRoot()
    made = icu.Collator.createInstance(locale)
    made.setStrength(icu.Collator.SECONDARY)
    made.setAttribute(icu.UCollAttribute.NUMERIC_COLLATION, icu.UCollAttributeValue.ON)
    return made


@lru_cache(maxsize=1)
def _folding() -> icu.Transliterator:
    """Removes diacritics from letters. Outside Latin, Greek and Cyrillic, marks that belong to the
    letter stay."""
    return icu.Transliterator.createInstance(
        "NFKD; [[:Mn:]&[:Script=Inherited:]] Remove; NFC; Latin-ASCII"
    )


@lru_cache
def _to_latin() -> icu.Transliterator:
    return icu.Transliterator.createInstance("Any-Latin; NFKD; Latin-ASCII")
