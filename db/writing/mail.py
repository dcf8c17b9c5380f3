"""Mail is queued in the transaction that causes it; one process claims a mail and sends it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Uuid,
    bindparam,
    delete,
    literal,
    null,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from db.reading.parts import NOW, is_free, table
from db.statement import statement
from db.store import Reader
from db.tables.columns import Instant
from db.tables.mail import QUEUED, SENDING, Mail
from db.writing.parts import ID, new, rows_of
from domain.ids import uuid7
from domain.mail import MailState

HOLDER = bindparam("holder", type_=Uuid())
UNTIL = bindparam("until", type_=Instant)
GIVEN = ("id", "event", "template", "recipient", "language", "data", "account_id", "expires_at")


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail to queue. `event` is unique for what causes it, such as `confirm_email:` and the id of
    the address's change; `language` is `en` or `ru`."""

    event: str
    template: str
    recipient: str
    language: str = "en"
    data: Mapping[str, object] = field(default_factory=dict)
    account_id: UUID | None = None
    expires_at: datetime | None = None


async def queue(transaction: Reader, mail: NewMail) -> bool:
    """Queue the mail with the transaction; False if there is one of the event already."""
    queued = await transaction.first(
        queue_mail,
        new_id=uuid7(),
        new_event=mail.event,
        new_template=mail.template,
        new_recipient=mail.recipient,
        new_language=mail.language,
        new_data=dict(mail.data),
        new_account_id=mail.account_id,
        new_expires_at=mail.expires_at,
    )
    return queued is not None


@statement(Mail)
def queue_mails() -> ClauseElement:
    """Queue a mail of one template for each recipient; none of whose event there is one already."""
    mail = table(Mail)
    each = ("id", "event", "recipient", "language", "account_id")
    rows = rows_of({name: mail.c[name].type for name in each}, "given")
    values: dict[str, Any] = {name: rows.c[name] for name in each}
    values |= {name: new(Mail, name) for name in ("template", "data", "expires_at")}
    values |= {"state": literal(MailState.QUEUED.value), "attempts": literal(0)}
    values |= {"next_at": NOW, "created_at": NOW}
    made = insert(mail).from_select(list(values), select(*values.values()), include_defaults=False)
    return made.on_conflict_do_nothing(index_elements=["event"])


@statement(Mail)
def queue_mail() -> ClauseElement:
    """Returns the mail's id, or no row if there is one of the event already."""
    mail = table(Mail)
    values = {name: new(Mail, name) for name in GIVEN}
    fixed = {"state": literal(MailState.QUEUED.value), "attempts": literal(0)}
    return (
        insert(mail)
        .values(values | fixed | {"next_at": NOW, "created_at": NOW})
        .on_conflict_do_nothing(index_elements=["event"])
        .returning(mail.c.id)
    )


@statement(Mail)
def claim_mail() -> ClauseElement:
    """Lease the mail that waits longest to a holder."""
    mail = table(Mail)
    due = (
        select(mail.c.id)
        .where(text(QUEUED), mail.c.next_at <= NOW, is_free(mail))
        .order_by(mail.c.next_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    return (
        update(mail)
        .where(mail.c.id == due)
        .values(lease_holder=HOLDER, lease_until=UNTIL)
        .returning(mail)
    )


def _held() -> list[ColumnElement[bool]]:
    """Who has ended a mail, or put it back, does not hold it any more."""
    mail = table(Mail)
    return [mail.c.id == ID, mail.c.lease_holder == HOLDER]


@statement(Mail)
def hand_over_mail() -> ClauseElement:
    """Note that the text is about to be handed to the server; no row if the lease is gone. Nobody
    claims the mail any more."""
    mail = table(Mail)
    return (
        update(mail)
        .where(*_held(), text(QUEUED))
        .values(state=literal(MailState.SENDING.value), lease_until=UNTIL)
        .returning(mail.c.id)
    )


@statement(Mail)
def put_mail_back() -> ClauseElement:
    """Queue the mail for another try."""
    mail = table(Mail)
    return (
        update(mail)
        .where(*_held())
        .values(
            state=literal(MailState.QUEUED.value),
            attempts=mail.c.attempts + 1,
            next_at=new(Mail, "next_at"),
            last_error=new(Mail, "last_error"),
            lease_holder=null(),
            lease_until=null(),
        )
        .returning(mail.c.id)
    )


@statement(Mail)
def end_mail() -> ClauseElement:
    """Note what became of the mail; `new_data` and `new_recipient` are what is kept of it."""
    mail = table(Mail)
    return (
        update(mail)
        .where(*_held())
        .values(
            {name: new(Mail, name) for name in ("state", "last_error", "data", "recipient")}
            | {"attempts": mail.c.attempts + 1, "ended_at": NOW}
            | {"lease_holder": null(), "lease_until": null()}
        )
        .returning(mail.c.id)
    )


@statement(Mail)
def end_abandoned_mail() -> ClauseElement:
    """Mail whose process ended while the server had its text: it is not sent again."""
    mail = table(Mail)
    return (
        update(mail)
        .where(text(SENDING), mail.c.lease_until < NOW)
        .values(
            state=literal(MailState.UNANSWERED.value),
            data=new(Mail, "data"),
            last_error=new(Mail, "last_error"),
            ended_at=NOW,
            lease_holder=null(),
            lease_until=null(),
        )
        .returning(mail.c.id)
    )


@statement(Mail)
def drop_old_mail() -> ClauseElement:
    mail = table(Mail)
    return delete(mail).where(mail.c.created_at < bindparam("before", type_=Instant))
