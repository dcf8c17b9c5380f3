"""Creating a webhook."""

from enum import Enum
from typing import Annotated, Any

import strawberry

from domain.audience import ANYONE
from domain.refusals import Fault
from resolvers.context import Context
from resolvers.mutations.webhooks import NewWebhook, create
from schema.declare import column, mutation
from schema.enums import WebhookTopic
from schema.mutations.faults import ERRORS, KEPT, KEY, Answer, Failure, fault
from schema.mutations.webhooks import SECRET, answered_with_secret, networks_of
from schema.nouns import WebhookRef


@strawberry.enum(description="Why a webhook was not created.")
class CreateWebhookErrorCode(Enum):
    BAD_INPUT = fault(Fault.BAD_INPUT)
    NOT_FOUND = fault(Fault.NOT_FOUND)
    FORBIDDEN = fault(Fault.FORBIDDEN)
    IDEMPOTENCY_KEY_REUSED = fault(Fault.IDEMPOTENCY_KEY_REUSED)
    TOO_MANY = fault(Fault.TOO_MANY)


@strawberry.type(description=KEPT)
class CreateWebhookError(Failure[CreateWebhookErrorCode]): ...


@strawberry.type(description="The outcome of creating a webhook.")
class CreateWebhookPayload:
    webhook: WebhookRef | None = column(ANYONE, "The webhook.", name="record")
    secret: str | None = column(ANYONE, SECRET)
    errors: list[CreateWebhookError] = column(ANYONE, ERRORS)


@strawberry.input(description="A webhook to create.")
class CreateWebhookInput:
    school: strawberry.ID = strawberry.field(description="The school, by global id.")
    url: str = strawberry.field(description="Where events are sent; it begins with https://.")
    topics: list[WebhookTopic] = strawberry.field(description="What it is told of.")
    description: str | None = strawberry.field(default=None, description="What it is for.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


Asked = Annotated[CreateWebhookInput, strawberry.argument(description="The webhook.")]


@strawberry.type
class CreateWebhook:
    @mutation(
        "Send the school's events from now on to an address, signed.", CreateWebhookPayload | None
    )
    async def create_webhook(record: Any, context: Context, input: Asked) -> Answer:  # noqa: A002
        topics = [topic.value for topic in input.topics]
        new = NewWebhook(input.school, input.url, topics, input.description)
        outcome, secret = await create(
            context.store, context.signed_in(), new, input.idempotency_key, networks_of(context)
        )
        return answered_with_secret(context, outcome, CreateWebhookErrorCode, secret)
