"""Events that a viewer may know of, in a span of days; what is public; and the replies."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    Integer,
    Select,
    Uuid,
    any_,
    bindparam,
    func,
    or_,
    select,
)

from db.reading.accounts import ACCOUNT
from db.reading.addressees import is_of_whole_school, told_to
from db.reading.listing import counted_by, paged
from db.reading.parts import DAY, FIRST, LAST, SCHOOL, among, columns, table
from db.reading.records import shown, with_account
from db.reading.ties import learnt, on_day, stayed
from db.statement import statement
from db.tables.columns import Instant
from db.tables.events import WITHDRAWAL, EventReply, SchoolEvent
from db.tables.schools import School
from domain.events import EventAnswer

IN_ORDER = ("starts_at", "id")
REF = bindparam("ref", type_=Uuid())
STUDENT = bindparam("student", type_=Uuid())
AFTER = bindparam("after", type_=Instant)


def _events() -> Select[Any]:
    """Those of which a day is in the span; those that were called off too, without what is hidden
    of them."""
    own = table(SchoolEvent)
    return select(*shown(SchoolEvent, WITHDRAWAL)).where(
        own.c.school_id == SCHOOL, own.c.day <= LAST, own.c.last_day >= FIRST, told_to(own)
    )


@statement(SchoolEvent)
def events_of_school() -> ClauseElement:
    return paged(_events(), IN_ORDER)


@statement(SchoolEvent)
def events_counted() -> ClauseElement:
    return counted_by(_events())


@statement(SchoolEvent)
def public_events() -> ClauseElement:
    """Those that are marked public, stand, and are not over `after` an instant, the first before
    the second; with the school's time zone."""
    own, school = table(SchoolEvent), table(School)
    return (
        select(*columns(SchoolEvent), school.c.time_zone)
        .join(school, school.c.school_id == own.c.school_id)
        .where(
            own.c.school_id == SCHOOL, own.c.public, ~own.c.withdrawn, own.c.ends_at > AFTER,
            own.c.day <= LAST,
        )
        .order_by(own.c.starts_at, own.c.id)
        .limit(bindparam("limit", type_=Integer))
    )  # fmt: skip


def _replies() -> Select[Any]:
    return with_account(EventReply).where(among(table(EventReply).c.event_id))


@statement(EventReply)
def replies_of_events() -> ClauseElement:
    """What was answered, the first before the second, with the names of accounts."""
    return paged(_replies(), ("at", "id"), "event_id")


@statement(EventReply)
def replies_counted_of_events() -> ClauseElement:
    return counted_by(_replies(), "event_id")


@statement(EventReply)
def replies_of_viewer() -> ClauseElement:
    """Of the events, what was answered for the viewer's `people`, who are students, and by
    themselves."""
    reply = table(EventReply)
    people = any_(bindparam("people", type_=ARRAY(Uuid())))
    alone = reply.c.student_id.is_(None) & (reply.c.account_id == bindparam("reader", type_=Uuid()))
    return _replies().where(or_(reply.c.student_id == people, alone)).order_by(reply.c.id)


@statement(EventReply)
def answers_of_events() -> ClauseElement:
    """How many answers of each kind the events have, as `yes`, `no` and `maybe`."""
    reply = table(EventReply)
    counts = (
        func.count().filter(reply.c.answer == each.value).label(each.value.lower())
        for each in EventAnswer
    )
    keys = (reply.c.school_id, reply.c.event_id)
    found = select(*keys, *counts).where(reply.c.school_id == SCHOOL, among(reply.c.event_id))
    counted = found.group_by(*keys).subquery("counted")
    return select(*counted.c)


@statement(EventReply)
def places_taken() -> ClauseElement:
    """How many places of the event are taken, but for that of the student or, without one, of the
    account."""
    reply = table(EventReply)
    same = reply.c.student_id.is_not_distinct_from(STUDENT) & or_(
        reply.c.student_id.is_not(None), reply.c.account_id == ACCOUNT
    )
    return select(func.count().label("total")).where(
        reply.c.school_id == SCHOOL,
        reply.c.event_id == REF,
        reply.c.answer == EventAnswer.YES.value,
        ~same,
    )


@statement(SchoolEvent)
def event_to_reply_to() -> ClauseElement:
    """The event, held until the transaction ends: replies to it come one after another, so that the
    last place is taken once."""
    own = table(SchoolEvent)
    query = select(*columns(SchoolEvent)).where(own.c.school_id == SCHOOL, own.c.id == REF)
    return query.with_for_update(key_share=True)


@statement(SchoolEvent)
def student_of_event() -> ClauseElement:
    """The event, if the student belongs today where it takes place."""
    own, had, was = table(SchoolEvent), learnt(), stayed()
    in_class = select(was.c.class_group_id).where(
        was.c.school_id == SCHOOL, was.c.student_id == STUDENT, on_day(was.c.days, DAY)
    )
    in_course = select(had.c.course_id).where(
        had.c.school_id == SCHOOL, had.c.student_id == STUDENT, on_day(had.c.days, DAY)
    )
    return select(own.c.id).where(
        own.c.school_id == SCHOOL,
        own.c.id == REF,
        or_(
            is_of_whole_school(own),
            own.c.class_group_id.in_(in_class),
            own.c.course_id.in_(in_course),
        ),
    )
