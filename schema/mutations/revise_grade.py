"""Revising a grade."""

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.refusals import Fault
from resolvers.context import Context
from resolvers.mutations.revise import Revision
from resolvers.mutations.revise import revise_grade as revise
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


@strawberry.enum(description="Why a grade was not revised.")
class ReviseGradeErrorCode(Enum):
    BAD_INPUT = fault(Fault.BAD_INPUT)
    NOT_FOUND = fault(Fault.NOT_FOUND)
    FORBIDDEN = fault(Fault.FORBIDDEN)
    CONFLICT = fault(Fault.CONFLICT)
    IDEMPOTENCY_KEY_REUSED = fault(Fault.IDEMPOTENCY_KEY_REUSED)
    PERIOD_LOCKED = fault(Fault.PERIOD_LOCKED)
    OUTSIDE_SCALE = fault(Fault.OUTSIDE_SCALE)
    WITHDRAWN = fault(Fault.WITHDRAWN)


@strawberry.type(description=KEPT)
class ReviseGradeError(Failure[ReviseGradeErrorCode]): ...


@strawberry.type(description="The outcome of revising a grade.")
class ReviseGradePayload:
    grade: GradeRef | None = column(
        ANYONE, "The grade as it is now, after a conflict too.", name="record"
    )
    errors: list[ReviseGradeError] = column(ANYONE, ERRORS)


@strawberry.input(description="What changes of a grade.")
class ReviseGradeInput:
    id: strawberry.ID = strawberry.field(description="The grade, by global id.")
    expected_version: int = strawberry.field(description=VERSION)
    reason: str = strawberry.field(description=REASON)
    value: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The mark; as it is, if left out. One that was owed is then no longer due.",
    )
    weight: Decimal | None = strawberry.field(
        default=strawberry.UNSET, description="The weight; as it is, if left out."
    )
    work_type: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The kind of work; as it is, if left out."
    )
    comment: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The comment; as it is, if left out; null takes it away.",
    )
    excused: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whether it is left out of averages; as it is, if left out.",
    )
    bonus: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whether it counts only where it raises the average; as it is, if left out.",
    )
    due_on: date | None = strawberry.field(
        default=strawberry.UNSET,
        description="The day by which a mark without a value is owed; as it is, if left out; "
        "null takes it away.",
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


Asked = Annotated[ReviseGradeInput, strawberry.argument(description="What changes.")]


@strawberry.type
class ReviseGrade:
    @mutation("Change a grade; what it was stays in its history.", ReviseGradePayload | None)
    async def revise_grade(record: Any, context: Context, input: Asked) -> Answer:  # noqa: A002
        outcome = await revise(
            context.store, context.signed_in(), Revision(**content(input)), input.idempotency_key
        )
        return answered(context, outcome, ReviseGradeErrorCode)
