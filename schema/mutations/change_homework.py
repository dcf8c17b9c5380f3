"""Changing homework."""

from datetime import date
from enum import Enum
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.refusals import Fault
from resolvers.context import Context
from resolvers.mutations.homework_changes import HomeworkChange, change_set_homework
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


@strawberry.enum(description="Why homework was not changed.")
class ChangeHomeworkErrorCode(Enum):
    BAD_INPUT = fault(Fault.BAD_INPUT)
    NOT_FOUND = fault(Fault.NOT_FOUND)
    FORBIDDEN = fault(Fault.FORBIDDEN)
    CONFLICT = fault(Fault.CONFLICT)
    IDEMPOTENCY_KEY_REUSED = fault(Fault.IDEMPOTENCY_KEY_REUSED)
    PERIOD_LOCKED = fault(Fault.PERIOD_LOCKED)
    LESSON_OF_ANOTHER_COURSE = fault(Fault.LESSON_OF_ANOTHER_COURSE)
    WITHDRAWN = fault(Fault.WITHDRAWN)


@strawberry.type(description=KEPT)
class ChangeHomeworkError(Failure[ChangeHomeworkErrorCode]): ...


@strawberry.type(description="The outcome of changing homework.")
class ChangeHomeworkPayload:
    homework: HomeworkRef | None = column(
        ANYONE, "The homework as it is now, after a conflict too.", name="record"
    )
    errors: list[ChangeHomeworkError] = column(ANYONE, ERRORS)


@strawberry.input(description="What changes of homework.")
class ChangeHomeworkInput:
    id: strawberry.ID = strawberry.field(description="The homework, by global id.")
    expected_version: int = strawberry.field(description=VERSION)
    reason: str = strawberry.field(description=REASON)
    text: str | None = strawberry.field(
        default=strawberry.UNSET, description="What is to be done; as it is, if left out."
    )
    due_on: date | None = strawberry.field(
        default=strawberry.UNSET,
        description="The day by which it is to be done; as it is, if left out.",
    )
    due_lesson: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The lesson at which it is due instead, by global id."
    )
    expected_minutes: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="How long it should take; as it is, if left out; null takes it away.",
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


Asked = Annotated[ChangeHomeworkInput, strawberry.argument(description="What changes.")]


@strawberry.type
class ChangeHomework:
    @mutation("Change homework; what it was stays in its history.", ChangeHomeworkPayload | None)
    async def change_homework(record: Any, context: Context, input: Asked) -> Answer:  # noqa: A002
        outcome = await change_set_homework(
            context.store,
            context.signed_in(),
            HomeworkChange(**content(input)),
            input.idempotency_key,
        )
        return answered(context, outcome, ChangeHomeworkErrorCode)
