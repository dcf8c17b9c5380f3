"""Limits on the connections, WebSockets and subscriptions of an address or an account."""

from collections.abc import Hashable
from functools import lru_cache

from gateway.settings import Settings
from resolvers.throttle import networks_of

QuotaKey = tuple[Hashable, int]
"""An address or account, and how many it may hold."""


class QuotaExceeded(Exception):
    """An address or account already holds its maximum; the message says what and how many."""


class Slot:
    """One connection, WebSocket or subscription that is counted until it is released; small, as
    there are thousands."""

    __slots__ = ("_counts", "_keys")

    def __init__(self, counts: dict[Hashable, int], keys: tuple[QuotaKey, ...]) -> None:
        self._counts = counts
        self._keys = keys

    def release(self) -> None:
        """Stop counting it; a second call does nothing."""
        for key, _ in self._keys:
            if self._counts[key] > 1:
                self._counts[key] -= 1
            else:
                del self._counts[key]
        self._keys = ()


class Quota:
    """Counts what each address and account holds in this process."""

    def __init__(self, what: str, of_address: int, of_account: int = 0) -> None:
        self.what = what
        self.of_address = of_address
        self.of_account = of_account
        self._counts: dict[Hashable, int] = {}

    def at(self, address: str) -> Slot:
        """Take a slot for the address, or raise `QuotaExceeded`.

        The wider networks of an IPv6 address count too, each with a larger quota.
        """
        keys = keys_of(address, self.of_address)
        return self._take(keys, f"One address may hold {self.of_address} {self.what} at once.")

    def of(self, account: Hashable) -> Slot:
        """Take a slot for the account, or raise `QuotaExceeded`."""
        keys = ((account, self.of_account),)
        return self._take(keys, f"One account may hold {self.of_account} {self.what} at once.")

    def holders(self) -> int:
        """The number of addresses and accounts that hold something."""
        return len(self._counts)

    def _take(self, keys: tuple[QuotaKey, ...], full: str) -> Slot:
        if any(self._counts.get(key, 0) >= most for key, most in keys):
            raise QuotaExceeded(full)
        for key, _ in keys:
            self._counts[key] = self._counts.get(key, 0) + 1
        return Slot(self._counts, keys)


@lru_cache(maxsize=4_096)
def keys_of(address: str, most: int) -> tuple[QuotaKey, ...]:
    return tuple((("address", network), most * times) for network, times in networks_of(address))


class ConnectionLimits:
    """The limits of this process."""

    def __init__(self, settings: Settings) -> None:
        self.connections = Quota("connections", settings.max_connections_per_address)
        self.sockets = Quota(
            "WebSockets", settings.max_sockets_per_address, settings.max_sockets_per_account
        )
        self.uploads = Quota("uploads", settings.max_uploads, settings.max_uploads_per_account)
        self.streams = Quota(
            "subscriptions", settings.max_streams_per_address, settings.max_streams_per_account
        )
