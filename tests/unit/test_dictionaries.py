"""Dictionaries of the DICT format, and the rule by which words are asked for again."""

from datetime import date
from decimal import Decimal

import pytest

from domain import dictionaries
from domain.dictionaries import BadDictionary, DictFile, Entry, look_up_key
from domain.repetition import Progress, Recall

TEXTS = "00-database-short\nA small dictionary\nHaus /haʊs/\n house\nЁлка\n tree".encode()


def test_a_file_tells_of_itself_and_of_its_words_in_the_digits_of_base64() -> None:
    index = "\n".join(
        ["00databaseshort\tA\tk", "haus\tl\tT\tHaus", "häuser\tl\tT", "ёлка\t5\tO"]
    ).encode()
    found = DictFile(index, TEXTS)
    about = found.about("small")
    assert (about.title, about.notice, about.url) == ("A small dictionary", None, None)
    assert list(found.entries()) == [
        Entry("Haus", "Haus /haʊs/\n house"),
        Entry("häuser", "Haus /haʊs/\n house"),
        Entry("ёлка", "Ёлка\n tree"),
    ]
    assert DictFile(b"a\tA\tB", b"a").about("untitled").title == "untitled"


@pytest.mark.parametrize(
    ("index", "why"),
    [
        (b"", "The index names no word"),
        (b"a\tA", "Line 1 of the index is not a word and two numbers, with tabs between"),
        (b"a\tA\t-", "Line 1 of the index is not a word and two numbers, with tabs between"),
        (b"a\tA\t\n", "Line 1 of the index is not a word and two numbers, with tabs between"),
        (b"\xff\tA\tB", "Line 1 of the index is not a word and two numbers, with tabs between"),
        (b"a\tA\tB\nb\tB\tB", "Line 2 of the index leads beyond the texts"),
        (b"00databaseshort\tA\tB", "The index names no word"),
        (b"a\t-B\tB", "Line 1 of the index is not a word and two numbers, with tabs between"),
        (
            b"a\t//////////\tB",
            "Line 1 of the index is not a word and two numbers, with tabs between",
        ),
        pytest.param(
            b"a\tA\t" + b"A" * 1_000_000,
            "Line 1 of the index is not a word and two numbers, with tabs between",
            id="a long number",
        ),
        (b"a\tA\tB\r\nb\tB\t////////\r\n", "Line 2 of the index leads beyond the texts"),
        (b"a\tA\tB\n\n", "Line 2 of the index is not a word and two numbers, with tabs between"),
        (b"a\tA\tA\n" * 5, "The index has more than 4 lines"),
        (b"a\tA\tB\n" * 4, "The entries have more than 0 MiB together"),
    ],
)
def test_what_is_no_dictionary_is_told_with_its_line(
    index: bytes, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dictionaries, "MOST_ENTRIES", 4)
    monkeypatch.setattr(dictionaries, "MOST_TEXT", 3)
    with pytest.raises(BadDictionary) as raised:
        DictFile(index, b"a")
    assert str(raised.value) == why


def test_words_are_found_without_capitals_accents_and_signs() -> None:
    assert [look_up_key(each) for each in ("Ёлка", "ice-cream (food)", "C++", "+", " ")] == [
        "елка", "ice cream food", "c", "+", "",
    ]  # fmt: skip
    # An index holds no key of any length, and some signs stand for several letters.
    assert len(look_up_key("㍿" * 200)) == 200


def test_a_word_comes_back_by_the_rule_sm_2() -> None:
    today, known, seen = date(2026, 9, 1), Progress(), []
    for recall in (Recall.GOOD, Recall.EASY, Recall.GOOD, Recall.HARD, Recall.FORGOTTEN):
        known = known.after(recall)
        seen.append((known.repetitions, known.interval, known.easiness))
    assert seen == [
        (1, 1, Decimal("2.50")),
        (2, 6, Decimal("2.60")),
        (3, 16, Decimal("2.60")),  # 15.6
        (4, 40, Decimal("2.46")),  # 39.36
        (0, 0, Decimal("2.46")),
    ]
    assert known.due_on(today) == today
    assert Progress(5, 20).after(Recall.GOOD).due_on(today) == date(2026, 10, 21)
    hard = Progress(3, 10, Decimal("1.35")).after(Recall.HARD)
    assert (hard.easiness, hard.interval) == (Decimal("1.30"), 13)
    assert Progress(9, 3_000).after(Recall.EASY).interval == 3_650
