"""Passkeys: challenges that are signed once, and passkeys added, used, named and removed."""

from sqlalchemy import BigInteger, ClauseElement, LargeBinary, bindparam, delete, update
from sqlalchemy.dialects.postgresql import insert

from db.reading.parts import NOW, table
from db.statement import statement
from db.tables.passkeys import Passkey, PasskeyChallenge
from db.writing.parts import ACCOUNT, ID, new

CREDENTIAL = bindparam("credential_id", type_=LargeBinary)
CHALLENGE = bindparam("challenge_hash", type_=LargeBinary)


@statement(PasskeyChallenge)
def keep_passkey_challenge() -> ClauseElement:
    challenge = table(PasskeyChallenge)
    given = {name: new(PasskeyChallenge, name) for name in ("account_id", "expires_at")}
    return insert(challenge).values(challenge_hash=CHALLENGE, **given)


@statement(PasskeyChallenge)
def take_passkey_challenge() -> ClauseElement:
    """Use it up; returns no row if it was used, is over, or was told for something else."""
    challenge = table(PasskeyChallenge)
    account = new(PasskeyChallenge, "account_id")
    return (
        delete(challenge)
        .where(
            challenge.c.challenge_hash == CHALLENGE,
            challenge.c.account_id.is_not_distinct_from(account),
            challenge.c.expires_at > NOW,
        )
        .returning(challenge.c.challenge_hash)
    )


@statement(PasskeyChallenge)
def drop_old_passkey_challenges() -> ClauseElement:
    challenge = table(PasskeyChallenge)
    return delete(challenge).where(challenge.c.expires_at < NOW)


@statement(Passkey)
def add_passkey() -> ClauseElement:
    """Returns no row if there is such a passkey already."""
    passkey = table(Passkey)
    given = ("public_key", "sign_count", "name", "synced")
    values = {name: new(Passkey, name) for name in given}
    return (
        insert(passkey)
        .values(credential_id=CREDENTIAL, id=ID, account_id=ACCOUNT, created_at=NOW, **values)
        .on_conflict_do_nothing(index_elements=["credential_id"])
        .returning(passkey.c.id)
    )


@statement(Passkey)
def use_passkey() -> ClauseElement:
    """Note its count; returns no row if it has been used since the count was read."""
    passkey = table(Passkey)
    read = bindparam("read_count", type_=BigInteger)
    return (
        update(passkey)
        .where(passkey.c.credential_id == CREDENTIAL, passkey.c.sign_count == read)
        .values(sign_count=new(Passkey, "sign_count"), synced=new(Passkey, "synced"),
                last_used_at=NOW)
        .returning(passkey.c.id)
    )  # fmt: skip


@statement(Passkey)
def name_passkey() -> ClauseElement:
    """Returns no row if the account has no such passkey."""
    passkey = table(Passkey)
    own = passkey.c.id == ID, passkey.c.account_id == ACCOUNT
    named = new(Passkey, "name")
    return update(passkey).where(*own).values(name=named).returning(passkey.c.id)


@statement(Passkey)
def drop_passkey() -> ClauseElement:
    """Returns no row if the account has no such passkey."""
    passkey = table(Passkey)
    own = passkey.c.id == ID, passkey.c.account_id == ACCOUNT
    return delete(passkey).where(*own).returning(passkey.c.id)


@statement(Passkey)
def drop_passkeys() -> ClauseElement:
    passkey = table(Passkey)
    return delete(passkey).where(passkey.c.account_id == ACCOUNT).returning(passkey.c.id)
