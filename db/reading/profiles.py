"""The views that an account keeps."""

from sqlalchemy import ClauseElement, select

from db.reading.accounts import ACCOUNT
from db.reading.parts import table
from db.statement import statement
from db.tables.accounts import Profile


@statement(Profile)
def profiles_of_account() -> ClauseElement:
    """In their order."""
    profile = table(Profile)
    return (
        select(profile)
        .where(profile.c.account_id == ACCOUNT)
        .order_by(profile.c.position, profile.c.id)
    )
