"""Webhooks, their pending events, and the log of deliveries."""

from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    Integer,
    Select,
    String,
    Uuid,
    any_,
    bindparam,
    exists,
    select,
    text,
    tuple_,
)

from db.reading.feed import AFTER, SETTLED
from db.reading.parts import NOW, SCHOOL, among, is_free, table
from db.statement import statement
from db.tables.accounts import Account
from db.tables.columns import Instant
from db.tables.feed import Outbox
from db.tables.schools import School
from db.tables.webhooks import OPEN, Webhook, WebhookDelivery

SECRET = frozenset({"secret", "previous_secret", "previous_until", "lease_holder", "lease_until"})
"""Columns that only the sender reads."""
LIMIT = bindparam("limit", type_=Integer)


class DueWebhook(Protocol):
    school_id: int
    id: UUID


class WebhookEvent(Protocol):
    """A row of the outbox, or the delivery that was made of it."""

    school_id: int
    xid: int
    seq: int
    topic: str
    change: str
    ref: UUID
    at: datetime


@statement(Webhook)
def due_webhooks() -> ClauseElement:
    """Webhooks of all schools that have something to send and no active lease.

    Webhooks whose position was last moved before `stale` are included: a position that does not
    move would in the end be older than the outbox.
    """
    webhook, outbox, school = table(Webhook), table(Outbox), table(School)
    delivery = table(WebhookDelivery)
    ahead = tuple_(outbox.c.xid, outbox.c.seq) > tuple_(webhook.c.xid, webhook.c.seq)
    new = exists().where(outbox.c.school_id == webhook.c.school_id, SETTLED, ahead)
    open_ = exists().where(
        delivery.c.school_id == webhook.c.school_id,
        delivery.c.webhook_id == webhook.c.id,
        text(OPEN),
    )
    other_epoch = webhook.c.epoch != bindparam("epoch", type_=Uuid())
    stale = webhook.c.position_at < bindparam("stale", type_=Instant)
    return (
        select(webhook.c.school_id, webhook.c.id)
        .join(school, school.c.school_id == webhook.c.school_id)
        .where(
            school.c.active,
            webhook.c.state == "ENABLED",
            webhook.c.next_at <= NOW,
            is_free(webhook),
            other_epoch | stale | open_ | new,
        )
        .order_by(webhook.c.next_at)
        .limit(LIMIT)
    )


@statement(Outbox)
def rows_of_school_after() -> ClauseElement:
    """As `rows_after`, of one school and of these topics."""
    outbox = table(Outbox)
    return (
        select(outbox)
        .where(
            outbox.c.school_id == SCHOOL,
            outbox.c.topic == any_(bindparam("topics", type_=ARRAY(String))),
            SETTLED,
            AFTER,
        )
        .order_by(outbox.c.xid, outbox.c.seq)
        .limit(LIMIT)
    )


@statement(Outbox)
def first_row_since() -> ClauseElement:
    """The first row of the school that was written at the instant or later."""
    outbox = table(Outbox)
    return (
        select(outbox)
        .where(outbox.c.school_id == SCHOOL, outbox.c.at >= bindparam("since", type_=Instant))
        .order_by(outbox.c.xid, outbox.c.seq)
        .limit(1)
    )


@statement(WebhookDelivery)
def open_deliveries() -> ClauseElement:
    """Failed deliveries to retry, in the order of the feed."""
    delivery = table(WebhookDelivery)
    return (
        select(delivery)
        .where(
            delivery.c.school_id == SCHOOL,
            delivery.c.webhook_id == bindparam("webhook", type_=Uuid()),
            text(OPEN),
        )
        .order_by(delivery.c.xid, delivery.c.seq)
        .limit(LIMIT)
    )


def _shown() -> Select[Any]:
    webhook, account = table(Webhook), table(Account)
    return (
        select(
            *(column for column in webhook.c if column.name not in SECRET),
            account.c.display_name.label("account_name"),
        )
        .outerjoin(account, account.c.id == webhook.c.created_by)
        .where(webhook.c.school_id == SCHOOL)
    )


@statement(Webhook)
def webhooks_by_id() -> ClauseElement:
    return _shown().where(among(table(Webhook).c.id))


@statement(Webhook)
def webhooks_of_school() -> ClauseElement:
    return _shown().order_by(table(Webhook).c.id)


@statement(WebhookDelivery)
def webhook_deliveries_by_id() -> ClauseElement:
    delivery = table(WebhookDelivery)
    return select(delivery).where(delivery.c.school_id == SCHOOL, among(delivery.c.id))


@statement(WebhookDelivery)
def deliveries_page() -> ClauseElement:
    """Deliveries of a webhook older than one of them, newest first, in any of the states."""
    delivery = table(WebhookDelivery)
    states = bindparam("states", None, type_=ARRAY(String))
    return (
        select(delivery)
        .where(
            delivery.c.school_id == SCHOOL,
            delivery.c.webhook_id == bindparam("webhook", type_=Uuid()),
            delivery.c.id < bindparam("before", type_=Uuid()),
            states.is_(None) | (delivery.c.state == any_(states)),
        )
        .order_by(delivery.c.id.desc())
        .limit(LIMIT)
    )
