"""Restoring a grade."""

from enum import Enum
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.refusals import Fault
from resolvers.context import Context
from resolvers.mutations.revise import Step
from resolvers.mutations.revise import restore_grade as restore
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
from schema.nouns import GradeRef


@strawberry.enum(description="Why a grade was not restored.")
class RestoreGradeErrorCode(Enum):
    BAD_INPUT = fault(Fault.BAD_INPUT)
    NOT_FOUND = fault(Fault.NOT_FOUND)
    FORBIDDEN = fault(Fault.FORBIDDEN)
    CONFLICT = fault(Fault.CONFLICT)
    IDEMPOTENCY_KEY_REUSED = fault(Fault.IDEMPOTENCY_KEY_REUSED)
    PERIOD_LOCKED = fault(Fault.PERIOD_LOCKED)
    NOT_WITHDRAWN = fault(Fault.NOT_WITHDRAWN)


@strawberry.type(description=KEPT)
class RestoreGradeError(Failure[RestoreGradeErrorCode]): ...


@strawberry.type(description="The outcome of restoring a grade.")
class RestoreGradePayload:
    grade: GradeRef | None = column(
        ANYONE, "The grade as it is now, after a conflict too.", name="record"
    )
    errors: list[RestoreGradeError] = column(ANYONE, ERRORS)


@strawberry.input(description="A grade to be restored.")
class RestoreGradeInput:
    id: strawberry.ID = strawberry.field(description="The grade, by global id.")
    expected_version: int = strawberry.field(description=VERSION)
    reason: str = strawberry.field(description=REASON)
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


Asked = Annotated[RestoreGradeInput, strawberry.argument(description="The grade and the reason.")]


@strawberry.type
class RestoreGrade:
    @mutation("Let a withdrawn grade stand again.", RestoreGradePayload | None)
    async def restore_grade(record: Any, context: Context, input: Asked) -> Answer:  # noqa: A002
        outcome = await restore(
            context.store, context.signed_in(), Step(**content(input)), input.idempotency_key
        )
        return answered(context, outcome, RestoreGradeErrorCode)
