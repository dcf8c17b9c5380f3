"""Dictionaries of the DICT format (RFC 2229, as dictd keeps them): an index, whose lines name a
headword and where its text stands, and the texts; both are UTF-8."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from string import ascii_lowercase, ascii_uppercase, digits

from domain.names import words

DIGITS = {each: n for n, each in enumerate(f"{ascii_uppercase}{ascii_lowercase}{digits}+/")}
OF_THE_DATABASE = "00database"
"""What headwords begin with that tell of the dictionary itself, without their hyphens."""
LONGEST_HEADWORD = 200
LONGEST_ENTRY = 64 << 10
"""Bytes."""
MOST_ENTRIES = 2_000_000
MOST_TEXT = 1 << 30
"""Bytes of all entries together: many lines of an index may lead to one text."""
LONGEST_NUMBER = 8
"""Digits, of which each is six bits."""


class BadDictionary(ValueError):
    """Files that are no dictionary of the format, and what is wrong with them."""


@dataclass(frozen=True, slots=True)
class Entry:
    headword: str
    text: str


@dataclass(frozen=True, slots=True)
class About:
    """What a dictionary tells of itself; `notice` names its authors and its licence."""

    title: str
    notice: str | None
    url: str | None


class DictFile:
    """A dictionary whose `index` and `texts` are whole, and not compressed."""

    def __init__(self, index: bytes, texts: bytes) -> None:
        self._texts = texts
        self._places: list[tuple[str, int, int]] = []
        self._own: dict[str, tuple[int, int]] = {}
        whole = 0
        for number, line in enumerate(BytesIO(index), 1):
            if number > MOST_ENTRIES:
                raise BadDictionary(f"The index has more than {MOST_ENTRIES} lines")
            headword, place = _place(line.rstrip(b"\r\n"), number, len(texts))
            whole += place[1]
            if whole > MOST_TEXT:
                raise BadDictionary(f"The entries have more than {MOST_TEXT >> 20} MiB together")
            if (own := headword.replace("-", "")).startswith(OF_THE_DATABASE):
                self._own[own.removeprefix(OF_THE_DATABASE)] = place
            elif headword and not headword.isspace():
                self._places.append((headword, *place))
        if not self._places:
            raise BadDictionary("The index names no word")

    def __len__(self) -> int:
        return len(self._places)

    def about(self, name: str) -> About:
        """What it tells of itself; its title is the `name` where it has none."""
        title = self._told("short")
        return About((title or name)[:LONGEST_HEADWORD], self._told("info"), self._told("url"))

    def entries(self) -> Iterator[Entry]:
        """In the order of the index; a text that several headwords name is told with each."""
        for headword, offset, length in self._places:
            yield Entry(headword[:LONGEST_HEADWORD], self._text(offset, length))

    def _told(self, what: str) -> str | None:
        """The text of a headword of the database, which may begin with the headword itself."""
        if (place := self._own.get(what)) is None:
            return None
        first, _, rest = self._text(*place).partition("\n")
        whole = rest if first.replace("-", "").startswith(OF_THE_DATABASE) else f"{first}\n{rest}"
        return whole.strip() or None

    def _text(self, offset: int, length: int) -> str:
        text = self._texts[offset : offset + length]
        return text.decode(errors="replace").replace("\0", "").strip("\n")


def _place(line: bytes, number: int, size: int) -> tuple[str, tuple[int, int]]:
    """The headword of a line, which its fourth column writes better, and where its text stands."""
    try:
        key, offset, length, *more = line.decode().split("\t")
        place = _number(offset), _number(length)
    except (KeyError, ValueError):
        message = f"Line {number} of the index is not a word and two numbers, with tabs between"
        raise BadDictionary(message) from None
    if sum(place) > size or place[1] > LONGEST_ENTRY:
        raise BadDictionary(f"Line {number} of the index leads beyond the texts")
    return (more[0] if more else key).replace("\0", ""), place


def _number(text: str) -> int:
    """A number in the digits of Base64, of which the first counts most."""
    if not 0 < len(text) <= LONGEST_NUMBER:
        raise ValueError(text)
    number = 0
    for digit in text:
        number = number * 64 + DIGITS[digit]
    return number


def look_up_key(headword: str) -> str:
    """The headword in comparable form: neither capitals, accents nor signs between count."""
    found = " ".join(words(headword, LONGEST_HEADWORD))[:LONGEST_HEADWORD]
    return found or headword.strip().casefold()[:LONGEST_HEADWORD]
