"""One message: thin on purpose, it names the record and who may read it asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import orjson

from db.reading.webhooks import WebhookEvent
from domain.ids import uuid7
from domain.webhooks import signature
from resolvers import global_id
from resolvers.webhooks.subjects import event_type, noun_of_topic

PING = "webhook.ping"
"""The type of a message that is of no event."""
NAMES = UUID("0193b0a4-5c1e-7d2a-9a57-5b1f0c6f2e11")


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    body: bytes

    def headers(self, secrets: Sequence[bytes], now: datetime) -> dict[str, str]:
        """Those of one try: the time and with it the signature are of that try alone."""
        at = int(now.timestamp())
        return {
            "webhook-id": self.id,
            "webhook-timestamp": str(at),
            "webhook-signature": signature(secrets, self.id, at, self.body),
        }


def secrets_of(webhook: Any, now: datetime) -> list[bytes]:
    """The webhook's secret, and the one before it as long as receivers may still use that."""
    old = webhook.previous_secret
    rotated = old is not None and webhook.previous_until > now
    return [webhook.secret, old] if rotated else [webhook.secret]


def ping_message(webhook: Any, now: datetime) -> Message:
    """Of no event: it tells a receiver no more than that it is reached."""
    content = {
        "type": PING,
        "timestamp": now,
        "data": {
            "id": global_id.make("Webhook", webhook.school_id, webhook.id),
            "school": global_id.make("School", webhook.school_id, global_id.NIL),
        },
    }
    return Message(f"msg_{uuid7().hex}", orjson.dumps(content, option=orjson.OPT_UTC_Z))


def message_of(event: WebhookEvent, record: Any, cursor: str) -> Message:
    """Of the record as it is now: its version is that of the change, or a later one."""
    noun = noun_of_topic(event.topic)
    content = {
        "type": event_type(event.topic, event.change),
        "timestamp": event.at,
        "data": {
            "id": global_id.make(noun, record.school_id, record.id),
            "version": record.version,
            "cursor": cursor,
            "school": global_id.make("School", record.school_id, global_id.NIL),
        },
    }
    return Message(
        message_id(event.school_id, cursor), orjson.dumps(content, option=orjson.OPT_UTC_Z)
    )


def message_id(school_id: int, cursor: str) -> str:
    """The same for every try and replay of an event, and of no other event."""
    return f"msg_{uuid5(NAMES, f'{school_id}.{cursor}').hex}"
