"""One-time codes: those of RFC 6238, around the time, and how they may be typed."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from domain.second_factor import (
    code_at,
    digits_of,
    new_secret,
    step_at,
    step_of,
    uri_of,
    written,
)

SECRET = b"12345678901234567890"
OF_THE_RFC = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}


@pytest.mark.parametrize(("second", "code"), OF_THE_RFC.items())
def test_codes_are_those_of_the_rfc(second: int, code: str) -> None:
    time = datetime.fromtimestamp(second, UTC)
    assert code_at(SECRET, step_at(time)) == code[2:]


def test_a_code_is_of_the_step_before_the_present_one_or_the_next_and_of_none_that_was_used() -> (
    None
):
    time = datetime(2026, 3, 2, 8, 0, 10, tzinfo=UTC)
    now = step_at(time)
    found = [step_of(SECRET, code_at(SECRET, now + off), time, None) for off in range(-2, 3)]
    assert found == [None, now - 1, now, now + 1, None]
    for last, expected in ((now - 1, now), (now, None), (now + 1, None)):
        assert step_of(SECRET, code_at(SECRET, now), time, last) == expected
    assert step_of(SECRET, code_at(SECRET, now), time + timedelta(seconds=60), None) is None


def test_a_code_may_be_typed_with_spaces_and_in_wide_digits() -> None:
    assert digits_of(" 123 456 ") == digits_of("123-456") == digits_of("１２３４５６") == "123456"
    for typed in ("12345", "1234567", "12345a", "", "1" * 100, "²23456", "٠١٢٣٤٥"):
        assert digits_of(typed) in (None, "223456"), typed


def test_an_app_reads_the_secret_from_an_address() -> None:
    secret = new_secret()
    uri = urlsplit(uri_of(secret, "anna@school.example"))
    asked = parse_qs(uri.query)
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert (asked["secret"], asked["issuer"]) == ([written(secret)], ["Gradebook"])
    assert len(secret) == 20
