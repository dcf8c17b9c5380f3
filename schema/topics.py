"""What webhooks are told of: a topic for each noun that has an event."""

from enum import Enum
from typing import Any

import strawberry

from resolvers.declarations.noun import NOUNS
from schema import nouns

nouns.types()  # all nouns are declared then


def _topics() -> Any:  # it stands as a type
    told = {noun.topic: noun.event for _, noun in sorted(NOUNS.items()) if noun.event is not None}
    members = {
        topic: strawberry.enum_value(topic, description=event.topic)
        for topic, event in told.items()
    }
    made: Any = Enum("WebhookTopic", members)  # type: ignore[misc]
    return strawberry.enum(made, description="What a webhook is told of.")


WebhookTopic = _topics()
