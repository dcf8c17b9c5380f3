"""Homework: how long it may take."""

MOST_MINUTES = 24 * 60


class BadMinutes(ValueError):
    """A time that no homework takes."""


def check_minutes(minutes: int) -> int:
    """The minutes that homework is expected to take; BadMinutes where it can't."""
    if not 0 < minutes <= MOST_MINUTES:
        raise BadMinutes(f"Homework takes 1 to {MOST_MINUTES} minutes")
    return minutes
