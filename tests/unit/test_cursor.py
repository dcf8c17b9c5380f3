"""Cursors of the feed: what comes back, and what is turned away."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from itertools import combinations
from uuid import UUID

import pytest

from domain.errors import Problem
from domain.names import LONGEST_KEY
from resolvers.cursors import Places
from resolvers.feed import Cursors, Position

CURSORS = Cursors(bytes(range(16)), b"secret")
HERE = Position(1 << 40, 7)


@pytest.mark.parametrize("position", [Position(0, 0), HERE, Position(2**64 - 1, 2**31 - 1)])
def test_a_cursor_says_its_position(position: Position) -> None:
    assert CURSORS.decode(CURSORS.encode(position)) == position


def test_a_cursor_is_short_and_fits_an_address() -> None:
    text = CURSORS.encode(HERE)
    assert len(text) == 48
    assert text.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "text", ["", "a", "garbage", "é" * 48, "=" * 48, "A" * 47, "A" * 100_000, "\0", " "]
)
def test_garbage_is_no_cursor(text: str) -> None:
    with pytest.raises(Problem) as caught:
        CURSORS.decode(text)
    assert caught.value.code == "BAD_INPUT"


def test_no_bit_of_a_cursor_can_be_changed() -> None:
    text = CURSORS.encode(HERE)
    for place, letter in enumerate(text):
        changed = text[:place] + ("A" if letter != "A" else "B") + text[place + 1 :]
        with pytest.raises(Problem):
            CURSORS.decode(changed)
    for changed in (text + "\n", text + "=", " " + text):
        with pytest.raises(Problem):
            CURSORS.decode(changed)


def test_a_cursor_signed_with_another_secret_is_none() -> None:
    with pytest.raises(Problem) as caught:
        CURSORS.decode(Cursors(CURSORS.epoch, b"guessed").encode(HERE))
    assert caught.value.code == "BAD_INPUT"


def test_a_cursor_shows_neither_the_transaction_nor_the_row() -> None:
    texts = [CURSORS.encode(Position(xid, seq)) for xid in (7, 8, 1 << 40) for seq in (1, 2)]
    sealed = [urlsafe_b64decode(text)[8:] for text in texts]
    for one, other in combinations(sealed, 2):
        same = sum(a == b for a, b in zip(one, other, strict=True))
        assert same < 8  # of 28 bytes, by chance
    assert CURSORS.encode(HERE) == CURSORS.encode(HERE)


def test_a_cursor_of_an_earlier_version_asks_to_load_anew() -> None:
    body = CURSORS.epoch[:8] + (7).to_bytes(8, "big") + (1).to_bytes(4, "big")
    signed = body + hmac.digest(CURSORS.secret, body, "sha256")[:16]
    with pytest.raises(Problem) as caught:
        CURSORS.decode(urlsafe_b64encode(signed).decode())
    assert caught.value.code == "RESYNC"


def test_a_cursor_of_a_list_is_none_of_the_feed() -> None:
    places = Places(CURSORS.seal, "students 1", "de")
    with pytest.raises(Problem) as caught:
        CURSORS.decode(places.cursor(UUID(int=1)))
    assert caught.value.code == "BAD_INPUT"


LISTS = {
    "the list itself": (("students 1", "de"), None),
    "another school's": (("students 2", "de"), "BAD_INPUT"),
    "another list": (("teachers 1", "de"), "BAD_INPUT"),
    "another order": (("students 1", "sv"), "RESYNC"),
}


@pytest.mark.parametrize("case", LISTS)
def test_a_place_is_one_of_its_own_list_in_its_own_order(case: str) -> None:
    (list_, order), code = LISTS[case]
    place = b"key", UUID(int=7)
    cursor = Places(CURSORS.seal, "students 1", "de").cursor(place[1], place[0])
    found: object
    try:
        found = Places(CURSORS.seal, list_, order).of(cursor)
    except Problem as problem:
        found = problem.code
    assert found == (code or place)


def test_the_longest_place_is_a_cursor_that_fits_an_address() -> None:
    places = Places(CURSORS.seal, "students 1", "de")
    cursor = places.cursor(UUID(int=7), bytes(LONGEST_KEY))
    assert len(cursor) == 379
    assert places.of(cursor) == (bytes(LONGEST_KEY), UUID(int=7))


def test_a_cursor_of_another_database_asks_to_load_anew() -> None:
    with pytest.raises(Problem) as caught:
        CURSORS.decode(Cursors(bytes(16), b"secret").encode(HERE))
    assert caught.value.code == "RESYNC"
