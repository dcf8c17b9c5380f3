"""Names of hosts: those that DNS may know, and every way of writing one that is none."""

from ipaddress import ip_address

import pytest

from domain.hosts import BadLink, check_link, host_of

LONG = "a" * 63


@pytest.mark.parametrize(
    ("authority", "host"),
    [
        ("receiver.example", "receiver.example"),
        ("Receiver.Example:8443", "receiver.example"),
        ("receiver", "receiver"),
        ("r3---sn.example", "r3---sn.example"),
        ("1.2.3.example", "1.2.3.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("xn--80akhbyknj4f", "xn--80akhbyknj4f"),
        (f"{LONG}.{LONG}.{LONG}.{'a' * 61}", f"{LONG}.{LONG}.{LONG}.{'a' * 61}"),
        ("10.0.0.1:65535", ip_address("10.0.0.1")),
        ("[::1]:443", ip_address("::1")),
        ("[::ffff:10.0.0.1]", ip_address("::ffff:10.0.0.1")),
    ],
)
def test_a_host_is_a_name_or_a_number(authority: str, host: object) -> None:
    assert host_of(authority) == host


@pytest.mark.parametrize(
    "authority",
    [
        *("", ".", ".org", "org.", "a..b", "receiver.example."),  # empty labels
        *("-a.example", "a-.example", "a_b.example", "a b.example", "*.example", "a%2eb"),
        *(f"a{LONG}.example", f"{LONG}.{LONG}.{LONG}.{'a' * 62}"),  # too long
        *("10.1", "1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x", "127.0.0.0x1", "a.1"),
        *("0177.0.0.1", "010.0.0.1", "127.0.0.01", "1.2.3.4.5", "256.0.0.1", "1.2.3.4."),
        *("bücher.example", "１２７.0.0.1", "127。0。0。1", "xn--", "xn--a", "xn--.example"),
        *("xn--abc-.example", "xn--zzzzzzzzzzzzzzzzzzzzzzz"),  # what encodes nothing
        *("user@receiver.example", "@receiver.example", "user:pass@receiver.example"),
        *("host:", "host:0", "host:65536", "host:+80", "host:-1", "host:8o", "host:1:2"),
        *("host:٨٠", "host:" + "9" * 5_000, ":443"),
        *("::1", "[]", "[::1", "::1]", "[::1]x", "[x::1]", "[v1.x]", "[127.0.0.1]", "[::1]:"),
        *("[fe80::1%eth0]", "[fe80::1%25eth0]", "[fe80::1%]"),
        *("a\\b", "a/b", "a?b", "a#b", "a\0b", "a\nb", "a\n"),
    ],
)
def test_what_is_malformed_is_no_host(authority: str) -> None:
    assert host_of(authority) is None


@pytest.mark.parametrize("text", ["https://a.example/x?y#z", "https://a.example:8443"])
def test_a_link_is_an_address_by_https(text: str) -> None:
    assert check_link(text) == text


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "http://a.example", "https://", "https://a b.example", "//a.example",
     "https://user@a.example", "data:text/html,x", "https://.a", "a.example",
     "https://a.example/\u202egpj.exe", "\x01https://a.example"],
)  # fmt: skip
def test_what_a_browser_might_run_or_could_not_reach_is_no_link(text: str) -> None:
    with pytest.raises(BadLink, match="https://host/path"):
        check_link(text)
