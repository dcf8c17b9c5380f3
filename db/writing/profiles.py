"""How the views of an account are written."""

from typing import Any

from sqlalchemy import (
    ClauseElement,
    Integer,
    String,
    Uuid,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from db.reading.parts import table
from db.statement import statement
from db.tables.accounts import Account, Profile
from db.writing.parts import ACCOUNT, ID

VALUES: dict[str, Any] = {
    "name": bindparam("new_name", type_=String),
    "position": bindparam("new_position", type_=Integer),
    "child_school": bindparam("new_child_school", type_=Integer),
    "student_id": bindparam("new_student_id", type_=Uuid()),
    "language": bindparam("new_language", type_=String),
}


@statement(Account)
def account_to_keep_views() -> ClauseElement:
    """The account, held until the transaction ends against whoever else writes its views."""
    account = table(Account)
    return select(account.c.id).where(account.c.id == ACCOUNT).with_for_update(key_share=True)


@statement(Profile)
def add_profile() -> ClauseElement:
    return insert(table(Profile)).values(VALUES | {"id": ID, "account_id": ACCOUNT})


@statement(Profile)
def change_profile() -> ClauseElement:
    profile = table(Profile)
    own = (profile.c.id == ID) & (profile.c.account_id == ACCOUNT)
    return update(profile).where(own).values(VALUES)


@statement(Profile)
def remove_profile() -> ClauseElement:
    profile = table(Profile)
    return delete(profile).where(profile.c.id == ID, profile.c.account_id == ACCOUNT)
