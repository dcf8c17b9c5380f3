"""How long sessions last."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """A session `lasts` so long at most, so `brief` where the device is not to be remembered, and
    ends when it was `idle` for long."""

    lasts: timedelta = timedelta(days=30)
    brief: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(days=14)


USUAL = SessionLimits()
