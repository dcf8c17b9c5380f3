"""`gateway/SECURITY.md`: every requirement is there, and every test that it names."""

import re
from collections import Counter
from pathlib import Path

from domain.passwords import common

TESTS = Path(__file__).parents[1]
TEXT = (TESTS.parent / "gateway" / "SECURITY.md").read_text()
ROWS = re.findall(
    r"^\| (\d\.\d\.\d+) \([123]\) [^|]+ \| \*\*(Met|Partly|Not met|Does not apply)\*\*([^|]+) \|$",
    TEXT,
    re.MULTILINE,
)
NAMED = re.compile(r"`([a-z]+/test_\w+\.py)::(test_\w+)`")
SECTIONS = {
    "6.1": 3, "6.2": 12, "6.3": 8, "6.4": 6, "6.5": 8, "6.6": 4, "6.7": 2, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 3, "7.6": 2,
    "8.1": 4, "8.2": 4, "8.3": 3, "8.4": 2,
}  # fmt: skip
"""How many requirements the chapters on authentication, sessions and authorization have."""


def test_every_requirement_is_gone_through_once_in_order() -> None:
    wanted = [f"{part}.{n + 1}" for part, many in SECTIONS.items() for n in range(many)]
    assert [number for number, _, _ in ROWS] == wanted
    assert len(wanted) == len(re.findall(r"^\| \d", TEXT, re.MULTILINE))


def test_what_is_met_names_tests_and_all_of_them_exist() -> None:
    assert [number for number, state, how in ROWS if state == "Met" and not NAMED.search(how)] == []
    named = Counter(NAMED.findall(TEXT))
    assert len(re.findall(r"::test_", TEXT)) == named.total()
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not re.search(rf"^(async )?def {name}\(", (TESTS / file).read_text(), re.MULTILINE)
    ]
    assert missing == []


def test_more_than_3000_known_passwords_are_refused() -> None:
    assert len(common()) > 3_000
