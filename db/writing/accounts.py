"""New accounts and their memberships."""

from sqlalchemy import ClauseElement, Uuid, bindparam, delete, or_
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlmodel import SQLModel

from db.reading.parts import SCHOOL, table
from db.statement import statement
from db.tables.accounts import Account, AccountStep, Membership
from db.writing.audit import noted


def _whole(model: type[SQLModel]) -> Insert:
    """Insert a record; each column is a parameter of the same name."""
    made = table(model)
    return insert(made).values({c.name: bindparam(c.name, type_=c.type) for c in made.c})


@statement(Account)
def add_account() -> ClauseElement:
    """Returns the account's id, or no row if the login is taken."""
    account = table(Account)
    return _whole(Account).on_conflict_do_nothing(index_elements=["login"]).returning(account.c.id)


@statement(Membership)
def add_membership() -> ClauseElement:
    return noted(_whole(Membership), "CREATED")


@statement(Membership)
def drop_memberships_of_person() -> ClauseElement:
    """End what accounts are as the person; returns what they were."""
    membership, person = table(Membership), bindparam("person", type_=Uuid())
    itself = or_(
        *(membership.c[f"{name}_id"] == person for name in ("student", "guardian", "teacher"))
    )
    dropped = delete(membership).where(membership.c.school_id == SCHOOL, itself)
    return noted(dropped, "REMOVED", answers=("account_id", "role"))


@statement(AccountStep)
def add_account_step() -> ClauseElement:
    return _whole(AccountStep)
