"""The network addresses that webhooks may be sent to; private networks are excluded."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

TRANSLATED = IPv6Network("64:ff9b::/96")
"""NAT64 (RFC 6052): the last 32 bits are the IPv4 address."""
REFUSED: tuple[Network, ...] = (
    IPv4Network("168.63.129.16/32"),  # the host of a virtual machine of Azure
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv6Network("::/96"),
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("2001::/32"),
    IPv6Network("2002::/16"),
    IPv6Network("fec0::/10"),
)
"""Tunnels, whose inner address can't be checked, and addresses that Python counts as global."""


def may_reach(address: Address, allowed: Iterable[Network] = ()) -> bool:
    """Whether the address is on the public internet or in an allowed network."""
    meant = _meant(address)
    return is_public(meant) or any(meant in network for network in allowed)


def may_send_to(address: Address, allowed: Iterable[Network], *, plain: bool) -> bool:
    """As `may_reach`; `plain` HTTP, without TLS, is allowed to the loopback only."""
    return may_reach(address, allowed) and (not plain or _meant(address).is_loopback)


def is_public(address: Address) -> bool:
    meant = _meant(address)
    return (
        meant.is_global
        and not (meant.is_multicast or meant.is_reserved or meant.is_loopback or meant.is_private)
        and not any(meant in network for network in REFUSED)
    )


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 address contains, or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address
