"""Errors with messages that clients may read."""

from enum import StrEnum


class Code(StrEnum):
    """The stable `extensions.code` of an error."""

    BAD_INPUT = "BAD_INPUT"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    RATE_LIMITED = "RATE_LIMITED"
    TIMEOUT = "TIMEOUT"
    RESYNC = "RESYNC"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"
    FILE_TYPE_REFUSED = "FILE_TYPE_REFUSED"
    FILE_DAMAGED = "FILE_DAMAGED"
    FILE_UNSAFE = "FILE_UNSAFE"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    INTERNAL = "INTERNAL"


class Problem(Exception):
    """An error whose message is shown to the client."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __repr__(self) -> str:
        return f"Problem({self.code}, {self.message!r})"


def bad_input(message: str) -> Problem:
    return Problem(Code.BAD_INPUT, message)
