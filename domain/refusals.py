"""Why a change was not made: what its author can mend, in words that they may read."""

from dataclasses import dataclass
from typing import Any

from domain.enums import DescribedEnum


class UserErrorCode(DescribedEnum):
    """The codes of all mutations; each mutation names those that it may answer."""

    BAD_INPUT = "BAD_INPUT", "Something in the input is malformed; the path says where."
    UNAUTHENTICATED = "UNAUTHENTICATED", "The login, the password or the code is wrong."
    NOT_FOUND = "NOT_FOUND", "There is no such record, or the viewer may not know of it."
    FORBIDDEN = "FORBIDDEN", "The viewer may see the record, but not change it."
    CONFLICT = (
        "CONFLICT",
        "The record was changed by another, or the id is in use; the payload has what stands.",
    )
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED", "The key was used for another request."
    OUTSIDE_SCALE = "OUTSIDE_SCALE", "The scale does not have this value."
    STUDENT_NOT_IN_COURSE = (
        "STUDENT_NOT_IN_COURSE",
        "The student does not take the course on the lesson's day.",
    )
    OVERLAPS = "OVERLAPS", "Its days overlap those of another."
    OUTSIDE_YEAR = (
        "OUTSIDE_YEAR",
        "Its days are not within those of the year or period that it is part of.",
    )
    IN_USE = "IN_USE", "Other records use it: it can't be changed so, nor put away."
    ALREADY_THERE = "ALREADY_THERE", "The school has such a record already."
    NOT_THERE = "NOT_THERE", "The person does not belong to the school, or the place, on the day."
    LAST_HEAD = "LAST_HEAD", "The school would have no head any more."
    CLASH = "CLASH", "A teacher, a room, a class or a student would have two lessons at once."
    PERIOD_LOCKED = "PERIOD_LOCKED", "The day is in a locked period."
    LESSON_CANCELLED = "LESSON_CANCELLED", "The lesson does not take place."
    LESSON_IN_FUTURE = "LESSON_IN_FUTURE", "The lesson is to come."
    LESSON_INCOMPLETE = (
        "LESSON_INCOMPLETE",
        "The lesson lacks its topic or its attendance; with a reason it may be closed without.",
    )
    LESSON_OF_ANOTHER_COURSE = "LESSON_OF_ANOTHER_COURSE", "The lesson is of another course."
    MATERIAL_OF_ANOTHER_COURSE = (
        "MATERIAL_OF_ANOTHER_COURSE",
        "The material is neither of the course nor of its subject.",
    )
    WITHDRAWN = "WITHDRAWN", "The record is withdrawn."
    NOT_WITHDRAWN = "NOT_WITHDRAWN", "The record is not withdrawn."
    WRITING_RESTRICTED = (
        "WRITING_RESTRICTED",
        "The viewer may not write or take part: a moderator or a guardian keeps them from it.",
    )
    NOBODY_DECIDES = (
        "NOBODY_DECIDES",
        "Nobody may decide on this: its author is the only head of the school, without a deputy.",
    )
    WRONG_STATE = "WRONG_STATE", "What is done to the record does not follow on its state."
    NOT_OPEN = "NOT_OPEN", "It is not open: it has not opened yet, or was closed."
    TIME_OVER = "TIME_OVER", "The time for it is over."
    ALREADY_ANSWERED = "ALREADY_ANSWERED", "The person, or their family, has answered already."
    NOT_DUE = "NOT_DUE", "The homework is not due yet."
    TOO_EARLY = "TOO_EARLY", "The term for it is not over yet."
    TOO_MANY = "TOO_MANY", "There are as many as there may be."
    CODE_MISTYPED = "CODE_MISTYPED", "The access code is mistyped: it is none that was ever made."
    CODE_USED = "CODE_USED", "The access code, or the link, has been used; it works once."
    CODE_EXPIRED = "CODE_EXPIRED", "The time of the access code, the link or the sign-in is over."
    CODE_REVOKED = "CODE_REVOKED", "The access code was taken back, or replaced by another."
    RATE_LIMITED = "RATE_LIMITED", "There were too many attempts; the message says how long."
    RESYNC = "RESYNC", "What is asked for is no longer kept: load anew."
    NOT_CONFIGURED = "NOT_CONFIGURED", "Whoever runs the gateway has not set this up."
    UNAVAILABLE = (
        "UNAVAILABLE",
        "Another system, which is needed for this, does not answer as it should.",
    )


@dataclass(frozen=True, slots=True)
class UserError:
    """One thing to mend; `path` leads to it from the input."""

    code: UserErrorCode
    message: str
    path: tuple[str, ...] = ()

    def at(self, *path: str) -> "UserError":
        """The same, in an input at the path; one that has no place of its own is at the path."""
        return UserError(self.code, self.message, path)


class Refused(Exception):
    """The change is not made; `current` is what stands instead, where its author may know it."""

    def __init__(self, *errors: UserError, current: Any = None) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors
        self.current = current

    def __repr__(self) -> str:
        return f"Refused({', '.join(error.code for error in self.errors)})"


def refused(code: UserErrorCode, message: str, *path: str, current: Any = None) -> Refused:
    return Refused(UserError(code, message, path), current=current)
