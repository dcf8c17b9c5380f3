"""Second factors of accounts: set up, used, ended; a code that is used is used once."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ClauseElement,
    ColumnElement,
    LargeBinary,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from db.reading.parts import NOW, table
from db.statement import statement
from db.tables.accounts import Account
from db.tables.second_factors import RecoveryCode, SecondFactor, SignInChallenge, TrustedDevice
from db.writing.parts import ACCOUNT, ID, new

TOKEN = bindparam("token_hash", type_=LargeBinary)
STEP = bindparam("step", type_=BigInteger)


@statement(SecondFactor)
def prepare_second_factor() -> ClauseElement:
    """Keep a secret that a code has yet to confirm; the one in use stays in use."""
    coming = {name: new(SecondFactor, name) for name in ("coming", "coming_until")}
    made = insert(table(SecondFactor)).values(account_id=ACCOUNT, **coming)
    return made.on_conflict_do_update(index_elements=["account_id"], set_=coming)


@statement(SecondFactor)
def confirm_second_factor() -> ClauseElement:
    """Use the secret from now on; returns no row if it is another one by now."""
    factor = table(SecondFactor)
    return (
        update(factor)
        .where(
            factor.c.account_id == ACCOUNT,
            factor.c.coming == new(SecondFactor, "coming"),
            factor.c.coming_until > NOW,
        )
        .values(secret=factor.c.coming, coming=None, coming_until=None, last_step=STEP)
        .returning(factor.c.account_id)
    )


@statement(Account)
def mark_second_factor() -> ClauseElement:
    """Say since when the account has one."""
    account = table(Account)
    since = new(Account, "second_factor_at")
    return update(account).where(account.c.id == ACCOUNT).values(second_factor_at=since)


@statement(Account)
def unmark_second_factor() -> ClauseElement:
    """Returns no row if the account has none."""
    account = table(Account)
    having = account.c.id == ACCOUNT, account.c.second_factor_at.is_not(None)
    none = update(account).where(*having).values(second_factor_at=None)
    return none.returning(account.c.id)


@statement(SecondFactor)
def use_code_of_step() -> ClauseElement:
    """Use the code of the step up; returns no row if it, or a later one, was used, or if the secret
    is another one by now."""
    factor = table(SecondFactor)
    return (
        update(factor)
        .where(
            factor.c.account_id == ACCOUNT,
            factor.c.secret == new(SecondFactor, "secret"),
            factor.c.last_step.is_(None) | (factor.c.last_step < STEP),
        )
        .values(last_step=STEP)
        .returning(factor.c.account_id)
    )


@statement(SecondFactor)
def drop_second_factor() -> ClauseElement:
    """Returns no row if there was none."""
    factor = table(SecondFactor)
    return delete(factor).where(factor.c.account_id == ACCOUNT).returning(factor.c.secret)


@statement(RecoveryCode)
def add_recovery_codes() -> ClauseElement:
    hashes = func.unnest(bindparam("hashes", type_=ARRAY(LargeBinary)))
    account: ColumnElement[Any] = ACCOUNT
    return insert(table(RecoveryCode)).from_select(
        ["account_id", "created_at", "code_hash"],
        select(account, NOW, hashes),
        include_defaults=False,
    )


@statement(RecoveryCode)
def use_recovery_code() -> ClauseElement:
    """Use the code up; returns no row if there is none, or it was used."""
    code = table(RecoveryCode)
    return (
        update(code)
        .where(
            code.c.code_hash == bindparam("code_hash", type_=LargeBinary),
            code.c.account_id == ACCOUNT,
            code.c.used_at.is_(None),
        )
        .values(used_at=NOW)
        .returning(code.c.account_id)
    )


@statement(RecoveryCode)
def drop_recovery_codes() -> ClauseElement:
    code = table(RecoveryCode)
    return delete(code).where(code.c.account_id == ACCOUNT)


@statement(SignInChallenge)
def begin_challenge() -> ClauseElement:
    challenge = table(SignInChallenge)
    given = ("token_hash", "expires_at", "place_hash", "remembered")
    values = {f"{name}": new(SignInChallenge, name) for name in given}
    return insert(challenge).values(account_id=ACCOUNT, created_at=NOW, **values)


@statement(SignInChallenge)
def use_challenge() -> ClauseElement:
    """Use it up; returns no row if it is used or over."""
    challenge = table(SignInChallenge)
    return (
        update(challenge)
        .where(
            challenge.c.token_hash == TOKEN,
            challenge.c.used_at.is_(None),
            challenge.c.expires_at > NOW,
        )
        .values(used_at=NOW)
        .returning(challenge.c.account_id)
    )


@statement(SignInChallenge)
def drop_challenges() -> ClauseElement:
    """No sign-in of the account that waits for a code goes on."""
    challenge = table(SignInChallenge)
    return delete(challenge).where(challenge.c.account_id == ACCOUNT)


@statement(SignInChallenge)
def drop_old_challenges() -> ClauseElement:
    challenge = table(SignInChallenge)
    return delete(challenge).where(challenge.c.expires_at < NOW)


@statement(TrustedDevice)
def trust_device() -> ClauseElement:
    device = table(TrustedDevice)
    given = ("token_hash", "expires_at", "device")
    values = {name: new(TrustedDevice, name) for name in given}
    return insert(device).values(account_id=ACCOUNT, id=ID, created_at=NOW, **values)


@statement(TrustedDevice)
def distrust_device() -> ClauseElement:
    """Trust the device no more; returns no row if the account does not trust it."""
    device = table(TrustedDevice)
    trusted = device.c.id == ID, device.c.account_id == ACCOUNT, device.c.expires_at > NOW
    return delete(device).where(*trusted).returning(device.c.id)


@statement(TrustedDevice)
def distrust_devices() -> ClauseElement:
    """Trust none of the account's devices."""
    device = table(TrustedDevice)
    return delete(device).where(device.c.account_id == ACCOUNT)


@statement(TrustedDevice)
def drop_old_devices() -> ClauseElement:
    device = table(TrustedDevice)
    return delete(device).where(device.c.expires_at < NOW)
