"""Forwarding headers, read only from trusted proxies."""

import logging
import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.requests import HTTPConnection

log = logging.getLogger("gradebook")
Trusted = int | tuple[IPv4Network | IPv6Network, ...]
"""The number of proxies, whatever their addresses, or the proxies' networks."""
FOR = "x-forwarded-for"
WITH_PORT = re.compile(r"\[(?P<v6>[^\]]+)\](:\d+)?|(?P<v4>[\d.]+):\d+")
FORWARDING = frozenset(
    {
        b"forwarded",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-port",
        b"x-forwarded-proto",
        b"x-forwarded-server",
    }
)


class Proxies:
    """Determines for each request which forwarding headers can be trusted."""

    def __init__(self, trusted: Trusted) -> None:
        self.trusted = trusted
        self._warned = False
        self._is_ours = lru_cache(maxsize=4_096)(self._in_a_network)

    def trust(self, peer: str) -> bool:
        """Whether the peer's forwarding headers are used."""
        return self.trusted > 0 if isinstance(self.trusted, int) else self._is_ours(peer)

    def address_of(self, connection: HTTPConnection) -> str:
        """The client's address: the one that the outermost trusted proxy saw, or else the
        peer's."""
        peer = _peer(connection)
        forwarded = self._forwarded(connection, peer, FOR)
        return _without_port(forwarded) if forwarded else peer

    def host_of(self, connection: HTTPConnection) -> str:
        """The host that the client requested; empty if there are two."""
        if forwarded := self._forwarded(connection, _peer(connection), "x-forwarded-host"):
            return forwarded
        hosts = [value for name, value in connection.scope["headers"] if name == b"host"]
        return hosts[0].decode("latin-1") if len(hosts) == 1 else ""

    def _forwarded(self, connection: HTTPConnection, peer: str, header: str) -> str | None:
        """The value of the outermost trusted proxy: each proxy appends one at the right."""
        if not self.trust(peer):
            if not self._warned:
                self._warn(connection, peer)
            return None
        values = _values(connection, header)
        return values[-min(self._hops(connection), len(values))] if values else None

    def _hops(self, connection: HTTPConnection) -> int:
        """The number of trusted proxies that the request went through last."""
        if isinstance(self.trusted, int):
            return self.trusted
        hops = 1
        for address in reversed(_values(connection, FOR)):
            if not self._is_ours(_without_port(address)):
                break
            hops += 1
        return hops

    def _in_a_network(self, address: str) -> bool:
        found = _parsed(address)
        return found is not None and any(found in each for each in self.trusted)  # type: ignore[union-attr]

    def _warn(self, connection: HTTPConnection, peer: str) -> None:
        """Log a warning, but only once, as anybody may send such headers."""
        for name, _ in connection.scope["headers"]:
            if name in FORWARDING:
                break
        else:
            return
        self._warned = True
        log.warning(
            "Forwarding headers came from %s, which is no trusted proxy, and are not heeded."
            " If it is a proxy of yours, name it in GRADEBOOK_TRUSTED_PROXIES: until then all"
            " its clients have one address.",
            peer or "a local socket",
        )


def _peer(connection: HTTPConnection) -> str:
    client = connection.scope.get("client")
    return client[0] if client else ""


def _values(connection: HTTPConnection, header: str) -> list[str]:
    joined = ",".join(connection.headers.getlist(header))
    return [one.strip() for one in joined.split(",") if one.strip()]


def _without_port(value: str) -> str:
    """An address without the port, which some proxies add."""
    found = WITH_PORT.fullmatch(value)
    return (found["v6"] or found["v4"]) if found else value


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
