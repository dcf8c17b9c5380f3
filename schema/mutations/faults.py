"""What mutations have in common: the meaning of their codes, and how an outcome is answered."""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

import strawberry

from domain.audience import ANYONE
from domain.refusals import Fault
from resolvers.context import Context
from resolvers.mutations.attempt import Outcome
from schema.declare import column

MEANINGS = {
    Fault.BAD_INPUT: "Something in the input is malformed; the path says where.",
    Fault.NOT_FOUND: "There is no such record, or the viewer may not know of it.",
    Fault.FORBIDDEN: "The viewer may see the record, but not change it.",
    Fault.CONFLICT: "The record was changed by somebody else, or the id is in use; "
    "the payload has the record as it is.",
    Fault.IDEMPOTENCY_KEY_REUSED: "The key was used for another request.",
    Fault.OUTSIDE_SCALE: "The scale does not have this value.",
    Fault.STUDENT_NOT_IN_COURSE: "The student does not take the course on the lesson's day.",
    Fault.PERIOD_LOCKED: "The day is in a locked period.",
    Fault.LESSON_CANCELLED: "The lesson does not take place.",
    Fault.LESSON_IN_FUTURE: "The lesson is to come.",
    Fault.LESSON_OF_ANOTHER_COURSE: "The lesson is of another course.",
    Fault.WITHDRAWN: "The record is withdrawn.",
    Fault.NOT_WITHDRAWN: "The record is not withdrawn.",
    Fault.TOO_MANY: "There are as many as there may be.",
    Fault.RESYNC: "What is asked for is no longer kept: load anew.",
}
KEPT = "What kept it from being done."
ERRORS = "Why nothing was changed; empty where it was."
KEY = (
    "Names the request, so that it is safe to retry: with the same key it is done once. "
    "A key is of one account in one school."
)
REASON = "Why; kept in the history."
VERSION = "The version that the change is meant for; any other is a CONFLICT."


def fault(code: Fault) -> Any:  # stands as a member of an enum
    return strawberry.enum_value(code.value, description=MEANINGS[code])


Codes = TypeVar("Codes", bound=Enum)


@strawberry.type
class Failure(Generic[Codes]):
    """What the error of each mutation is, with the codes of its own."""

    code: Codes = column(ANYONE, "Which of the known reasons.")
    message: str = column(ANYONE, "The reason in words.")
    path: list[str] = column(ANYONE, "Where in the input it is; list places count from 0.")


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    code: Enum
    message: str
    path: list[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a payload's fields read."""

    records: list[Any]
    errors: list[ErrorRecord]

    @property
    def record(self) -> Any:
        return self.records[0] if self.records else None


def answered(context: Context, outcome: Outcome, codes: type[Enum]) -> Answer:
    """The outcome in the mutation's own codes; what the request has read so far is read anew."""
    context.become(context.viewer)
    if context.feed is not None and not outcome.errors:
        context.feed.wake()
    errors = [
        ErrorRecord(codes[error.code.name], error.message, list(error.path))
        for error in outcome.errors
    ]
    return Answer(outcome.records, errors)


def content(given: Any) -> dict[str, Any]:
    """The fields of an input, but for its key."""
    return {name: value for name, value in vars(given).items() if name != "idempotency_key"}
