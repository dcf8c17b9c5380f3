"""Names as they sort by a language and as they are found."""

from typing import TypeVar

import pytest

from domain.names import (
    LONGEST_KEY,
    UnknownLanguage,
    language_of,
    patterns,
    search_key,
    sort_key,
)

T = TypeVar("T")
ORDERS = {
    "und": "Oz Özil Ozols ozon Zorn Ежов Ёлкин Елкова Жуков",
    "de": "Oz Özil Ozols ozon Zorn Ежов Ёлкин Елкова Жуков",
    "sv": "Oz Ozols ozon Zorn Åberg Öberg Özil",
    "ru": "Ежов Ёлкин Елкова Жуков Oz Özil",
    "es": "Nunca Núñez Nuzo Ñandú",
    "cs": "Cibulka Hrabal Chytil Ivan",
    "de-u-co-phonebk": "Oda Oetker Özil Oz",
}


def backwards(names: list[T]) -> list[T]:
    return names[::-1]


@pytest.mark.parametrize("language", ORDERS)
def test_names_sort_by_the_language(language: str) -> None:
    names = ORDERS[language].split()
    assert sorted(backwards(names), key=lambda name: sort_key(language, name)) == names


def test_capitals_and_blanks_do_not_count_and_numbers_count_as_numbers() -> None:
    assert sort_key("de", "VON BERG", "Anna") == sort_key("de", " von  Berg ", "anna", None)
    groups = ["1A", "2B", "9A", "10A", "10b", "11A"]
    assert sorted(backwards(groups), key=lambda name: sort_key("de", name)) == groups


def test_an_accent_in_the_family_name_counts_less_than_the_given_name() -> None:
    people = [("Muller", "Ada"), ("Müller", "Ben"), ("Muller", "Cem"), ("Müllers", "Ada")]
    assert sorted(backwards(people), key=lambda names: sort_key("de", *names)) == people


def test_a_language_that_icu_does_not_know_sorts_as_none() -> None:
    assert sort_key("?", "Özil") == sort_key("und", "Özil")


def test_a_key_is_bounded_however_long_the_name() -> None:
    assert len(sort_key("zh", "長" * 100_000, "長")) == LONGEST_KEY
    assert len(search_key("ab " * 100_000)) <= 800


def like(key: str, text: str) -> bool:
    """As PostgreSQL's `key LIKE ALL (patterns)`."""
    return all(pattern.strip("%") in key for pattern in patterns(text))


FOUND = {
    "Núñez García|Ana María": ("nunez", "NUÑEZ", " Ana  núñez ", "garcía ana", "ana m", ""),
    "Strauß|Levi": ("strauss", "Strauß", "STRAUSS levi", "levi, strauß"),
    "Ёлкин|Пётр": ("Елкин", "ёлкин петр", "ПЕТР"),
    "O’Brien|Anne-Marie": ("o'brien", "obrien", "anne marie", "anne-marie o`brien", "marie"),
    "Łukasiewicz|Jørn": ("lukas", "jorn LUKASIEWICZ"),
    "ŞAHİN|Işıl": ("sahin", "şahin isil", "işıl"),
}
NOT_FOUND = {
    "Núñez García|Ana María": ("unez", "nunez x", "an anna", "%", "_unez", "-", "nunezgarcia"),
    "Strauß|Levi": ("strausz", "evi"),
}


@pytest.mark.parametrize("person", FOUND)
def test_people_are_found_as_people_type_them(person: str) -> None:
    key = search_key(*person.split("|"))
    assert [text for text in FOUND[person] if not like(key, text)] == []


@pytest.mark.parametrize("person", NOT_FOUND)
def test_nobody_is_found_by_what_they_are_not_called(person: str) -> None:
    key = search_key(*person.split("|"))
    assert [text for text in NOT_FOUND[person] if like(key, text)] == []


@pytest.mark.parametrize(("tag", "language"), [("de", "de"), (" pt_br ", "pt-BR"), ("und", "und")])
def test_a_language_is_written_as_bcp_47_has_it(tag: str, language: str) -> None:
    assert language_of(tag) == language


@pytest.mark.parametrize("tag", ["", "german", "xx", "d", "\0", "de_DE.UTF-8" * 50, "1"])
def test_what_is_no_language_is_refused(tag: str) -> None:
    with pytest.raises(UnknownLanguage):
        language_of(tag)
