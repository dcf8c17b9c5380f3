"""What a worker keeps to: how often, how long, how many; a test may set every clock by hand."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.clock import now
from domain.webhooks import Schedule


@dataclass(frozen=True, slots=True)
class Terms:
    schedule: Schedule = field(default_factory=Schedule)
    clock: Callable[[], datetime] = now
    chance: Callable[[], float] = random.random
    """From 0 to 1, for the jitter of delays."""
    timeout: float = 10.0
    """Seconds for one try, from looking up the host to the end of the answer."""
    lease: timedelta = timedelta(seconds=60)
    """How long one process may send for a webhook without saying so again: longer than a try."""
    poll: float = 1.0
    """Seconds after which it is looked for something to send even if nobody has called."""
    apart: float = 0.1
    """Seconds between two looks, however often somebody calls."""
    at_once: int = 16
    """How many webhooks a process sends for at once."""
    turn: float = 30.0
    """Seconds after which a webhook with more to send lets others go first."""
    kept: timedelta = timedelta(days=30)
    """How long the log keeps what is done with."""
    stale: timedelta = timedelta(days=1)
    """After which the position of a webhook that has nothing to send is moved along."""
