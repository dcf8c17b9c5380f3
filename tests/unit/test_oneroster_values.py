"""How values of a roster are read, and what is said of those that cannot be."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.oneroster import Findings
from domain.oneroster.headers import places
from domain.oneroster.sheets import rows
from domain.oneroster.values import BadValue, day, names, number, truth
from tests.store.small_roster import written


def quiet(_: str) -> None:
    """Nobody listens."""


@pytest.mark.parametrize(
    "value",
    ["2025-01-31", "2025-01-31T23:59:59.999Z", "2025-01-31T00:00:00+14:00", "31/01/2025",
     "1/31/2025", "31.1.2025"],
)  # fmt: skip
def test_a_day_is_the_one_that_is_written(value: str) -> None:
    assert day(value, quiet) == date(2025, 1, 31)


@pytest.mark.parametrize("value", ["2025-1-31", "20250131", "31/13/2025", "2025-02-29", "soon"])
def test_what_is_no_day_is_bad(value: str) -> None:
    with pytest.raises(BadValue):
        day(value, quiet)


def test_a_day_of_two_meanings_is_bad_unless_both_are_the_same() -> None:
    with pytest.raises(BadValue, match="may be 2025-03-04 or 2025-04-03"):
        day("03/04/2025", quiet)
    assert day("04/04/2025", quiet) == date(2025, 4, 4)


@pytest.mark.parametrize("value", ["1e3", "NaN", "Infinity", "1,5", "٣", "1" * 13, "--1", "1_0"])
def test_what_is_no_plain_number_is_bad(value: str) -> None:
    with pytest.raises(BadValue):
        number(value, quiet)


def test_truth_is_read_in_any_case_and_other_words_are_bad() -> None:
    assert [truth(value, quiet) for value in ("TRUE", "false", "1", "no")] == [
        True,
        False,
        True,
        False,
    ]
    with pytest.raises(BadValue):
        truth("maybe", quiet)


def test_several_names_in_one_cell_are_each_listed_once() -> None:
    assert names("g1, g2,,g1", quiet) == ("g1", "g2")


def test_a_column_almost_right_is_taken_and_one_quite_wrong_is_not() -> None:
    findings = Findings()
    header = ["sourcedId", "prefferedGivenName", "shoeSize", "metadata.bus"]
    assert places("users", "users.csv", header, findings) == {
        "sourcedId": 0,
        "preferredGivenName": 1,
    }
    assert findings.notices == [
        "users.csv: the column prefferedGivenName is read as preferredGivenName",
        "users.csv: the column shoeSize is not of the format and is not read",
    ]


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=12)


@given(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=5))
def test_whatever_is_written_is_read_back(cells: list[list[str]]) -> None:
    lines = [["-", *row] for row in cells]
    findings = Findings()
    read = [row for _, row in rows("a.csv", written(lines).encode(), findings)]
    assert findings.bad_rows == []
    assert read == lines


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    assert all(line > 0 for line, _ in rows("a.csv", data, Findings()))
