"""Tries to sign in, counted by the database's own clock so that all processes agree.

One moment a key is the whole count: a try puts the moment at which all are there again off by the
time in which one comes back, and there is none left where that moment is too far ahead.
"""

from datetime import timedelta
from typing import Protocol

from sqlalchemy import ClauseElement, Interval, LargeBinary, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from db.reading.parts import table
from db.statement import statement
from db.tables.accounts import SignInTries

KEY = bindparam("key", type_=LargeBinary)
REFILL = bindparam("refill", type_=Interval)
ROOM = bindparam("room", type_=Interval)
"""How far ahead that moment may be for one more try."""
CLOCK = func.clock_timestamp()
"""And not `now()`: who waited for another try of the key sees the time after it."""


class Wait(Protocol):
    wait: timedelta


@statement(SignInTries)
def use_up_try() -> ClauseElement:
    """Answers the key, or nothing where there is no try left."""
    tries = table(SignInTries)
    return (
        insert(tries)
        .values(key=KEY, full_at=CLOCK + REFILL)
        .on_conflict_do_update(
            index_elements=["key"],
            set_={"full_at": func.greatest(tries.c.full_at, CLOCK) + REFILL},
            where=tries.c.full_at <= CLOCK + ROOM,
        )
        .returning(tries.c.key)
    )


@statement(SignInTries)
def wait_for_try() -> ClauseElement:
    """How long it is until the next one."""
    tries = table(SignInTries)
    return select((tries.c.full_at - CLOCK - ROOM).label("wait")).where(tries.c.key == KEY)


@statement(SignInTries)
def return_try() -> ClauseElement:
    tries = table(SignInTries)
    return update(tries).where(tries.c.key == KEY).values(full_at=tries.c.full_at - REFILL)


@statement(SignInTries)
def drop_full_tries() -> ClauseElement:
    tries = table(SignInTries)
    return delete(tries).where(tries.c.full_at < CLOCK)
