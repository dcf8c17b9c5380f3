"""Setting homework."""

from datetime import date
from enum import Enum
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.refusals import Fault
from resolvers.context import Context
from resolvers.mutations.homework import NewHomework, set_new_homework
from schema.declare import column, mutation
from schema.mutations.faults import ERRORS, KEPT, KEY, Answer, Failure, answered, content, fault
from schema.nouns import HomeworkRef


@strawberry.enum(description="Why homework was not set.")
class SetHomeworkErrorCode(Enum):
    BAD_INPUT = fault(Fault.BAD_INPUT)
    NOT_FOUND = fault(Fault.NOT_FOUND)
    FORBIDDEN = fault(Fault.FORBIDDEN)
    CONFLICT = fault(Fault.CONFLICT)
    IDEMPOTENCY_KEY_REUSED = fault(Fault.IDEMPOTENCY_KEY_REUSED)
    PERIOD_LOCKED = fault(Fault.PERIOD_LOCKED)
    LESSON_CANCELLED = fault(Fault.LESSON_CANCELLED)
    LESSON_OF_ANOTHER_COURSE = fault(Fault.LESSON_OF_ANOTHER_COURSE)


@strawberry.type(description=KEPT)
class SetHomeworkError(Failure[SetHomeworkErrorCode]): ...


@strawberry.type(description="The outcome of setting homework.")
class SetHomeworkPayload:
    homework: HomeworkRef | None = column(
        ANYONE, "The homework; after a conflict, the one that has the id.", name="record"
    )
    errors: list[SetHomeworkError] = column(ANYONE, ERRORS)


@strawberry.input(description="Homework to set.")
class SetHomeworkInput:
    lesson: strawberry.ID = strawberry.field(description="The lesson it is set at, by global id.")
    text: str = strawberry.field(description="What is to be done.")
    due_on: date | None = strawberry.field(
        default=None, description="The day by which it is to be done, unless a lesson is named."
    )
    due_lesson: strawberry.ID | None = strawberry.field(
        default=None, description="A later lesson of the course at which it is due, by global id."
    )
    expected_minutes: int | None = strawberry.field(
        default=None, description="How long it should take."
    )
    id: str | None = strawberry.field(
        default=None,
        description="A UUID version 7 of the client's, so that setting it is safe to retry.",
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


Asked = Annotated[SetHomeworkInput, strawberry.argument(description="The homework.")]


@strawberry.type
class SetHomework:
    @mutation("Set homework at a lesson.", SetHomeworkPayload | None)
    async def set_homework(record: Any, context: Context, input: Asked) -> Answer:  # noqa: A002
        outcome = await set_new_homework(
            context.store, context.signed_in(), NewHomework(**content(input)), input.idempotency_key
        )
        return answered(context, outcome, SetHomeworkErrorCode)
