"""Accounts and sessions."""

from sqlalchemy import ClauseElement, LargeBinary, String, bindparam, delete, insert, select, update

from db.reading.parts import table
from db.statement import statement
from db.tables import Account, Session


@statement(Account)
def account_by_login() -> ClauseElement:
    account = table(Account)
    return select(account).where(account.c.login == bindparam("login", type_=String))


@statement(Account)
def rehash_account() -> ClauseElement:
    """Unless the password has been changed since."""
    account = table(Account)
    return (
        update(account)
        .where(
            account.c.id == bindparam("account", type_=account.c.id.type),
            account.c.password_hash == bindparam("stored", type_=String),
        )
        .values(password_hash=bindparam("hash", type_=String))
    )


@statement(Session)
def begin_session() -> ClauseElement:
    session = table(Session)
    return insert(session).values({c.name: bindparam(c.name, type_=c.type) for c in session.c})


@statement(Session)
def end_session() -> ClauseElement:
    session = table(Session)
    return delete(session).where(session.c.token_hash == bindparam("token_hash", type_=LargeBinary))
