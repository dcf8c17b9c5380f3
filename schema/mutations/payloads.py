"""What every mutation answers: a payload with the errors that kept it from being done."""

from dataclasses import dataclass, field
from typing import Any

import strawberry

from domain import refusals
from domain.audience import ANYONE
from domain.refusals import UserErrorCode
from resolvers.context import Context
from resolvers.declarations.transaction import Outcome
from schema.declare import ErrorsDirective, column

ERRORS = "Why nothing was changed; empty where it was."


@strawberry.type(description="What kept a mutation from being done, for its author to mend.")
class UserError:
    code: UserErrorCode = column(ANYONE, "Which of the known reasons.")
    message: str = column(ANYONE, "The reason in words.")
    path: list[str] = column(ANYONE, "Where in the input it is; list places count from 0.")


@strawberry.interface(description="What a mutation answers: one fragment for the errors of all.")
class Payload:
    errors: list[UserError] = column(ANYONE, ERRORS)


@dataclass(frozen=True, slots=True)
class PayloadRecord:
    """What a payload's fields read."""

    records: list[Any] = field(default_factory=list)
    errors: list[refusals.UserError] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def record(self) -> Any:
        return self.records[0] if self.records else None


def errors_of(*codes: refusals.UserErrorCode) -> ErrorsDirective:
    return ErrorsDirective(codes=list(codes))


def answered(context: Context, outcome: Outcome) -> PayloadRecord:
    """The outcome; what the request has read so far is read anew."""
    context.become(context.viewer)
    if not outcome.errors:
        if context.feed is not None:
            context.feed.wake()
        if context.webhooks is not None:
            context.webhooks.wake()
    return PayloadRecord(outcome.records, outcome.errors, outcome.more)
