"""Identities at providers that accounts sign in with."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import ClauseElement, LargeBinary, String, Uuid, bindparam, select

from db.reading.parts import NOW, table
from db.statement import statement
from db.tables.accounts import Account
from db.tables.identities import Identity, PendingIdentity, ProviderSession

ACCOUNT = bindparam("account", type_=Uuid())
ISSUER, SUBJECT = bindparam("issuer", type_=String), bindparam("subject", type_=String)
BROWSER = bindparam("browser_hash", type_=LargeBinary)


class IdentifiedAccount(Protocol):
    """The row has the account's other columns too."""

    id: UUID
    identity_id: UUID


class ProviderSessionRow(Protocol):
    issuer: str
    id_token: str
    created_at: datetime


@statement(Account)
def account_by_identity() -> ClauseElement:
    """The account that somebody at a provider is, whether it is closed or not."""
    account, identity = table(Account), table(Identity)
    return (
        select(account, identity.c.id.label("identity_id"))
        .join(identity, identity.c.account_id == account.c.id)
        .where(identity.c.issuer == ISSUER, identity.c.subject == SUBJECT)
    )


@statement(Identity)
def identities_of_account() -> ClauseElement:
    identity = table(Identity)
    return (
        select(identity)
        .where(identity.c.account_id == ACCOUNT)
        .order_by(identity.c.created_at, identity.c.id)
    )


@statement(PendingIdentity)
def pending_identity_of_browser() -> ClauseElement:
    pending = table(PendingIdentity)
    return select(pending).where(pending.c.browser_hash == BROWSER, pending.c.expires_at > NOW)


@statement(ProviderSession)
def provider_session_by_token() -> ClauseElement:
    session = table(ProviderSession)
    return select(session).where(session.c.token_hash == bindparam("token_hash", type_=LargeBinary))
