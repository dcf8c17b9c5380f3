"""Setting what a lesson is about."""

from enum import Enum
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.refusals import Fault
from resolvers.context import Context
from resolvers.mutations.topic import Topic
from resolvers.mutations.topic import set_lesson_topic as set_topic
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
from schema.nouns import LessonRef


@strawberry.enum(description="Why the topic was not set.")
class SetLessonTopicErrorCode(Enum):
    BAD_INPUT = fault(Fault.BAD_INPUT)
    NOT_FOUND = fault(Fault.NOT_FOUND)
    FORBIDDEN = fault(Fault.FORBIDDEN)
    CONFLICT = fault(Fault.CONFLICT)
    IDEMPOTENCY_KEY_REUSED = fault(Fault.IDEMPOTENCY_KEY_REUSED)
    PERIOD_LOCKED = fault(Fault.PERIOD_LOCKED)
    LESSON_CANCELLED = fault(Fault.LESSON_CANCELLED)


@strawberry.type(description=KEPT)
class SetLessonTopicError(Failure[SetLessonTopicErrorCode]): ...


@strawberry.type(description="The outcome of setting a topic.")
class SetLessonTopicPayload:
    lesson: LessonRef | None = column(
        ANYONE, "The lesson as it is now, after a conflict too.", name="record"
    )
    errors: list[SetLessonTopicError] = column(ANYONE, ERRORS)


@strawberry.input(description="A lesson's topic.")
class SetLessonTopicInput:
    lesson: strawberry.ID = strawberry.field(description="The lesson, by global id.")
    expected_version: int = strawberry.field(description=VERSION)
    topic: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="What it is about; null takes it away. Left out, it is BAD_INPUT: nothing else "
        "can change.",
    )
    reason: str | None = strawberry.field(default=None, description=REASON)
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


Asked = Annotated[SetLessonTopicInput, strawberry.argument(description="The lesson and its topic.")]


@strawberry.type
class SetLessonTopic:
    @mutation("Set what a lesson is about.", SetLessonTopicPayload | None)
    async def set_lesson_topic(record: Any, context: Context, input: Asked) -> Answer:  # noqa: A002
        outcome = await set_topic(
            context.store, context.signed_in(), Topic(**content(input)), input.idempotency_key
        )
        return answered(context, outcome, SetLessonTopicErrorCode)
