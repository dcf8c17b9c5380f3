"""E-mail addresses: which are written well, and one writing for each."""

import re
import unicodedata

LONGEST, LONGEST_LOCAL = 254, 64
LOCAL = re.compile(r"[^\s\x00-\x1f\x7f\"(),:;<>@\[\\\]]+")
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")


def mail_address(text: str) -> str | None:
    """The address in one writing, lower-case and with its domain as people read it; None if the
    text is no address. Comments, quotes and addresses of hosts by number are not taken."""
    if len(text) > LONGEST * 4:  # too long in any writing, and normalising it would take long
        return None
    local, at, domain = unicodedata.normalize("NFC", text.strip()).lower().rpartition("@")
    if not at or not _is_local(local) or len(local.encode()) > LONGEST_LOCAL:
        return None
    labels = _labels(domain)
    if len(labels) < 2 or not all(map(LABEL.fullmatch, labels)) or labels[-1].isdecimal():
        return None
    try:
        address = f"{local}@{'.'.join(labels).encode().decode('idna')}"
    except UnicodeError:  # punycode of nothing
        return None
    return address if len(address.encode()) <= LONGEST else None


def _is_local(local: str) -> bool:
    dots_are_right = not (local.startswith(".") or local.endswith(".") or ".." in local)
    return dots_are_right and LOCAL.fullmatch(local) is not None and local.isprintable()


def _labels(domain: str) -> list[str]:
    """The parts of the domain as the DNS writes them; none if it can't."""
    try:
        return domain.encode("idna").decode().split(".")
    except UnicodeError:
        return []
