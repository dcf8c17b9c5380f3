"""`gateway/SECURITY.md`: every requirement is there, and every test that it names."""

import re
from collections import Counter
from pathlib import Path

from domain.passwords import common

TESTS = Path(__file__).parents[1]
TEXT = (TESTS.parent / "gateway" / "SECURITY.md").read_text()
ROWS = re.findall(
    r"^\| (\d\.\d\.\d+) \(([123])\) [^|]+ \|"
    r" \*\*(Met|Partly|Not met|Does not apply)\*\*([^|]+) \|$",
    TEXT,
    re.MULTILINE,
)
NAMED = re.compile(r"`([a-z]+/test_\w+\.py)::(test_\w+)`")
LEVELS = {
    "6.1": "122", "6.2": "111111112222", "6.3": "11223333", "6.4": "112233", "6.5": "22222333",
    "6.6": "2223", "6.7": "33", "6.8": "2222", "7.1": "222", "7.2": "1111", "7.3": "22",
    "7.4": "11222", "7.5": "223", "7.6": "22", "8.1": "1233", "8.2": "1123", "8.3": "133",
    "8.4": "23",
}  # fmt: skip
"""By the sections on authentication, sessions and authorization: the levels of their requirements,
in order."""


def test_every_requirement_is_gone_through_once_in_order() -> None:
    wanted = [
        (f"{part}.{n}", level)
        for part, levels in LEVELS.items()
        for n, level in enumerate(levels, start=1)
    ]
    assert [(number, level) for number, level, _, _ in ROWS] == wanted
    assert len(wanted) == len(re.findall(r"^\| \d", TEXT, re.MULTILINE))


def test_what_is_met_names_tests_and_all_of_them_exist() -> None:
    unshown = [n for n, _, state, how in ROWS if state == "Met" and not NAMED.search(how)]
    assert unshown == []
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
