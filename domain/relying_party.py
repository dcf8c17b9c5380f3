"""For whom passkeys are made: the host of the gateway's public address, and the pages of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

LOCALHOST = "localhost"


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """`id` is the host without its port. Without a public address there is only `localhost`, which
    browsers take for safe: addresses of numbers have no passkeys."""

    id: str = LOCALHOST
    origins: frozenset[str] = frozenset()

    def takes(self, origin: str) -> bool:
        """Whether a page of the origin may use its passkeys."""
        if self.origins:
            return origin in self.origins
        parts = urlsplit(origin)
        return parts.scheme == "http" and parts.hostname == LOCALHOST


LOCAL = RelyingParty()


def relying_party(addresses: Iterable[str]) -> RelyingParty:
    """Of public addresses, of which the first decides; others of its host or below it may too."""
    origins = list(addresses)
    if not origins:
        return LOCAL
    host = _host(origins[0])
    within = (each for each in origins if f".{_host(each)}".endswith(f".{host}"))
    return RelyingParty(host, frozenset(within))


def _host(origin: str) -> str:
    return urlsplit(origin).hostname or ""
