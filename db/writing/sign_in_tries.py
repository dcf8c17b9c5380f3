"""Sign-in tries, counted in the database by all processes together.

For each key one instant is stored, at which all its tries are available again. A try moves that
instant ahead by the time in which one try comes back. No try is left if the instant is too far
ahead. A try that waits for another of the same key is judged by the time at which it began to wait:
that time is earlier, so it never lets more tries through.
"""

from datetime import timedelta
from typing import Protocol

from sqlalchemy import ClauseElement, Interval, LargeBinary, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from db.reading.parts import NOW, table
from db.statement import statement
from db.tables.accounts import SignInTries

KEY = bindparam("key", type_=LargeBinary)
REFILL = bindparam("refill", type_=Interval)
ROOM = bindparam("room", type_=Interval)
"""How far ahead the instant may be if one more try is allowed."""


class Wait(Protocol):
    wait: timedelta


@statement(SignInTries)
def use_up_try() -> ClauseElement:
    """Use up a try; returns the key, or no row if none is left."""
    tries = table(SignInTries)
    return (
        insert(tries)
        .values(key=KEY, full_at=NOW + REFILL)
        .on_conflict_do_update(
            index_elements=["key"],
            set_={"full_at": func.greatest(tries.c.full_at, NOW) + REFILL},
            where=tries.c.full_at <= NOW + ROOM,
        )
        .returning(tries.c.key)
    )


@statement(SignInTries)
def wait_for_try() -> ClauseElement:
    """How long it takes until the next try is available."""
    tries = table(SignInTries)
    return select((tries.c.full_at - NOW - ROOM).label("wait")).where(tries.c.key == KEY)


@statement(SignInTries)
def return_try() -> ClauseElement:
    tries = table(SignInTries)
    return update(tries).where(tries.c.key == KEY).values(full_at=tries.c.full_at - REFILL)


@statement(SignInTries)
def drop_full_tries() -> ClauseElement:
    tries = table(SignInTries)
    return delete(tries).where(tries.c.full_at < NOW)
