"""What is counted of accounts by the hour, for the audit."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    Uuid,
    any_,
    bindparam,
    delete,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from db.reading.parts import table
from db.statement import statement
from db.tables.accounts import Membership
from db.tables.audit import AccountTally
from db.tables.columns import Instant
from db.writing.parts import rows_of

GIVEN = ("account_id", "tally", "hour", "number", "origin")
HOUR = bindparam("hour_now", type_=Instant)
"""The hour that is not over yet."""


class TallyRow(Protocol):
    account_id: UUID
    tally: str
    hour: datetime
    number: int
    origin: str | None


class MemberOf(Protocol):
    account_id: UUID
    school_id: int


@statement(AccountTally)
def add_to_tallies() -> ClauseElement:
    """Add to the numbers; returns the rows as they are then."""
    own = table(AccountTally)
    rows = rows_of({name: own.c[name].type for name in GIVEN}, "given")
    given = select(*(rows.c[name] for name in GIVEN), literal(0))
    added = insert(own).from_select([*GIVEN, "told"], given, include_defaults=False)
    more = {"number": own.c.number + added.excluded.number, "origin": added.excluded.origin}
    keys = ["account_id", "tally", "hour"]
    return added.on_conflict_do_update(index_elements=keys, set_=more).returning(own)


@statement(AccountTally)
def tell_tallies() -> ClauseElement:
    """Mark as told, and return, what the audit does not have: the first of an hour at once, and the
    whole number when the hour is over."""
    own = table(AccountTally)
    due = own.c.number > own.c.told, or_(own.c.told == 0, own.c.hour < HOUR)
    keys = own.c.account_id, own.c.tally, own.c.hour
    waiting = select(*keys).where(*due).limit(500).with_for_update(skip_locked=True).cte("waiting")
    same = (waiting.c.account_id == own.c.account_id) & (waiting.c.tally == own.c.tally)
    same &= waiting.c.hour == own.c.hour
    return update(own).where(same).values(told=own.c.number).returning(own)


@statement(AccountTally)
def drop_told_tallies() -> ClauseElement:
    own = table(AccountTally)
    return delete(own).where(own.c.hour < HOUR, own.c.number <= own.c.told)


@statement(Membership)
def schools_of_accounts() -> ClauseElement:
    """In which schools the accounts by `ids` are anybody."""
    own = table(Membership)
    theirs = own.c.account_id == any_(bindparam("ids", type_=ARRAY(Uuid())))
    found = select(own.c.account_id, own.c.school_id).distinct().where(theirs)
    return found.order_by(own.c.school_id, own.c.account_id)
