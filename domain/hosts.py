"""Names of hosts, as an address may write them: by the rules of DNS, or by a number in full."""

import re
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from domain.addresses import Address

LONGEST_NAME = 253
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A last label that makes the host a number, by the URL standard: also 0x7f, also 017."""
AUTHORITY = re.compile(r"(\[(?P<number>[0-9a-fA-F:.]+)\]|(?P<name>[^\[\]:@]+))(:(?P<port>[0-9]+))?")
ENCODED = "xn--"


def host_of(authority: str) -> str | Address | None:
    """The name or the number of `host` or `host:port`; None where it is malformed: a user, a zone,
    an empty label, a number that is written otherwise than in full, a port that is none."""
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
    try:  # letters of other scripts, which have to be what they are encoded as
        text = label.removeprefix(ENCODED).encode().decode("punycode")
        again = ENCODED + text.encode("punycode").decode()
        return not text.isascii() and text.isprintable() and again == label
    except ValueError:
        return False


class BadLink(ValueError):
    """Text that is no address of a page that a browser may be sent to."""


def check_link(text: str) -> str:
    """The address of a page, by https; BadLink for any other, which a browser might run."""
    try:
        parts = urlsplit(text)
        sound = parts.scheme == "https" and host_of(parts.netloc) is not None
    except ValueError:
        sound = False
    if not sound or any(each.isspace() for each in text):
        raise BadLink("A link is an address of the form https://host/path")
    return text
