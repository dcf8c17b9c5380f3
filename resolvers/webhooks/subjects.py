"""What webhooks tell of: the noun of each topic, whose record is read again."""

from typing import Any

from db.reading.webhooks import WebhookEvent
from db.store import Store
from resolvers.feed.kinds import kinds


def noun_of_topic(topic: str) -> str:
    return kinds()[topic].noun


async def record_of(store: Store, event: WebhookEvent) -> Any:
    """The record that the event is of, as it is now."""
    key = event.school_id, event.ref
    return (await kinds()[event.topic].loader.load(store, None, [key]))[key]


def event_type(topic: str, change: str) -> str:
    """As Standard Webhooks writes it: `grade.revised`."""
    return f"{topic}.{change}".lower()
