"""Host names in addresses: DNS names, or IP addresses written in full."""

import re
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from domain.addresses import Address

LONGEST_NAME = 253
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A last label that makes the host a number by the URL standard, such as 0x7f or 017."""
AUTHORITY = re.compile(r"(\[(?P<number>[0-9a-fA-F:.]+)\]|(?P<name>[^\[\]:@]+))(:(?P<port>[0-9]+))?")
ENCODED = "xn--"


def host_of(authority: str) -> str | Address | None:
    """The host name or IP address of `host` or `host:port`. None if it is malformed: with a user, a
    zone, an empty label, an abbreviated number, or an invalid port."""
    found = AUTHORITY.fullmatch(authority)
    if found is None or not 1 <= int((found["port"] or "443")[:6]) <= 65_535:
        return None
    try:
        if found["number"]:
            return IPv6Address(found["number"])
        labels = found["name"].lower().split(".")
        if NUMBER.fullmatch(labels[-1]):
            return IPv4Address(found["name"])
    except ValueError:
        return None
    sound = len(found["name"]) <= LONGEST_NAME and all(map(_is_label, labels))
    return found["name"].lower() if sound else None


def _is_label(label: str) -> bool:
    if not LABEL.fullmatch(label):
        return False
    if not label.startswith(ENCODED):
        return True
    try:  # letters of other scripts: the encoding must be canonical
        text = label.removeprefix(ENCODED).encode().decode("punycode")
        again = ENCODED + text.encode("punycode").decode()
        return not text.isascii() and text.isprintable() and again == label
    except ValueError:
        return False


class BadLink(ValueError):
    """Text that is not the address of a web page."""


def check_link(text: str) -> str:
    """Check the address of a page, which must be https and hide nothing; raises BadLink. A browser
    might run other schemes, and signs that nobody sees show one address and lead to another."""
    try:
        parts = urlsplit(text)
        sound = parts.scheme == "https" and host_of(parts.netloc) is not None
    except ValueError:
        sound = False
    if not sound or not all(each.isprintable() and not each.isspace() for each in text):
        raise BadLink("A link is an address of the form https://host/path")
    return text
