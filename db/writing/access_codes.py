"""How access codes are made, revoked and used, and how addresses are confirmed."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    ColumnElement,
    LargeBinary,
    String,
    Uuid,
    any_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)

from db.reading.parts import SCHOOL, among, table
from db.statement import statement
from db.tables.access_codes import AccessCode, EmailConfirmation
from db.tables.accounts import Account
from db.tables.columns import Instant
from db.writing.audit import noted
from db.writing.parts import ACCOUNT, ID, insert_each

NOW = bindparam("now", type_=Instant)
TOKEN = bindparam("token_hash", type_=LargeBinary)
EMAIL = bindparam("email", type_=String)


def _unused() -> ColumnElement[bool]:
    code = table(AccessCode)
    return code.c.used_at.is_(None) & code.c.revoked_at.is_(None)


@statement(AccessCode)
def insert_access_codes() -> ClauseElement:
    given = ("id", "code_hash", "student_id", "guardian_id", "teacher_id")
    same: dict[str, ColumnElement[Any]] = {
        "created_by": ACCOUNT,
        "created_at": NOW,
        "expires_at": bindparam("expires_at", type_=Instant),
    }
    return noted(insert_each(AccessCode, given, same), "CREATED")


@statement(AccessCode)
def revoke_codes_of_people() -> ClauseElement:
    """Of `people` whose codes are made anew, the old ones."""
    code = table(AccessCode)
    people = any_(bindparam("people", type_=ARRAY(Uuid())))
    theirs = (code.c[f"{name}_id"] == people for name in ("student", "guardian", "teacher"))
    return noted(
        update(code)
        .where(code.c.school_id == SCHOOL, or_(*theirs), _unused())
        .values(revoked_at=NOW, revoked_by=ACCOUNT),
        "REVOKED",
    )


@statement(AccessCode)
def access_codes_to_revoke() -> ClauseElement:
    """All columns of codes by `ids`, which are held until the transaction ends."""
    code = table(AccessCode)
    found = select(code).where(code.c.school_id == SCHOOL, among(code.c.id))
    return found.order_by(code.c.id).with_for_update()


@statement(AccessCode)
def revoke_access_codes() -> ClauseElement:
    code = table(AccessCode)
    return noted(
        update(code)
        .where(code.c.school_id == SCHOOL, among(code.c.id), _unused())
        .values(revoked_at=NOW, revoked_by=ACCOUNT),
        "REVOKED",
    )


@statement(AccessCode)
def use_access_code() -> ClauseElement:
    """Use the code up; returns its id, or no row where it may not be used any more. Whoever else
    uses it waits until the transaction ends."""
    code = table(AccessCode)
    return noted(
        update(code)
        .where(code.c.school_id == SCHOOL, code.c.id == ID, _unused(), code.c.expires_at > NOW)
        .values(used_at=NOW, used_by=ACCOUNT),
        "USED",
    )


@statement(AccessCode)
def undo_access_codes() -> ClauseElement:
    """Note of the codes that somebody has registered with as the person that it was undone."""
    code = table(AccessCode)
    person = bindparam("person", type_=Uuid())
    itself = or_(*(code.c[f"{name}_id"] == person for name in ("student", "guardian", "teacher")))
    used = code.c.used_at.is_not(None) & code.c.undone_at.is_(None)
    undone = (
        update(code)
        .where(code.c.school_id == SCHOOL, itself, used)
        .values(undone_at=NOW, undone_by=ACCOUNT, undone_reason=bindparam("reason", type_=String))
    )
    return noted(undone, "UNDONE")


@statement(EmailConfirmation)
def ask_for_confirmation() -> ClauseElement:
    confirmation = table(EmailConfirmation)
    return insert(confirmation).values(
        token_hash=TOKEN,
        account_id=ACCOUNT,
        email=EMAIL,
        created_at=NOW,
        expires_at=bindparam("expires_at", type_=Instant),
    )


@statement(EmailConfirmation)
def use_confirmation() -> ClauseElement:
    """Use the link up; returns the account and the address, or no row where it does not work."""
    confirmation = table(EmailConfirmation)
    return (
        update(confirmation)
        .where(
            confirmation.c.token_hash == TOKEN,
            confirmation.c.used_at.is_(None),
            confirmation.c.expires_at > NOW,
        )
        .values(used_at=NOW)
        .returning(confirmation.c.account_id, confirmation.c.email)
    )


@statement(EmailConfirmation)
def confirmation_by_token() -> ClauseElement:
    confirmation = table(EmailConfirmation)
    return select(confirmation).where(confirmation.c.token_hash == TOKEN)


@statement(Account)
def confirm_address() -> ClauseElement:
    """Have the account the address, which is its owner's."""
    account = table(Account)
    confirmed = update(account).where(account.c.id == ACCOUNT)
    return confirmed.values(email=EMAIL, email_confirmed_at=NOW)


@statement(EmailConfirmation)
def drop_confirmations_of() -> ClauseElement:
    """Links of the account that have not been used."""
    confirmation = table(EmailConfirmation)
    return delete(confirmation).where(
        confirmation.c.account_id == ACCOUNT, confirmation.c.used_at.is_(None)
    )


@statement(EmailConfirmation)
def drop_old_confirmations() -> ClauseElement:
    confirmation = table(EmailConfirmation)
    before = bindparam("before", type_=Instant)
    return delete(confirmation).where(confirmation.c.expires_at < before)
