"""Identities at providers: sign-ins under way, and identities that accounts are given."""

from datetime import timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import ClauseElement, LargeBinary, String, bindparam, delete, or_, update
from sqlalchemy.dialects.postgresql import insert

from db.reading.parts import NOW, table
from db.statement import statement
from db.tables.accounts import Session
from db.tables.identities import Identity, PendingIdentity, ProviderSession, ProviderSignIn
from db.writing.parts import ACCOUNT, ID, new

ISSUER, SUBJECT = bindparam("issuer", type_=String), bindparam("subject", type_=String)
BROWSER = bindparam("browser_hash", type_=LargeBinary)
PENDING = ("issuer", "subject", "name", "sid", "id_token", "expires_at")
KEPT = timedelta(days=30)
"""How long it is kept of a session what its provider has told; no session lasts longer unless the
settings say so, and then it ends here alone."""


class SignInUnderWay(Protocol):
    account_id: UUID | None
    remembered: bool
    device_hash: bytes | None


class EndedSession(Protocol):
    token_hash: bytes
    account_id: UUID


@statement(ProviderSignIn)
def begin_provider_sign_in() -> ClauseElement:
    under_way = table(ProviderSignIn)
    given = ("state_hash", "provider", "account_id", "remembered", "device_hash", "expires_at")
    values = {name: new(ProviderSignIn, name) for name in given}
    return insert(under_way).values(browser_hash=BROWSER, created_at=NOW, **values)


@statement(ProviderSignIn)
def take_provider_sign_in() -> ClauseElement:
    """Use it up; returns no row if there is none of the browser, or it is over."""
    under_way = table(ProviderSignIn)
    return (
        delete(under_way)
        .where(
            under_way.c.state_hash == bindparam("state_hash", type_=LargeBinary),
            under_way.c.browser_hash == BROWSER,
            under_way.c.provider == bindparam("provider", type_=String),
            under_way.c.expires_at > NOW,
        )
        .returning(under_way)
    )


@statement(ProviderSignIn)
def drop_old_provider_sign_ins() -> ClauseElement:
    under_way = table(ProviderSignIn)
    return delete(under_way).where(under_way.c.expires_at < NOW)


@statement(PendingIdentity)
def keep_pending_identity() -> ClauseElement:
    """In place of what the browser has brought before."""
    values = {name: new(PendingIdentity, name) for name in PENDING}
    made = insert(table(PendingIdentity)).values(browser_hash=BROWSER, **values)
    return made.on_conflict_do_update(index_elements=["browser_hash"], set_=values)


@statement(PendingIdentity)
def take_pending_identity() -> ClauseElement:
    """Use it up; returns no row if the browser has brought none, or it is over."""
    pending = table(PendingIdentity)
    return (
        delete(pending)
        .where(pending.c.browser_hash == BROWSER, pending.c.expires_at > NOW)
        .returning(pending)
    )


@statement(PendingIdentity)
def drop_old_pending_identities() -> ClauseElement:
    pending = table(PendingIdentity)
    return delete(pending).where(pending.c.expires_at < NOW)


@statement(Identity)
def add_identity() -> ClauseElement:
    """Returns no row if it is of an account already."""
    identity = table(Identity)
    given = {name: new(Identity, name) for name in ("issuer", "subject", "name")}
    return (
        insert(identity)
        .values(id=ID, account_id=ACCOUNT, created_at=NOW, last_used_at=NOW, **given)
        .on_conflict_do_nothing(index_elements=["issuer", "subject"])
        .returning(identity.c.id)
    )


@statement(Identity)
def touch_identity() -> ClauseElement:
    identity = table(Identity)
    return update(identity).where(identity.c.id == ID).values(last_used_at=NOW)


@statement(Identity)
def drop_identity() -> ClauseElement:
    """Returns no row if the account has no such identity."""
    identity = table(Identity)
    own = identity.c.id == ID, identity.c.account_id == ACCOUNT
    return delete(identity).where(*own).returning(identity)


@statement(ProviderSession)
def keep_provider_session() -> ClauseElement:
    session = table(ProviderSession)
    given = ("token_hash", "issuer", "subject", "sid", "id_token")
    values = {name: new(ProviderSession, name) for name in given}
    return insert(session).values(account_id=ACCOUNT, created_at=NOW, **values)


@statement(ProviderSession)
def go_on_with_provider_session() -> ClauseElement:
    """The challenge that followed on the provider's word has become a session."""
    begun = table(ProviderSession)
    challenge = bindparam("challenge_hash", type_=LargeBinary)
    session = new(ProviderSession, "token_hash")
    return update(begun).where(begun.c.token_hash == challenge).values(token_hash=session)


@statement(Session)
def end_provider_sessions() -> ClauseElement:
    """End the sessions that the provider has begun for the subject, or of the one `sid`; returns
    one row for each."""
    session, begun = table(Session), table(ProviderSession)
    sid = bindparam("sid", type_=String)
    return (
        update(session)
        .where(
            session.c.token_hash == begun.c.token_hash,
            session.c.expires_at > NOW,
            begun.c.issuer == ISSUER,
            or_(SUBJECT.is_(None), begun.c.subject == SUBJECT),
            or_(sid.is_(None), begun.c.sid == sid),
        )
        .values(expires_at=NOW)
        .returning(session.c.token_hash, session.c.account_id)
    )


@statement(ProviderSession)
def drop_old_provider_sessions() -> ClauseElement:
    begun = table(ProviderSession)
    return delete(begun).where(begun.c.created_at < NOW - KEPT)
