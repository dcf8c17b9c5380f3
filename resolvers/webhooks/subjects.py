"""The records that webhooks' messages are of, found by the topic of the outbox's row."""

from typing import Any

from db.reading.webhooks import WebhookEvent
from db.store import Store
from resolvers.feed.topics import topics


def noun_of_topic(topic: str) -> str:
    return topics()[topic].noun


async def record_of(store: Store, event: WebhookEvent) -> Any:
    """The event's record as it is now."""
    key = event.school_id, event.ref
    return (await topics()[event.topic].loader.load(store, None, [key]))[key]


def event_type(topic: str, change: str) -> str:
    """As Standard Webhooks writes it: `grade.revised`."""
    return f"{topic}.{change}".lower()
