"""Writing events, and replies to them."""

from sqlalchemy import ClauseElement, bindparam, delete, or_, update
from sqlalchemy.types import Uuid

from db.reading.parts import NOW, SCHOOL, columns, table
from db.statement import statement
from db.tables.events import EventReply, SchoolEvent, SchoolEventRevision
from db.writing.parts import ACCOUNT, ID, insert_each
from db.writing.versioned import Versioned

EVENTS = Versioned(
    SchoolEvent,
    SchoolEventRevision,
    inserted_at="added_at",
    derived=("day", "last_day", "remind_at", "reminded_at"),
)


@statement(EventReply)
def drop_reply() -> ClauseElement:
    """What was answered to the event for the student; without one, by the account."""
    reply = table(EventReply)
    student = bindparam("student", type_=Uuid())
    return delete(reply).where(
        reply.c.school_id == SCHOOL,
        reply.c.event_id == bindparam("ref", type_=Uuid()),
        reply.c.student_id.is_not_distinct_from(student),
        or_(reply.c.student_id.is_not(None), reply.c.account_id == ACCOUNT),
    )


@statement(SchoolEvent)
def claim_reminder() -> ClauseElement:
    """Note that the event's reminder goes out; no row where it has, or where it is not due."""
    own = table(SchoolEvent)
    return (
        update(own)
        .where(
            own.c.school_id == SCHOOL, own.c.id == ID, own.c.reminded_at.is_(None),
            own.c.remind_at <= NOW, ~own.c.withdrawn,
        )
        .values(reminded_at=NOW)
        .returning(*columns(SchoolEvent))
    )  # fmt: skip


@statement(EventReply)
def reply_to_event() -> ClauseElement:
    given = ("id", "event_id", "student_id", "answer")
    return insert_each(EventReply, given, {"account_id": ACCOUNT, "at": NOW})
