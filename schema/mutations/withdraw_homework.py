"""Withdrawing homework."""

from enum import Enum
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.refusals import Fault
from resolvers.context import Context
from resolvers.mutations.homework_changes import withdraw_homework as withdraw
from resolvers.mutations.revise import Step
from schema.declare import column, mutation
from schema.mutations.faults import (
    ERRORS,
    KEPT,
    KEY,
    REASON,
    VERSION,
    Answer,
    Failure,
    answered,
    content,
    fault,
)
from schema.nouns import HomeworkRef


@strawberry.enum(description="Why homework was not withdrawn.")
class WithdrawHomeworkErrorCode(Enum):
    BAD_INPUT = fault(Fault.BAD_INPUT)
    NOT_FOUND = fault(Fault.NOT_FOUND)
    FORBIDDEN = fault(Fault.FORBIDDEN)
    CONFLICT = fault(Fault.CONFLICT)
    IDEMPOTENCY_KEY_REUSED = fault(Fault.IDEMPOTENCY_KEY_REUSED)
    PERIOD_LOCKED = fault(Fault.PERIOD_LOCKED)
    WITHDRAWN = fault(Fault.WITHDRAWN)


@strawberry.type(description=KEPT)
class WithdrawHomeworkError(Failure[WithdrawHomeworkErrorCode]): ...


@strawberry.type(description="The outcome of withdrawing homework.")
class WithdrawHomeworkPayload:
    homework: HomeworkRef | None = column(
        ANYONE, "The homework as it is now, after a conflict too.", name="record"
    )
    errors: list[WithdrawHomeworkError] = column(ANYONE, ERRORS)


@strawberry.input(description="Homework to be withdrawn.")
class WithdrawHomeworkInput:
    id: strawberry.ID = strawberry.field(description="The homework, by global id.")
    expected_version: int = strawberry.field(description=VERSION)
    reason: str = strawberry.field(description=REASON)
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


Asked = Annotated[
    WithdrawHomeworkInput, strawberry.argument(description="The homework and the reason.")
]


@strawberry.type
class WithdrawHomework:
    @mutation("Take homework back; it stays in the history.", WithdrawHomeworkPayload | None)
    async def withdraw_homework(record: Any, context: Context, input: Asked) -> Answer:  # noqa: A002
        outcome = await withdraw(
            context.store, context.signed_in(), Step(**content(input)), input.idempotency_key
        )
        return answered(context, outcome, WithdrawHomeworkErrorCode)
