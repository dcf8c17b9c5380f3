"""What waits in the database to be sent, of all schools."""

from datetime import datetime
from typing import Protocol

from sqlalchemy import ClauseElement, func, select, text

from db.reading.parts import table
from db.statement import statement
from db.tables.mail import QUEUED, Mail
from db.tables.webhooks import OPEN, WebhookDelivery


class Queues(Protocol):
    mail: int
    oldest_mail: datetime | None
    deliveries: int


@statement(Mail)
def waiting_queues() -> ClauseElement:
    """Mail that is not sent yet, and deliveries to webhooks that are tried again."""
    mail, delivery = table(Mail), table(WebhookDelivery)
    waiting = select(func.count(), func.min(mail.c.created_at)).where(text(QUEUED)).subquery()
    again = select(func.count()).select_from(delivery).where(text(OPEN)).scalar_subquery()
    return select(
        waiting.c[0].label("mail"), waiting.c[1].label("oldest_mail"), again.label("deliveries")
    )
