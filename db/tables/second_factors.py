"""The second factor of accounts: an authenticator app, recovery codes, and trusted devices.

`Account.second_factor_at` says since when one is asked for.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from db.tables.columns import Instant
from domain.clock import now
from domain.ids import uuid7


class SecondFactor(SQLModel, table=True):
    """Secrets are encrypted with a key of the database, each for its account alone.

    `secret` is the one that is used; `coming` is one that no code has confirmed yet. `last_step` is
    the step of the last code that was used, so that none works twice.
    """

    __tablename__ = "second_factor"
    account_id: UUID = Field(foreign_key="account.id", primary_key=True)
    secret: str | None = None
    coming: str | None = None
    coming_until: datetime | None = Field(default=None, sa_type=Instant)
    last_step: int | None = Field(default=None, sa_type=BigInteger)


class RecoveryCode(SQLModel, table=True):
    """A code that works once in place of the app's; `code_hash` is its SHA-256 with the account."""

    __tablename__ = "recovery_code"
    code_hash: bytes = Field(primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


class SignInChallenge(SQLModel, table=True):
    """A sign-in whose password was right and whose code is awaited; `token_hash` is the SHA-256 of
    what the client has of it. `place_hash` and `remembered` are for the session."""

    __tablename__ = "sign_in_challenge"
    token_hash: bytes = Field(primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant, index=True)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    place_hash: bytes
    remembered: bool


class TrustedDevice(SQLModel, table=True):
    """A device on which the password is enough; `token_hash` is the SHA-256 of what it keeps."""

    __tablename__ = "trusted_device"
    token_hash: bytes = Field(primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    id: UUID = Field(default_factory=uuid7, unique=True)
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant, index=True)
    device: str | None = None
