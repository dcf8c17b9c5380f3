"""Second factors of accounts, sign-ins that wait for a code, and devices that are trusted."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import ClauseElement, LargeBinary, Uuid, bindparam, func, select

from db.reading.parts import NOW, table
from db.statement import statement
from db.tables.accounts import Account
from db.tables.second_factors import RecoveryCode, SecondFactor, SignInChallenge, TrustedDevice

ACCOUNT = bindparam("account", type_=Uuid())
TOKEN = bindparam("token_hash", type_=LargeBinary)


class ChallengedAccount(Protocol):
    """The row has the account's other columns too."""

    id: UUID
    place_hash: bytes
    remembered: bool


class CodesLeft(Protocol):
    left: int


class Device(Protocol):
    id: UUID
    device: str | None
    created_at: datetime
    expires_at: datetime


@statement(SecondFactor)
def second_factor_of_account() -> ClauseElement:
    factor = table(SecondFactor)
    return select(factor).where(factor.c.account_id == ACCOUNT)


@statement(Account)
def account_by_challenge() -> ClauseElement:
    """The account that a sign-in which waits for a code is of."""
    account, challenge = table(Account), table(SignInChallenge)
    return (
        select(account, challenge.c.place_hash, challenge.c.remembered)
        .join(challenge, challenge.c.account_id == account.c.id)
        .where(
            challenge.c.token_hash == TOKEN,
            challenge.c.used_at.is_(None),
            challenge.c.expires_at > NOW,
            account.c.active,
        )
    )


@statement(RecoveryCode)
def recovery_codes_left() -> ClauseElement:
    """How many of the account's codes are not used."""
    code = table(RecoveryCode)
    unused = code.c.account_id == ACCOUNT, code.c.used_at.is_(None)
    return select(func.count().label("left")).select_from(code).where(*unused)


@statement(TrustedDevice)
def trusted_device_by_token() -> ClauseElement:
    """The device, if the account trusts it."""
    device = table(TrustedDevice)
    return select(device).where(
        device.c.token_hash == TOKEN, device.c.account_id == ACCOUNT, device.c.expires_at > NOW
    )


@statement(TrustedDevice)
def trusted_devices_of_account() -> ClauseElement:
    """The devices that the account trusts, the newest first."""
    device = table(TrustedDevice)
    trusted = device.c.account_id == ACCOUNT, device.c.expires_at > NOW
    return select(device).where(*trusted).order_by(device.c.created_at.desc(), device.c.id)
