"""Sending a webhook's events again."""

from datetime import datetime
from enum import Enum
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.refusals import Fault
from resolvers.context import Context
from resolvers.mutations.replay import Replay, replay
from schema.declare import column, mutation
from schema.mutations.faults import ERRORS, KEPT, KEY, Answer, Failure, content, fault
from schema.mutations.webhooks import answered_of_webhook
from schema.nouns import WebhookRef


@strawberry.enum(description="Why nothing is sent again.")
class ReplayWebhookErrorCode(Enum):
    BAD_INPUT = fault(Fault.BAD_INPUT)
    NOT_FOUND = fault(Fault.NOT_FOUND)
    IDEMPOTENCY_KEY_REUSED = fault(Fault.IDEMPOTENCY_KEY_REUSED)
    RESYNC = fault(Fault.RESYNC)


@strawberry.type(description=KEPT)
class ReplayWebhookError(Failure[ReplayWebhookErrorCode]): ...


@strawberry.type(description="The outcome of asking for events again.")
class ReplayWebhookPayload:
    webhook: WebhookRef | None = column(ANYONE, "The webhook.", name="record")
    errors: list[ReplayWebhookError] = column(ANYONE, ERRORS)


@strawberry.input(description="What is to be sent again: one of the three.")
class ReplayWebhookInput:
    id: strawberry.ID = strawberry.field(description="The webhook, by global id.")
    dead_letters: bool = strawberry.field(
        default=False, description="All its dead letters, each with all its tries."
    )
    since: datetime | None = strawberry.field(
        default=None,
        description="All of its topics' events since then, as far as they are still kept.",
    )
    after: str | None = strawberry.field(
        default=None, description="All after the event that had this cursor."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


Asked = Annotated[ReplayWebhookInput, strawberry.argument(description="What to send again.")]


@strawberry.type
class ReplayWebhook:
    @mutation(
        "Send events again, with the ids that they had; a disabled webhook sends them once it is "
        "enabled.",
        ReplayWebhookPayload | None,
    )
    async def replay_webhook(record: Any, context: Context, input: Asked) -> Answer:  # noqa: A002
        outcome = await replay(
            context.store, context.signed_in(), Replay(**content(input)), input.idempotency_key
        )
        return answered_of_webhook(context, outcome, ReplayWebhookErrorCode)
