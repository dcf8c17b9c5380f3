"""Changing a webhook."""

from enum import Enum
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.refusals import Fault
from resolvers.context import Context
from resolvers.mutations.webhooks import WebhookChange, change
from schema.declare import column, mutation
from schema.enums import WebhookTopic
from schema.mutations.faults import ERRORS, KEPT, KEY, VERSION, Answer, Failure, content, fault
from schema.mutations.webhooks import SECRET, answered_with_secret, networks_of
from schema.nouns import WebhookRef


@strawberry.enum(description="Why a webhook was not changed.")
class ChangeWebhookErrorCode(Enum):
    BAD_INPUT = fault(Fault.BAD_INPUT)
    NOT_FOUND = fault(Fault.NOT_FOUND)
    CONFLICT = fault(Fault.CONFLICT)
    IDEMPOTENCY_KEY_REUSED = fault(Fault.IDEMPOTENCY_KEY_REUSED)


@strawberry.type(description=KEPT)
class ChangeWebhookError(Failure[ChangeWebhookErrorCode]): ...


@strawberry.type(description="The outcome of changing a webhook.")
class ChangeWebhookPayload:
    webhook: WebhookRef | None = column(
        ANYONE, "The webhook as it is now, after a conflict too.", name="record"
    )
    secret: str | None = column(ANYONE, SECRET)
    errors: list[ChangeWebhookError] = column(ANYONE, ERRORS)


@strawberry.input(description="What changes of a webhook; what is left out stays.")
class ChangeWebhookInput:
    id: strawberry.ID = strawberry.field(description="The webhook, by global id.")
    expected_version: int = strawberry.field(description=VERSION)
    url: str | None = strawberry.field(
        default=strawberry.UNSET, description="Where events are sent; it begins with https://."
    )
    topics: list[WebhookTopic] | None = strawberry.field(
        default=strawberry.UNSET, description="What it is told of."
    )
    description: str | None = strawberry.field(
        default=strawberry.UNSET, description="What it is for; null takes it away."
    )
    enabled: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Whether it is sent to. Enabled again, it goes on where it stopped, as far as "
        "events are still kept, and what failed has all its tries anew.",
    )
    rotate_secret: bool = strawberry.field(
        default=False,
        description="Make a new secret; for a day messages are signed with the old one too.",
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


Asked = Annotated[ChangeWebhookInput, strawberry.argument(description="What changes.")]


@strawberry.type
class ChangeWebhook:
    @mutation("Change, disable or enable a webhook.", ChangeWebhookPayload | None)
    async def change_webhook(record: Any, context: Context, input: Asked) -> Answer:  # noqa: A002
        given = content(input)
        if isinstance(input.topics, list):
            given["topics"] = [topic.value for topic in input.topics]
        outcome, secret = await change(
            context.store,
            context.signed_in(),
            WebhookChange(**given),
            input.idempotency_key,
            networks_of(context),
        )
        return answered_with_secret(context, outcome, ChangeWebhookErrorCode, secret)
