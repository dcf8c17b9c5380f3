"""Cursors of the feed: what comes back, and what is turned away."""

import pytest

from domain.errors import Problem
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


def test_a_cursor_of_another_database_asks_to_load_anew() -> None:
    with pytest.raises(Problem) as caught:
        CURSORS.decode(Cursors(bytes(16), b"secret").encode(HERE))
    assert caught.value.code == "RESYNC"
