"""How often someone may try to sign in: counted in the database, by all processes together."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from ipaddress import IPv6Address, IPv6Network, ip_address
from math import ceil
from typing import cast
from uuid import UUID

from db.store import Reader, Store
from db.writing.sign_in_tries import Wait, return_try, use_up_try, wait_for_try
from domain.clock import seconds_told
from domain.errors import Code, Problem


@dataclass(frozen=True, slots=True)
class Allowance:
    """At most `size` tries at once, then one more every `refill`, for each key."""

    size: int
    refill: timedelta
    what: str = "attempts to sign in"

    async def take(self, store: Store | Reader, key: bytes) -> None:
        """Count one try; raises `RATE_LIMITED` where none is left, which puts the next one off
        no further."""
        room = self.refill * (self.size - 1)
        if await store.first(use_up_try, key=key, refill=self.refill, room=room):
            return
        row = cast("Wait | None", await store.first(wait_for_try, key=key, room=room))
        seconds = ceil(row.wait.total_seconds()) if row else 0
        raise Problem(
            Code.RATE_LIMITED,
            f"Too many {self.what}. Try again in {seconds_told(max(seconds, 1))}.",
        )

    async def give_back(self, store: Store, key: bytes) -> None:
        """Undo one `take` that was no guess."""
        await store.fetch(return_try, key=key, refill=self.refill)

    def times(self, many: int) -> "Allowance":
        """So many times the tries, which come back so many times as fast."""
        return replace(self, size=self.size * many, refill=self.refill / many)


@dataclass(frozen=True, slots=True)
class Throttle:
    """An account is guessed from many addresses, an address guesses many accounts: both count.

    A whole school may sign in from one address in a morning, so addresses have room. In a network
    from which anybody has signed in, each login has tries of its own, which nobody elsewhere uses
    up; whether there is such a login, and who has signed in, makes no difference to them.
    """

    logins: Allowance = Allowance(10, timedelta(seconds=30))
    addresses: Allowance = Allowance(100, timedelta(seconds=1))
    passwords: Allowance = Allowance(10, timedelta(seconds=30), "tries of a password")
    """Of an account that is signed in: its own password, asked for again."""
    codes: Allowance = Allowance(5, timedelta(minutes=2), "tries of a code")
    """Of one account, and of one sign-in, whose password was right: six digits are few."""
    mails: Allowance = Allowance(3, timedelta(minutes=10), "mails asked for")
    """To one login or address, whatever exists."""
    hand_outs: Allowance = Allowance(60, timedelta(seconds=30), "passwords handed out")
    """By one account."""
    measures: Allowance = Allowance(300, timedelta(seconds=0.2), "passwords measured")
    """From an address, of passwords that somebody chooses and has measured as they type."""
    calendars: Allowance = Allowance(30, timedelta(minutes=1), "readings of a calendar")
    """Of one calendar; programs read one every quarter of an hour at most."""
    unknown_calendars: Allowance = Allowance(60, timedelta(seconds=10), "calendars asked for")
    """From an address, of calendars that there are not."""
    reports: Allowance = Allowance(20, timedelta(seconds=6), "reports asked for")
    """By one account."""
    charts: Allowance = Allowance(120, timedelta(seconds=1), "charts asked for")
    """By one account; a page may show a dozen."""
    familiar: Allowance = Allowance(100, timedelta(seconds=3))
    """Of one login from all networks that are known together: whoever may sign in makes a network
    known."""

    async def take_login(self, store: Store, login: str, address: str, *, known: bool) -> None:
        """Count a try of the login, from a network that is `known` or not."""
        if known:
            await self.familiar.take(store, _hash("familiar", login))
        await self.logins.take(store, _key_of_try(login, address, known))

    async def give_login_back(self, store: Store, login: str, address: str, *, known: bool) -> None:
        """Undo `take_login` of a try that was right."""
        if known:
            await self.familiar.give_back(store, _hash("familiar", login))
        await self.logins.give_back(store, _key_of_try(login, address, known))

    async def admit(self, store: Store, address: str) -> None:
        """Count a try of the address and of the networks around it; raises `RATE_LIMITED` where
        one of them has none left, and then none has lost one."""
        counted: list[tuple[Allowance, bytes]] = []
        for network, many in networks_of(address):
            allowance, key = self.addresses.times(many), _hash("address", network)
            try:
                await allowance.take(store, key)
            except Problem:
                for other, taken in counted:
                    await other.give_back(store, taken)
                raise
            counted.append((allowance, key))


def key_of(*parts: str) -> bytes:
    """Of whatever is counted, named by its first part."""
    return _hash(*parts)


def _key_of_try(login: str, address: str, known: bool) -> bytes:
    return _hash("place", network_of(address), login) if known else _hash("login", login)


def key_of_place(address: str) -> bytes:
    """Of the network that somebody signs in from."""
    return _hash("place", network_of(address))


def key_of_code(code_hash: bytes) -> bytes:
    """Of an access code or a link, whether there is such a one or not."""
    return _hash("code", code_hash.hex())


def key_of_account(account: UUID) -> bytes:
    return _hash("account", account.hex)


WIDER = ((64, 1), (56, 2), (48, 4))
"""Networks of IPv6 by the length of their prefix, and how many times as much as one household
each may have: a household or a server has at least a /64 for itself, and a site up to a /48, whose
65,536 networks would be as many strangers."""


def networks_of(address: str) -> tuple[tuple[str, int], ...]:
    """What counts as one client with the address, the narrowest first, and how many times as much
    as an address of IPv4 it may have."""
    with suppress(ValueError):
        parsed = ip_address(address)
        if isinstance(parsed, IPv6Address):
            if parsed.ipv4_mapped is not None:
                return ((str(parsed.ipv4_mapped), 1),)
            whole = int(parsed)
            return tuple(
                (str(IPv6Network((whole >> 128 - length << 128 - length, length))), many)
                for length, many in WIDER
            )
    return ((address, 1),)


def network_of(address: str) -> str:
    """The address, or of IPv6 the /64 that one household or server has for itself."""
    return networks_of(address)[0][0]


def _hash(*parts: str) -> bytes:
    return sha256("\0".join(parts).encode()).digest()
