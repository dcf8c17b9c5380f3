"""Passkeys of accounts."""

from typing import Protocol
from uuid import UUID

from sqlalchemy import ClauseElement, LargeBinary, Uuid, bindparam, select

from db.reading.parts import table
from db.statement import statement
from db.tables.accounts import Account
from db.tables.passkeys import Passkey

ACCOUNT = bindparam("account", type_=Uuid())


class AccountOfPasskey(Protocol):
    """The row has the account's other columns too."""

    id: UUID
    public_key: bytes
    sign_count: int


@statement(Passkey)
def passkeys_of_account() -> ClauseElement:
    passkey = table(Passkey)
    return (
        select(passkey)
        .where(passkey.c.account_id == ACCOUNT)
        .order_by(passkey.c.created_at, passkey.c.id)
    )


@statement(Account)
def account_by_passkey() -> ClauseElement:
    """The account that the passkey signs in, with what its signature is checked by."""
    account, passkey = table(Account), table(Passkey)
    return (
        select(account, passkey.c.public_key, passkey.c.sign_count)
        .join(passkey, passkey.c.account_id == account.c.id)
        .where(
            passkey.c.credential_id == bindparam("credential_id", type_=LargeBinary),
            account.c.active,
        )
    )
