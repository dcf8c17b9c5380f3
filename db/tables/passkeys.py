"""Passkeys (WebAuthn) of accounts, and the challenges that they sign."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from db.tables.columns import Instant
from domain.clock import now
from domain.ids import uuid7


class Passkey(SQLModel, table=True):
    """`sign_count` is what the authenticator has counted; a copy of it counts anew. `synced` says
    whether the passkey is kept by a provider of the device, and so on several."""

    __tablename__ = "passkey"
    credential_id: bytes = Field(primary_key=True)
    id: UUID = Field(default_factory=uuid7, unique=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    public_key: bytes
    sign_count: int = Field(sa_type=BigInteger)
    name: str
    synced: bool
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    last_used_at: datetime | None = Field(default=None, sa_type=Instant)


class PasskeyChallenge(SQLModel, table=True):
    """A challenge that was told and is not signed yet; `challenge_hash` is its SHA-256.

    With an `account_id` a new passkey of the account signs it, or else one that signs in.
    """

    __tablename__ = "passkey_challenge"
    challenge_hash: bytes = Field(primary_key=True)
    account_id: UUID | None = Field(default=None, foreign_key="account.id", index=True)
    expires_at: datetime = Field(sa_type=Instant, index=True)
