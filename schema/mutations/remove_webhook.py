"""Removing a webhook."""

from enum import Enum
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.refusals import Fault
from resolvers.context import Context
from resolvers.mutations.webhooks import WebhookRemoval, remove
from schema.declare import column, mutation
from schema.mutations.faults import ERRORS, KEPT, KEY, Answer, Failure, answered, content, fault


@strawberry.enum(description="Why a webhook was not removed.")
class RemoveWebhookErrorCode(Enum):
    BAD_INPUT = fault(Fault.BAD_INPUT)
    NOT_FOUND = fault(Fault.NOT_FOUND)
    IDEMPOTENCY_KEY_REUSED = fault(Fault.IDEMPOTENCY_KEY_REUSED)


@strawberry.type(description=KEPT)
class RemoveWebhookError(Failure[RemoveWebhookErrorCode]): ...


@strawberry.type(description="The outcome of removing a webhook.")
class RemoveWebhookPayload:
    errors: list[RemoveWebhookError] = column(ANYONE, ERRORS)


@strawberry.input(description="A webhook to remove.")
class RemoveWebhookInput:
    id: strawberry.ID = strawberry.field(description="The webhook, by global id.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


Asked = Annotated[RemoveWebhookInput, strawberry.argument(description="The webhook.")]


@strawberry.type
class RemoveWebhook:
    @mutation("Remove a webhook, with the log of its deliveries.", RemoveWebhookPayload | None)
    async def remove_webhook(record: Any, context: Context, input: Asked) -> Answer:  # noqa: A002
        outcome = await remove(
            context.store,
            context.signed_in(),
            WebhookRemoval(**content(input)),
            input.idempotency_key,
        )
        return answered(context, outcome, RemoveWebhookErrorCode)
