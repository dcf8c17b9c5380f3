"""Access codes: what they hold, what is told of what was mistyped, and what is forgiven."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access_codes import (
    ALPHABET,
    LENGTH,
    Mistyped,
    hash_of,
    new_code,
    read,
    shown,
    with_check,
)

CODE = with_check("7KQ4M2XDHW9P3TRV")
BODIES = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1)
codes = BODIES.map(with_check)


def test_the_alphabet_has_32_letters_and_none_that_are_taken_for_each_other() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set(ALPHABET) & set("0O1I")


def test_a_code_has_80_random_bits_and_a_check_character() -> None:
    made = {new_code() for _ in range(2_000)}
    assert len(made) == 2_000
    assert {len(each) for each in made} == {17}
    assert all(read(each) == each for each in made)
    for place in range(LENGTH):  # every letter stands everywhere, the check character's place too
        assert {each[place] for each in made} == set(ALPHABET)


def test_every_wrong_character_of_a_code_is_told() -> None:
    for place in range(LENGTH):
        for letter in set(ALPHABET) - {CODE[place]}:
            with pytest.raises(Mistyped, match="letter by letter"):
                read(CODE[:place] + letter + CODE[place + 1 :])


def test_every_two_characters_that_changed_places_are_told() -> None:
    for one in range(LENGTH):
        for other in range(one + 1, LENGTH):
            letters = [*CODE]
            letters[one], letters[other] = letters[other], letters[one]
            if letters != [*CODE]:
                with pytest.raises(Mistyped, match="letter by letter"):
                    read("".join(letters))


@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_a_wrong_character_of_any_code_is_told(code: str, place: int, letter: str) -> None:
    if code[place] != letter:
        with pytest.raises(Mistyped):
            read(code[:place] + letter + code[place + 1 :])


@given(codes, st.integers(0, LENGTH - 2))
def test_neighbours_that_changed_places_in_any_code_are_told(code: str, place: int) -> None:
    one, other = code[place], code[place + 1]
    if one != other:
        with pytest.raises(Mistyped):
            read(code[:place] + other + one + code[place + 2 :])


@pytest.mark.parametrize(
    "typed",
    [
        shown(CODE),
        shown(CODE).lower(),
        f"  {shown(CODE)} \n",
        shown(CODE).replace("-", " "),
        shown(CODE).replace("-", "–"),  # an en dash, as word processors make of a hyphen
        shown(CODE).replace("-", "\N{SOFT HYPHEN}-\N{ZERO WIDTH SPACE}"),
        "".join(chr(ord(each) + 0xFEE0) for each in CODE),  # full width
        CODE.translate(str.maketrans("KMXHPTA3", "КМХНРТАЗ")),  # Cyrillic
        CODE.lower().translate(str.maketrans("kmxptha", "кмхртна")),  # lower-case Cyrillic
        f"https://gradebook.example/register#{shown(CODE)}",
    ],
)
def test_what_people_write_otherwise_is_the_same_code(typed: str) -> None:
    assert read(typed) == CODE


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "A code has 17 letters and digits, and this has 0"),
        (CODE[:-1], "A code has 17 letters and digits, and this has 16"),
        (CODE + "A", "A code has 17 letters and digits, and this has 18"),
        ("0" + CODE[1:], "A code has no 0, O, 1 or I: look at it again"),
        ("о" + CODE[1:], "A code has no 0, O, 1 or I: look at it again"),
        ("Ж" + CODE[1:], "A code has only letters and digits: look at it again"),
        ("ß" + CODE[1:], "A code has only letters and digits: look at it again"),
        ("\ud800" + CODE[1:], "A code has only letters and digits: look at it again"),
        (CODE * 100, "This is too long for a code"),
    ],
)
def test_what_is_no_code_is_said_to_be_of_itself_alone(typed: str, message: str) -> None:
    with pytest.raises(Mistyped) as told:
        read(typed)
    assert str(told.value) == message


@given(st.text())
def test_whatever_is_typed_is_a_code_or_mistyped(typed: str) -> None:
    with suppress(Mistyped):
        assert len(read(typed)) == LENGTH


def test_a_code_is_shown_in_groups_and_stored_as_a_hash_of_its_own_kind() -> None:
    assert shown(CODE) == f"7KQ4-M2XD-HW9P-3TRV{CODE[-1]}"
    stored = [hash_of(each) for each in (CODE, with_check("2" * 16))]
    assert [len(each) for each in stored] == [32, 32]
    assert all(one != other for one, other in pairwise(stored))
