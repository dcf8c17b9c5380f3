"""Passwords that their owners set: by the old one, or by a code that was mailed to them."""

import hmac
from base64 import b32encode
from datetime import timedelta
from hashlib import sha256
from typing import cast

from db.reading.accounts import CodeAccount, account_by_code, account_by_id, accounts_to_mail
from db.reading.feed import feed_key
from db.reading.schools import schools_by_id
from db.reading.viewer import memberships_of_account
from db.store import Reader, Store
from db.tables.accounts import Account
from db.tables.mail import Mail
from db.writing.mail import NewMail, queue
from db.writing.passwords import (
    add_password_code,
    set_password,
    use_password_code,
    use_up_password_codes,
)
from db.writing.second_factors import distrust_devices, drop_challenges
from db.writing.sessions import end_other_sessions
from domain.audit import Tally
from domain.clock import now
from domain.ids import uuid7
from domain.refusals import UserErrorCode, refused
from resolvers.account_steps import note_own
from resolvers.mail import Ready, letter
from resolvers.passwords import hash_password, refusal, verify
from resolvers.second_factors import is_fresh
from resolvers.sessions import canonical, hash_of, tell_of_end_in
from resolvers.tallies import tallies_of
from resolvers.throttle import Throttle, key_of, key_of_code
from resolvers.viewers import viewers_of

Code = UserErrorCode
VALID_FOR = timedelta(minutes=30)
TYPED = 254
"""The most characters of a login or address that is asked for."""
NOBODYS_TOKEN = b""
ASK_ANEW = "Ask for a new one."


async def change_password(
    store: Store,
    account: Account,
    token: str,
    old: str | None,
    new: str,
    *,
    throttle: Throttle | None,
    address: str,
) -> None:
    """Set a new password by the old one, and end the account's other sessions; raises `Refused`, or
    `Problem` where there were too many tries. Who has none sets their first a moment after they
    have signed in otherwise."""
    key = key_of("password", str(account.id))
    if throttle is not None:
        await throttle.admit(store, address)
        await throttle.passwords.take(store, key)
    stored = await store.first(account_by_id, account=account.id)
    if stored is None or not await _proved(store, stored, token, old):
        tallies_of(store).count(account.id, Tally.WRONG_PASSWORD)
        raise refused(Code.UNAUTHENTICATED, "The old password is wrong.", "oldPassword")
    if throttle is not None:
        await throttle.passwords.give_back(store, key)
    if await verify(stored.password_hash, new):
        message = "The new password is the old one."
        raise refused(Code.BAD_INPUT, message, "newPassword")
    await check(store, stored, new)
    hashed = await hash_password(new)
    async with store.transaction() as transaction:
        if not await replace(transaction, stored, hashed, but=token):
            message = "The password was changed meanwhile."
            raise refused(Code.CONFLICT, message, "oldPassword")
        await note_own(transaction, stored.id, "PASSWORD_CHANGED")
    viewers_of(store).forget(account.id)


async def _proved(store: Store, stored: Account, token: str, old: str | None) -> bool:
    if old is not None:
        return await verify(stored.password_hash, old)
    return stored.without_password and await is_fresh(store, token)


async def check(store: Store, account: Account, new: str) -> None:
    """Refuse a password that may not be chosen."""
    wrong = await refusal(new, await names_of(store, account))
    if wrong is not None:
        raise refused(Code.BAD_INPUT, wrong, "newPassword")


async def names_of(store: Store, account: Account) -> list[str]:
    """What the account's password may not be: its own names and those of its schools."""
    held = await store.fetch(memberships_of_account, account=account.id)
    schools = await store.fetch(schools_by_id, schools=sorted({row.school_id for row in held}))
    own = (account.login, account.display_name, account.email or "")
    return [*own, *(school.name for school in schools)]


async def replace(
    transaction: Reader,
    account: Account,
    hashed: str,
    *,
    but: str | None = None,
    temporary_for: timedelta | None = None,
) -> bool:
    """Replace the password that was read with the account, and end its sessions `but` that of a
    token, in every process; False if it has been changed since."""
    time = now()
    done = await transaction.first(
        set_password,
        account=account.id,
        stored=account.password_hash,
        new_password_hash=hashed,
        new_temporary_until=time + temporary_for if temporary_for else None,
    )
    if done is None:
        return False
    await transaction.run(
        end_other_sessions,
        account=account.id,
        token_hash=hash_of(but) if but else NOBODYS_TOKEN,
    )
    await transaction.run(use_up_password_codes, account=account.id)
    await transaction.run(drop_challenges, account=account.id)
    await transaction.run(distrust_devices, account=account.id)
    held = await transaction.fetch(memberships_of_account, account=account.id)
    if held:
        await tell_of_end_in(transaction, min(row.school_id for row in held), account.id)
    await _tell_owner(transaction, account)
    return True


async def _tell_owner(transaction: Reader, account: Account) -> None:
    if account.email is None or account.email_confirmed_at is None:
        return
    mail = NewMail(
        f"{PASSWORD_CHANGED.name}:{uuid7()}",
        PASSWORD_CHANGED.name,
        account.email,
        account.language or "en",
        {"login": account.login},
        account.id,
    )
    await queue(transaction, mail)


async def ask_for_mail(
    store: Store,
    name: str,
    typed: str,
    language: str,
    *,
    place: str,
    throttle: Throttle | None,
    address: str,
) -> None:
    """Queue a mail to whoever the login or address leads to. Whether there is anybody is found out
    when it is sent: so the answer is the same, and comes as soon."""
    typed = canonical(typed)[:TYPED]
    if not typed:
        raise refused(Code.BAD_INPUT, "This can't be empty.", place)
    if throttle is not None:
        await throttle.admit(store, address)
        await throttle.mails.take(store, key_of("mail", name, typed))
    async with store.transaction() as transaction:
        event = f"{name}:{uuid7()}"
        await queue(
            transaction,
            NewMail(event, name, typed, language, expires_at=now() + VALID_FOR),
        )


async def _password_code(store: Store, mail: Mail) -> Ready | None:
    """A code for each account that was meant; a second try of the mail makes the same."""
    accounts = await store.fetch(accounts_to_mail, typed=mail.recipient)
    key = await store.first(feed_key)
    if not accounts or key is None or mail.expires_at is None:
        return None
    told = []
    for account in accounts:
        code = _code(key.secret, mail, account)
        await store.fetch(
            add_password_code,
            account=account.id,
            new_code_hash=hash_of_code(code),
            new_expires_at=mail.expires_at,
        )
        told.append({"login": account.login, "code": code})
    minutes = int(VALID_FOR.total_seconds() / 60)
    return Ready(str(accounts[0].email), {"accounts": told, "minutes": minutes})


async def _logins(store: Store, mail: Mail) -> Ready | None:
    """The logins of the address; a login that was typed instead leads to nobody."""
    found = await store.fetch(accounts_to_mail, typed=mail.recipient)
    accounts = [account for account in found if account.email == mail.recipient]
    if not accounts:
        return None
    told = [{"login": each.login, "name": each.display_name} for each in accounts]
    return Ready(mail.recipient, {"accounts": told})


PASSWORD_CODE = letter("password_code", _password_code)
LOGINS = letter("logins", _logins)
PASSWORD_CHANGED = letter("password_changed")


def _code(secret: bytes, mail: Mail, account: Account) -> str:
    """128 bits, derived from the database's secret: the code itself is stored nowhere."""
    named = b"gradebook: password code" + mail.id.bytes + account.id.bytes
    made = hmac.digest(secret, named, "sha256")
    return b32encode(made[:16]).decode().rstrip("=").lower()


def hash_of_code(code: str) -> bytes:
    return sha256(b"password code\0" + "".join(code.lower().split()).encode()).digest()


async def set_by_code(
    store: Store, code: str, new: str, *, throttle: Throttle | None, address: str
) -> None:
    """Set a new password by a mailed code, and end all sessions of the account. A password that is
    refused leaves the code valid."""
    code_hash = hash_of_code(code[:100])
    if throttle is not None:
        await throttle.admit(store, address)
        await throttle.logins.take(store, key_of_code(code_hash))
    account = await store.first(account_by_code, code_hash=code_hash)
    if account is None:
        raise refused(Code.NOT_FOUND, f"There is no such code. {ASK_ANEW}", "code")
    _insist_on(cast(CodeAccount, account))
    await check(store, account, new)
    hashed = await hash_password(new)
    async with store.transaction() as transaction:
        used = await transaction.first(use_password_code, code_hash=code_hash)
        if used is None or not await replace(transaction, account, hashed):
            raise refused(Code.NOT_FOUND, f"This code was used already. {ASK_ANEW}", "code")
        await note_own(transaction, account.id, "PASSWORD_RESET")
    viewers_of(store).forget(account.id)


def _insist_on(code: CodeAccount) -> None:
    """Only who was mailed the code can know so many bits, and may be told what became of it."""
    if code.used_at is not None:
        raise refused(Code.NOT_FOUND, f"This code was used already. {ASK_ANEW}", "code")
    if code.expires_at <= now():
        raise refused(Code.NOT_FOUND, f"This code is over. {ASK_ANEW}", "code")
