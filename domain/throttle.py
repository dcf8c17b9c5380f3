"""How often someone may try to sign in: token buckets by login and by address."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from domain.errors import Code, Problem


@dataclass(slots=True)
class Buckets:
    """At most `size` tries at once, then one more every `refill` seconds, for each key.

    Keys beyond `capacity` push out those used least lately.
    """

    size: int
    refill: float
    capacity: int = 10_000
    clock: Callable[[], float] = monotonic
    levels: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, key: str) -> float:
        """Take one try; answers 0, or how many seconds are left until the next one."""
        left = self._level(key)
        allowed = left >= 1
        self._keep(key, left - 1 if allowed else left)
        return 0.0 if allowed else (1 - left) * self.refill

    def give_back(self, key: str) -> None:
        """Undo one `take` that was no guess."""
        if key in self.levels:
            self._keep(key, min(self.size, self._level(key) + 1))

    def _level(self, key: str) -> float:
        now = self.clock()
        left, since = self.levels.get(key, (float(self.size), now))
        return min(self.size, left + (now - since) / self.refill)

    def _keep(self, key: str, level: float) -> None:
        self.levels[key] = (level, self.clock())
        self.levels.move_to_end(key)
        if len(self.levels) > self.capacity:
            self.levels.popitem(last=False)


class Throttle:
    """An account is guessed from many addresses, an address guesses many accounts: both count.

    A whole school may sign in from one address in a morning, so addresses have room.
    """

    def __init__(self, logins: Buckets | None = None, addresses: Buckets | None = None) -> None:
        self.logins = logins or Buckets(size=10, refill=30)
        self.addresses = addresses or Buckets(size=100, refill=1)

    def sign_in(self, login: str, address: str) -> None:
        """Count one try to sign in; raises `RATE_LIMITED` where there were too many."""
        wait = self.addresses.take(address) or self.logins.take(login)
        if wait:
            raise Problem(
                Code.RATE_LIMITED,
                f"Too many attempts to sign in. Try again in {int(wait) + 1} seconds.",
            )

    def signed_in(self, login: str) -> None:
        """A right password is no guess at the login."""
        self.logins.give_back(login)
