"""What a process that sends mail keeps to; a test may set every clock by hand."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.clock import now
from domain.mail import MailSchedule


@dataclass(frozen=True, slots=True)
class Terms:
    schedule: MailSchedule = field(default_factory=MailSchedule)
    clock: Callable[[], datetime] = now
    chance: Callable[[], float] = random.random
    """From 0 to 1, for the jitter of delays."""
    poll: float = 1.0
    """Seconds after which it is looked for mail even if nobody has called."""
    apart: float = 0.05
    """Seconds between two looks, however often somebody calls."""
    at_once: int = 4
    """Connections to the server that a process may hold at once."""
    turn: int = 100
    """The most mails sent over one connection."""
    pause: timedelta = timedelta(seconds=10)
    """How long a process leaves a server alone that can't be reached; doubled each time, up to
    `longest_pause`."""
    longest_pause: timedelta = timedelta(minutes=5)
    margin: timedelta = timedelta(seconds=30)
    """How much longer than the server's time limits a process holds a mail."""
    kept: timedelta = timedelta(days=30)
    """How long the queue tells what became of a mail."""
