"""Passwords of accounts, and the codes that are mailed to set new ones."""

from sqlalchemy import ClauseElement, LargeBinary, bindparam, delete, update
from sqlalchemy.dialects.postgresql import insert

from db.reading.parts import NOW, table
from db.statement import statement
from db.tables.accounts import Account, PasswordCode
from db.tables.columns import Instant
from db.writing.parts import ACCOUNT, new


@statement(Account)
def set_password() -> ClauseElement:
    """Replace the password unless it has been changed since `stored` was read; returns the
    account's id, or no row."""
    account = table(Account)
    return (
        update(account)
        .where(
            account.c.id == ACCOUNT,
            account.c.active,
            account.c.password_hash == bindparam("stored", type_=account.c.password_hash.type),
        )
        .values(
            password_hash=new(Account, "password_hash"),
            temporary_until=new(Account, "temporary_until"),
            without_password=False,
        )
        .returning(account.c.id)
    )


@statement(PasswordCode)
def add_password_code() -> ClauseElement:
    """A code that is there already, since its mail is tried again, stays as it is."""
    code = table(PasswordCode)
    return (
        insert(code)
        .values(
            code_hash=new(PasswordCode, "code_hash"),
            account_id=ACCOUNT,
            created_at=NOW,
            expires_at=new(PasswordCode, "expires_at"),
        )
        .on_conflict_do_nothing(index_elements=["code_hash"])
    )


@statement(PasswordCode)
def use_password_code() -> ClauseElement:
    """Use the code up; returns the account's id, or no row if it is used or over."""
    code = table(PasswordCode)
    return (
        update(code)
        .where(
            code.c.code_hash == bindparam("code_hash", type_=LargeBinary),
            code.c.used_at.is_(None),
            code.c.expires_at > NOW,
        )
        .values(used_at=NOW)
        .returning(code.c.account_id)
    )


@statement(PasswordCode)
def use_up_password_codes() -> ClauseElement:
    """No code of the account is valid any more."""
    code = table(PasswordCode)
    return (
        update(code)
        .where(code.c.account_id == ACCOUNT, code.c.used_at.is_(None))
        .values(used_at=NOW)
    )


@statement(PasswordCode)
def drop_old_password_codes() -> ClauseElement:
    code = table(PasswordCode)
    return delete(code).where(code.c.expires_at < bindparam("before", type_=Instant))
