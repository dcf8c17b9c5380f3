"""Webhooks, the lease under which one process sends, and the deliveries."""

from typing import Any

from sqlalchemy import (
    ClauseElement,
    Interval,
    String,
    Update,
    Uuid,
    bindparam,
    case,
    cast,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql.elements import ColumnElement

from db.reading.parts import NOW, SCHOOL, is_free, table
from db.statement import statement
from db.tables.columns import Instant, TransactionId
from db.tables.webhooks import OPEN, Webhook, WebhookDelivery
from db.writing.audit import noted
from db.writing.parts import EXPECTED, ID, new

HOLDER = bindparam("holder", type_=Uuid())
LEASE = NOW + bindparam("lease", type_=Interval)
CREATED = ("id", "url", "description", "topics", "secret", "epoch", "seq", "created_by")
CHANGEABLE = (
    "url",
    "description",
    "topics",
    "secret",
    "previous_secret",
    "previous_until",
    "state",
    "seq",
    "next_at",
    "failing_since",
)
"""The columns that a head may change, besides `xid`."""


def _xid() -> ColumnElement[int]:
    return cast(cast(bindparam("new_xid", type_=String), String), TransactionId())


@statement(Webhook)
def create_webhook() -> ClauseElement:
    webhook = table(Webhook)
    made = insert(webhook).values(
        {name: new(Webhook, name) for name in CREATED}
        | {"school_id": SCHOOL, "xid": _xid(), "state": "ENABLED", "version": 1}
        | dict.fromkeys(("position_at", "next_at", "created_at"), NOW)
    )
    return noted(made, "CREATED")


@statement(Webhook)
def webhook_to_change() -> ClauseElement:
    """The whole row with its secret, locked until the transaction ends."""
    webhook = table(Webhook)
    return (
        select(webhook).where(webhook.c.school_id == SCHOOL, webhook.c.id == ID).with_for_update()
    )


@statement(Webhook)
def change_webhook() -> ClauseElement:
    """Change the webhook. A sender that has read the old version can no longer log deliveries."""
    webhook = table(Webhook)
    changed = (
        update(webhook)
        .where(webhook.c.school_id == SCHOOL, webhook.c.id == ID, webhook.c.version == EXPECTED)
        .values(
            {name: new(Webhook, name) for name in CHANGEABLE}
            | {"xid": _xid(), "version": webhook.c.version + 1}
        )
    )
    return noted(changed, "CHANGED")


@statement(Webhook)
def remove_webhook() -> ClauseElement:
    """Delete the webhook with its deliveries."""
    webhook = table(Webhook)
    gone = delete(webhook).where(webhook.c.school_id == SCHOOL, webhook.c.id == ID)
    return noted(gone, "REMOVED")


@statement(Webhook)
def claim_webhook() -> ClauseElement:
    """Lease the webhook to a holder, who alone sends until the lease ends."""
    webhook = table(Webhook)
    return (
        update(webhook)
        .where(
            webhook.c.school_id == SCHOOL,
            webhook.c.id == ID,
            webhook.c.state == "ENABLED",
            webhook.c.next_at <= NOW,
            is_free(webhook),
        )
        .values(lease_holder=HOLDER, lease_until=LEASE)
        .returning(webhook)
    )


@statement(Webhook)
def release_webhook() -> ClauseElement:
    webhook = table(Webhook)
    return (
        update(webhook)
        .where(webhook.c.school_id == SCHOOL, webhook.c.id == ID, webhook.c.lease_holder == HOLDER)
        .values(lease_holder=None, lease_until=None)
    )


MOVED = ("epoch", "seq", "position_at", "state", "next_at", "failing_since")


def _move() -> Update:
    """Move the webhook's position and renew its lease; no row if the lease or the version is
    gone."""
    webhook = table(Webhook)
    disabled = new(Webhook, "state") != "ENABLED"
    return (
        update(webhook)
        .where(
            webhook.c.school_id == SCHOOL,
            webhook.c.id == ID,
            webhook.c.lease_holder == HOLDER,
            webhook.c.version == EXPECTED,
        )
        .values(
            {name: new(Webhook, name) for name in MOVED}
            | {"xid": _xid(), "lease_until": LEASE}
            | {"version": webhook.c.version + case((disabled, 1), else_=0)}
        )
        .returning(webhook.c.school_id, webhook.c.id)
    )


@statement(Webhook)
def move_webhook() -> ClauseElement:
    return _move()


NOTED = (
    "id",
    "seq",
    "cursor",
    "topic",
    "change",
    "ref",
    "at",
    "state",
    "attempts",
    "status",
    "error",
    "excerpt",
)
AGAIN = ("state", "attempts", "status", "error", "excerpt", "last_at")
"""The columns that a retry of the same event updates."""
OF_EVENT = ("id", "cursor", "topic", "change", "ref", "at", "first_at")
"""The columns that it keeps."""


def _event(name: str) -> ColumnElement[Any]:
    type_ = table(WebhookDelivery).c[name].type
    return cast(bindparam(f"event_{name}", type_=type_), type_)


@statement(WebhookDelivery)
def note_delivery() -> ClauseElement:
    """Log the result of an event and move the webhook's position, or neither."""
    delivery = table(WebhookDelivery)
    moved = _move().cte("moved")
    event = cast(cast(bindparam("event_xid", type_=String), String), TransactionId())
    values = {
        "school_id": moved.c.school_id,
        "webhook_id": moved.c.id,
        "xid": event,
        "first_at": NOW,
        "last_at": NOW,
        **{name: _event(name) for name in NOTED},
    }
    noted = upsert(delivery).from_select(
        list(values), select(*values.values()), include_defaults=False
    )
    # The log of a restored database has rows with numbers of transactions that this database has
    # yet to give out: another event takes such a row's place.
    again = noted.excluded
    same = (delivery.c.at == again.at) & delivery.c.ref.is_not_distinct_from(again.ref)
    kept = {name: case((same, delivery.c[name]), else_=again[name]) for name in OF_EVENT}
    made = noted.on_conflict_do_update(
        index_elements=["school_id", "webhook_id", "xid", "seq"],
        set_={name: again[name] for name in AGAIN} | kept,
    ).returning(delivery.c.id)
    return select(made.cte("noted"))


@statement(WebhookDelivery)
def queue_dead_letters() -> ClauseElement:
    """Queue dead letters again, with all their tries."""
    delivery = table(WebhookDelivery)
    return (
        update(delivery)
        .where(
            delivery.c.school_id == SCHOOL,
            delivery.c.webhook_id == ID,
            delivery.c.state == "DEAD",
        )
        .values(state="QUEUED", attempts=0)
        .returning(delivery.c.id)
    )


@statement(WebhookDelivery)
def begin_anew() -> ClauseElement:
    """Give all pending deliveries their tries back."""
    delivery = table(WebhookDelivery)
    return (
        update(delivery)
        .where(delivery.c.school_id == SCHOOL, delivery.c.webhook_id == ID, text(OPEN))
        .values(attempts=0)
    )


@statement(WebhookDelivery)
def drop_old_deliveries() -> ClauseElement:
    """Delete old deliveries of all schools, except pending ones."""
    delivery = table(WebhookDelivery)
    return delete(delivery).where(
        delivery.c.last_at < bindparam("before", type_=Instant), text(f"NOT ({OPEN})")
    )
