"""New accounts and their memberships."""

from sqlalchemy import ClauseElement, bindparam
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlmodel import SQLModel

from db.reading.parts import table
from db.statement import statement
from db.tables.accounts import Account, Membership
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
