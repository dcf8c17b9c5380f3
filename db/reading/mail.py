"""The mail that the demo shows, and what became of an account's mail."""

from sqlalchemy import ClauseElement, Uuid, bindparam, select

from db.reading.parts import table
from db.statement import statement
from db.tables.mail import Mail
from domain.mail import MailState

MOST = 50


@statement(Mail)
def shown_mail() -> ClauseElement:
    """The newest mail that was shown instead of sent."""
    mail = table(Mail)
    return (
        select(mail)
        .where(mail.c.state == MailState.SHOWN.value)
        .order_by(mail.c.created_at.desc(), mail.c.id.desc())
        .limit(MOST)
    )


@statement(Mail)
def last_mail_of_account() -> ClauseElement:
    """The newest mail of a template to the account, whatever became of it."""
    mail = table(Mail)
    return (
        select(mail)
        .where(
            mail.c.account_id == bindparam("account", type_=Uuid),
            mail.c.template == bindparam("template", type_=mail.c.template.type),
        )
        .order_by(mail.c.created_at.desc(), mail.c.id.desc())
        .limit(1)
    )
