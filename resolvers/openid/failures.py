"""Why a sign-in with a provider has led nowhere."""

from enum import StrEnum


class Reason(StrEnum):
    """What the page of the sign-in has a sentence for."""

    OVER = "OVER"
    """It took too long, was begun in another browser, or was finished already."""
    CANCELLED = "CANCELLED"
    """The provider says that it was refused there."""
    UNAVAILABLE = "UNAVAILABLE"
    """The provider does not answer, or not in time."""
    UNTRUSTED = "UNTRUSTED"
    """What the provider says is not what was asked for, or not by its keys."""
    TAKEN = "TAKEN"
    """Who they are there is another account here."""
    CLOSED = "CLOSED"
    """The account signs nobody in."""
    BUSY = "BUSY"
    """There were too many tries."""
    SIGNED_OUT = "SIGNED_OUT"
    """Whoever wanted to add an identity is not signed in any more."""


class Failed(Exception):
    """`detail` is for the log alone."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
