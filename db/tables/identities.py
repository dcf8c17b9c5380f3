"""Identities at providers (OpenID Connect) that accounts sign in with, and sign-ins under way."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from db.tables.columns import Instant
from domain.clock import now
from domain.ids import uuid7


class Identity(SQLModel, table=True):
    """Somebody at a provider, who is the account; `name` is what the provider called them."""

    __table_args__ = (UniqueConstraint("issuer", "subject", name="uq_identity"),)
    id: UUID = Field(default_factory=uuid7, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    issuer: str
    subject: str
    name: str | None = None
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    last_used_at: datetime | None = Field(default=None, sa_type=Instant)


class ProviderSignIn(SQLModel, table=True):
    """A sign-in that the browser has taken to a provider; both hashes are SHA-256 of what it keeps.

    With an `account_id` it only adds an identity to the account that was signed in.
    """

    __tablename__ = "provider_sign_in"
    state_hash: bytes = Field(primary_key=True)
    browser_hash: bytes
    provider: str
    account_id: UUID | None = Field(default=None, foreign_key="account.id")
    remembered: bool
    device_hash: bytes | None = None
    """Of the token by which an account may trust the device."""
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant, index=True)


class PendingIdentity(SQLModel, table=True):
    """Whom a provider has told to a browser and no account is yet: they register, or add it."""

    __tablename__ = "pending_identity"
    browser_hash: bytes = Field(primary_key=True)
    issuer: str
    subject: str
    name: str | None = None
    sid: str | None = None
    id_token: str
    expires_at: datetime = Field(sa_type=Instant, index=True)


class ProviderSession(SQLModel, table=True):
    """What a session that a provider has begun needs to be ended there too, or from there.

    `id_token` lets nobody in; it names the session to the provider.
    """

    __tablename__ = "provider_session"
    token_hash: bytes = Field(primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    issuer: str
    subject: str
    sid: str | None = None
    id_token: str
    created_at: datetime = Field(default_factory=now, sa_type=Instant, index=True)
