"""Webhooks: where a school's events are sent, and what became of them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from db.reading.webhooks import deliveries_page
from db.tables.webhooks import Webhook as WebhookRecord
from db.tables.webhooks import WebhookDelivery as DeliveryRecord
from domain.audience import HEAD
from resolvers import global_id
from resolvers.context import Context
from resolvers.cursors import places_of
from resolvers.webhooks.message import message_id
from resolvers.webhooks.nouns import WEBHOOK_DELIVERY
from resolvers.webhooks.subjects import event_type, noun_of_topic
from schema.connections import After, First, PageWindow, connection_of, page_of
from schema.declare import column, computed, resolver
from schema.enums import WebhookDeliveryState, WebhookState
from schema.node import Node, id_of, school_of
from schema.nouns import SchoolRef
from schema.permissions import viewer_may

if TYPE_CHECKING:
    from enum import Enum as WebhookTopic

WebhookTopicRef = Annotated["WebhookTopic", strawberry.lazy("schema.topics")]
NEWEST = UUID(int=2**128 - 1)


def _of_event(delivery: DeliveryRecord) -> str | None:
    return event_type(delivery.topic, delivery.change or "") if delivery.topic else None


def _record(delivery: DeliveryRecord) -> str | None:
    if not delivery.topic or delivery.ref is None:
        return None
    return global_id.make(noun_of_topic(delivery.topic), delivery.school_id, delivery.ref)


def _message_id(delivery: DeliveryRecord) -> str:
    return message_id(delivery.school_id, delivery.cursor)


def _next_try(hook: WebhookRecord) -> datetime | None:
    return hook.next_at if hook.failing_since and hook.state == "ENABLED" else None


@strawberry.type(description="One event of a webhook, and what became of it.")
class WebhookDelivery(Node):
    id: strawberry.ID = id_of("WebhookDelivery", HEAD)
    school: SchoolRef | None = school_of(HEAD)
    viewer_may = viewer_may()
    type: str | None = computed(HEAD, "The event's type; null for a gap.", _of_event)
    record: strawberry.ID | None = computed(HEAD, "The record it is of, by global id.", _record)
    cursor: str = column(HEAD, "Where it stands in the feed.")
    message_id: str = computed(
        HEAD,
        "The header `webhook-id`, the same at every try.",
        _message_id,
    )
    occurred_at: datetime = column(HEAD, "When it happened.", name="at")
    state: WebhookDeliveryState = column(HEAD, "What became of it.")
    attempts: int = column(HEAD, "How often it was tried, since it was replayed if it was.")
    status: int | None = column(HEAD, "The HTTP status of the last answer, if there was one.")
    error: str | None = column(HEAD, "Why the last try failed.")
    excerpt: str | None = column(HEAD, "The beginning of the last answer's body.")
    first_tried_at: datetime = column(HEAD, "When it was tried first.", name="first_at")
    last_tried_at: datetime = column(HEAD, "When it was tried last.", name="last_at")


States = Annotated[
    list[WebhookDeliveryState] | None,
    strawberry.argument(description="Only in one of these states, such as dead letters."),
]


@strawberry.type(description="An address to which a school's events are sent, signed.")
class Webhook(Node):
    id: strawberry.ID = id_of("Webhook", HEAD)
    school: SchoolRef | None = school_of(HEAD)
    viewer_may = viewer_may()
    url: str = column(HEAD, "The address.")
    description: str | None = column(HEAD, "What it is for, in the head's words.")
    topics: list[WebhookTopicRef] = column(HEAD, "What it is told of.")
    state: WebhookState = column(HEAD, "Whether it is sent to.")
    failing_since: datetime | None = column(
        HEAD, "The first try that failed since one succeeded; its deliveries say why."
    )
    next_try_at: datetime | None = computed(
        HEAD,
        "When a failing receiver is tried again.",
        _next_try,
    )
    version: int = column(HEAD, "Grows with every change of how it is set up.")
    created_at: datetime = column(HEAD, "When it was created.")
    created_by: str | None = column(HEAD, "Who created it.", name="account_name")

    @resolver(
        HEAD,
        "What was sent, the newest event first.",
        connection_of(WEBHOOK_DELIVERY, "delivery", "deliveries"),
    )
    async def deliveries(
        record: WebhookRecord,
        context: Context,
        first: First = 50,
        after: After = None,
        states: States = None,
    ) -> Any:
        window = PageWindow.of(first, after)
        places = await places_of(context, "deliveries", record.id)
        rows = await context.store.fetch(
            deliveries_page,
            school=record.school_id,
            webhook=record.id,
            before=NEWEST if after is None else places.of(after)[1],
            states=None if states is None else [state.value for state in states],
            limit=first + 1,
        )
        return page_of(rows, window, lambda row: places.cursor(row.id))
