"""Why a change was not made: what its author can mend, in words that they may read."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """The codes of all mutations; each mutation names those that it may answer."""

    BAD_INPUT = "BAD_INPUT"
    NOT_FOUND = "NOT_FOUND"
    FORBIDDEN = "FORBIDDEN"
    CONFLICT = "CONFLICT"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    OUTSIDE_SCALE = "OUTSIDE_SCALE"
    STUDENT_NOT_IN_COURSE = "STUDENT_NOT_IN_COURSE"
    PERIOD_LOCKED = "PERIOD_LOCKED"
    LESSON_CANCELLED = "LESSON_CANCELLED"
    LESSON_IN_FUTURE = "LESSON_IN_FUTURE"
    LESSON_OF_ANOTHER_COURSE = "LESSON_OF_ANOTHER_COURSE"
    WITHDRAWN = "WITHDRAWN"
    NOT_WITHDRAWN = "NOT_WITHDRAWN"
    TOO_MANY = "TOO_MANY"
    RESYNC = "RESYNC"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing to mend; `path` leads to it from the input."""

    code: Fault
    message: str
    path: tuple[str, ...] = ()


class Refused(Exception):
    """The change is not made; `current` is what stands instead, where its author may know it."""

    def __init__(self, *refusals: Refusal, current: Any = None) -> None:
        super().__init__("; ".join(refusal.message for refusal in refusals))
        self.refusals = refusals
        self.current = current

    def __repr__(self) -> str:
        return f"Refused({', '.join(str(refusal.code) for refusal in self.refusals)})"


def refused(code: Fault, message: str, *path: str, current: Any = None) -> Refused:
    return Refused(Refusal(code, message, path), current=current)
