"""What every mutation answers: a payload with the errors that kept it from being done."""

import strawberry

from domain import refusals
from domain.audience import ANYONE
from domain.refusals import UserErrorCode
from schema.declare import ErrorsDirective, column

Given = strawberry.argument(description="What is asked for.")
"""The argument `input` of a mutation that has its own form."""
ERRORS = "Why nothing was changed; empty where it was."


@strawberry.type(description="What kept a mutation from being done, for its author to mend.")
class UserError:
    code: UserErrorCode = column(ANYONE, "Which of the known reasons.")
    message: str = column(ANYONE, "The reason in words.")
    path: list[str] = column(ANYONE, "Where in the input it is; list places count from 0.")


@strawberry.interface(description="What a mutation answers: one fragment for the errors of all.")
class Payload:
    errors: list[UserError] = column(ANYONE, ERRORS)


def errors_of(*codes: refusals.UserErrorCode) -> ErrorsDirective:
    return ErrorsDirective(codes=list(codes))
