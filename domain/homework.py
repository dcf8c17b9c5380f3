"""The expected time of homework."""

MOST_MINUTES = 24 * 60


class BadMinutes(ValueError):
    """A time that homework can't take."""


def check_minutes(minutes: int) -> int:
    """Check the expected minutes of homework; raises BadMinutes."""
    if not 0 < minutes <= MOST_MINUTES:
        raise BadMinutes(f"Homework takes 1 to {MOST_MINUTES} minutes")
    return minutes
