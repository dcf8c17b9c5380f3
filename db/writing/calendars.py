"""Calendars of accounts: opened, renewed, revoked and read."""

from sqlalchemy import ClauseElement, LargeBinary, bindparam, case, delete, update
from sqlalchemy.dialects.postgresql import insert

from db.reading.calendars import SECRET
from db.reading.parts import NOW, table
from db.statement import statement
from db.tables.calendars import CalendarFeed
from db.tables.columns import Instant
from db.writing.parts import ACCOUNT, ID, new


@statement(CalendarFeed)
def open_calendar() -> ClauseElement:
    given = ("of_school", "student_id", "teacher_id")
    values = {name: new(CalendarFeed, name) for name in given}
    return insert(table(CalendarFeed)).values(
        secret_hash=SECRET, id=ID, account_id=ACCOUNT, created_at=NOW, changed_at=NOW, **values
    )


@statement(CalendarFeed)
def renew_calendar() -> ClauseElement:
    """Give it another secret; returns no row if the account has no such calendar."""
    own = table(CalendarFeed)
    mine = own.c.id == ID, own.c.account_id == ACCOUNT
    return update(own).where(*mine).values(secret_hash=SECRET).returning(own.c.id)


@statement(CalendarFeed)
def revoke_calendar() -> ClauseElement:
    """Returns no row if the account has no such calendar."""
    own = table(CalendarFeed)
    return delete(own).where(own.c.id == ID, own.c.account_id == ACCOUNT).returning(own.c.id)


@statement(CalendarFeed)
def note_reading() -> ClauseElement:
    """Note that it is read, and since when it is as it is: `since` now if that is new."""
    own = table(CalendarFeed)
    digest = bindparam("new_digest", type_=LargeBinary)
    since = bindparam("since", type_=Instant)
    return (
        update(own)
        .where(own.c.secret_hash == SECRET)
        .values(
            last_read_at=NOW,
            digest=digest,
            changed_at=case((own.c.digest.is_distinct_from(digest), since), else_=own.c.changed_at),
        )
        .returning(own.c.changed_at)
    )
