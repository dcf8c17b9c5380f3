"""Sign-in sessions, and the password hashes of accounts."""

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    LargeBinary,
    String,
    any_,
    bindparam,
    exists,
    insert,
    select,
    update,
)

from db.reading.parts import NOW, table
from db.statement import statement
from db.tables.accounts import Account, Session
from db.tables.columns import Instant
from db.writing.parts import ACCOUNT, ID


@statement(Session)
def session_at_place() -> ClauseElement:
    """A session that somebody has recently begun in the network; no row if nobody has."""
    session = table(Session)
    place = bindparam("place_hash", type_=LargeBinary)
    return select(session.c.id).where(session.c.place_hash == place).limit(1)


@statement(Account)
def account_by_login() -> ClauseElement:
    """The account with the login, or else the only one whose confirmed address it is."""
    account = table(Account)
    login, other = bindparam("login", type_=String), table(Account).alias("other")
    shared = exists().where(
        other.c.email == login,
        other.c.email_confirmed_at.is_not(None),
        other.c.id != account.c.id,
    )
    by_address = (account.c.email == login) & account.c.email_confirmed_at.is_not(None) & ~shared
    found = select(account).where((account.c.login == login) | by_address)
    return found.order_by((account.c.login == login).desc()).limit(1)


@statement(Account)
def rehash_account() -> ClauseElement:
    """Replace the hash unless the password was changed meanwhile."""
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


TOKEN = bindparam("token_hash", type_=LargeBinary)


@statement(Session)
def end_session() -> ClauseElement:
    session = table(Session)
    return (
        update(session)
        .where(session.c.token_hash == TOKEN, session.c.expires_at > NOW)
        .values(expires_at=NOW)
    )


@statement(Session)
def renew_session() -> ClauseElement:
    """Give the session another token; returns it, or no row if it has ended."""
    session = table(Session)
    return (
        update(session)
        .where(session.c.token_hash == TOKEN, session.c.expires_at > NOW)
        .values(token_hash=bindparam("new_token_hash", type_=LargeBinary))
        .returning(session)
    )


@statement(Session)
def touch_sessions() -> ClauseElement:
    """Note that the sessions are used, unless that was noted after `before`."""
    session = table(Session)
    before = bindparam("before", type_=Instant)
    those = session.c.token_hash == any_(bindparam("token_hashes", type_=ARRAY(LargeBinary)))
    return update(session).where(those, session.c.last_used_at < before).values(last_used_at=NOW)


@statement(Session)
def end_session_by_id() -> ClauseElement:
    """End a session of the account; returns its token's hash, or no row if there is none."""
    session = table(Session)
    return (
        update(session)
        .where(session.c.id == ID, session.c.account_id == ACCOUNT, session.c.expires_at > NOW)
        .values(expires_at=NOW)
        .returning(session.c.token_hash)
    )


@statement(Session)
def end_other_sessions() -> ClauseElement:
    """End the sessions of the account except that of the token; returns one row for each."""
    session = table(Session)
    return (
        update(session)
        .where(
            session.c.account_id == ACCOUNT,
            session.c.token_hash != TOKEN,
            session.c.expires_at > NOW,
        )
        .values(expires_at=NOW)
        .returning(session.c.id)
    )
