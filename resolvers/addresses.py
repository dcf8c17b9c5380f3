"""E-mail addresses of accounts: given, and confirmed by a link that works once.

An address is answered alike whether another account has it: several may have one.
"""

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from db.reading.accounts import account_by_id
from db.reading.mail import last_mail_of_account
from db.store import Reader, Store
from db.tables.accounts import Account
from db.writing.access_codes import (
    ask_for_confirmation,
    confirm_address,
    confirmation_by_token,
    drop_confirmations_of,
    use_confirmation,
)
from db.writing.mail import NewMail, queue
from db.writing.passwords import use_up_password_codes
from domain.clock import now
from domain.ids import uuid7
from domain.mail import MailState
from domain.mail_addresses import mail_address
from domain.refusals import Refused, UserErrorCode, refused
from resolvers.asking import Asking
from resolvers.mail import letter
from resolvers.passwords import verify
from resolvers.sessions import hash_of, tell_of_change
from resolvers.throttle import key_of
from resolvers.viewers import viewers_of

Code = UserErrorCode
CONFIRM_EMAIL = letter("confirm_email")
EMAIL_CHANGED = letter("email_changed")
LINK_LASTS = timedelta(hours=48)
NO_LINK = "This is no link that we have sent, or another was sent since."
LINK_USED = "This link has been used: the address is confirmed, and nothing is left to do."
LINK_EXPIRED = "This link is too old. Sign in and have another sent."
UNDELIVERED = {
    MailState.BOUNCED: "The mail with the link was refused: look at the address, and give it anew.",
    MailState.FAILED: "The mail with the link could not be delivered: have another sent.",
    MailState.UNANSWERED: "The mail with the link may not have arrived: have another sent.",
}


def address_of(typed: str | None) -> str | None:
    """The address in one writing; refused where the text is none."""
    if typed is None or not typed.strip():
        return None
    address = mail_address(typed)
    if address is None:
        message = "This is no e-mail address such as name@school.example."
        raise refused(Code.BAD_INPUT, message, "email")
    return address


async def ask_to_confirm(reader: Reader, account: Account, address: str) -> None:
    """Mail a link to the address with the transaction. Older links do not work any more."""
    token, at = secrets.token_urlsafe(32), now()
    expires_at = at + LINK_LASTS
    await reader.run(drop_confirmations_of, account=account.id)
    await reader.run(
        ask_for_confirmation,
        token_hash=hash_of(token),
        account=account.id,
        email=address,
        now=at,
        expires_at=expires_at,
    )
    mail = NewMail(
        f"confirm_email:{uuid7()}",
        CONFIRM_EMAIL.name,
        address,
        account.language or "en",
        {"code": token, "hours": int(LINK_LASTS.total_seconds()) // 3_600},
        account.id,
        expires_at,
    )
    await queue(reader, mail)


async def change_email(
    store: Store, account: Account, password: str, typed: str, asking: Asking
) -> None:
    """Mail a link to an address, which is the account's once the link confirms it."""
    address = address_of(typed)
    if address is None:
        raise refused(Code.BAD_INPUT, "Give an address.", "email")
    key = key_of("password", str(account.id))
    if asking.throttle is not None:
        await asking.throttle.admit(store, asking.address)
        await asking.throttle.mails.take(store, key_of("mail", str(account.id)))
        await asking.throttle.passwords.take(store, key)
    stored = await store.first(account_by_id, account=account.id)
    if stored is None or not await verify(stored.password_hash, password):
        raise refused(Code.UNAUTHENTICATED, "The password is wrong.", "password")
    if asking.throttle is not None:
        await asking.throttle.passwords.give_back(store, key)
    async with store.transaction() as reader:
        await ask_to_confirm(reader, stored, address)


async def confirm_email(store: Store, token: str, asking: Asking) -> None:
    """Note that the account's owner reads what is sent to the address; refused where the link does
    not work."""
    token_hash = hash_of(token.strip())
    await asking.count(store, token_hash)
    async with store.transaction() as reader:
        row: Any = await reader.first(use_confirmation, token_hash=token_hash, now=now())
        if row is None:
            raise await _why_not(reader, token_hash)
        await _tell_former(reader, row.account_id, row.email)
        await reader.run(confirm_address, account=row.account_id, email=row.email, now=now())
        await tell_of_change(reader, row.account_id)
    viewers_of(store).forget(row.account_id)


async def _tell_former(reader: Reader, account_id: UUID, address: str) -> None:
    """Tell the owner at the address until now, whose codes for a new password end."""
    account = await reader.first(account_by_id, account=account_id)
    if account is None or account.email_confirmed_at is None or account.email == address:
        return
    await reader.run(use_up_password_codes, account=account.id)
    mail = NewMail(
        f"{EMAIL_CHANGED.name}:{uuid7()}",
        EMAIL_CHANGED.name,
        account.email or "",
        account.language or "en",
        {"login": account.login},
        account.id,
    )
    await queue(reader, mail)


async def _why_not(reader: Reader, token_hash: bytes) -> Refused:
    link = await reader.first(confirmation_by_token, token_hash=token_hash)
    if link is None:
        return refused(Code.NOT_FOUND, NO_LINK, "code")
    if link.used_at is not None:
        return refused(Code.CODE_USED, LINK_USED, "code")
    return refused(Code.CODE_EXPIRED, LINK_EXPIRED, "code")


async def problem_of(store: Store, account: Account) -> str | None:
    """What became of the last link that was mailed to the account, where it has not arrived."""
    mail = await store.first(last_mail_of_account, account=account.id, template=CONFIRM_EMAIL.name)
    return None if mail is None else UNDELIVERED.get(MailState(mail.state))
