"""The rows of the feed in commit order, and the recipients that follow from ties."""

from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal_column,
    null,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import DATEMULTIRANGE

from db.reading.horizon import below
from db.reading.parts import DAY, IDS, SCHOOL, among, table
from db.reading.ties import all_of, days_between, learnt, multirange, stayed
from db.reading.viewer_ties import DayRange
from db.statement import statement
from db.tables.courses import Course, Enrolment
from db.tables.feed import RIGHTS, FeedKey, Outbox
from db.tables.students import Student


class FeedRow(Protocol):
    school_id: int
    xid: int
    seq: int
    topic: str
    change: str
    ref: UUID
    version: int
    at: datetime
    concerns: list[UUID] | None


class FeedKeyRow(Protocol):
    epoch: UUID
    secret: bytes


class RecipientRow(Protocol):
    """A `recipient` (a student or a class group) of changes at the student, course or class group
    with the `id`; only of changes of records of the whole course or class group if `whole`, and
    then of those of the `days`, which are all days if it is null."""

    id: UUID
    recipient: UUID
    whole: bool
    days: list[DayRange] | None


SETTLED = below(table(Outbox).c.xid)
AFTER = text("(outbox.xid, outbox.seq) > (CAST(CAST(:xid AS text) AS xid8), :seq)").bindparams(
    bindparam("xid", type_=String), bindparam("seq", type_=Integer)
)


def _rows_after() -> Select[Any]:
    outbox = table(Outbox)
    return (
        select(outbox)
        .where(SETTLED, AFTER)
        .order_by(outbox.c.xid, outbox.c.seq)
        .fetch(bindparam("limit", type_=Integer), with_ties=True)
    )


@statement(Outbox)
def rows_after() -> ClauseElement:
    """The next rows after a position, of transactions older than every one that was open when the
    `horizon` was read.

    No row can still be added below it, so a reader that stays below it never skips a row that
    commits late. The rows of all schools are read: one reader
    serves the whole process. Rows with the same position as the last one are returned too, whatever
    the limit.

    The last row may be one that is committed but not `settled`: an open transaction, which may end
    without a message, holds it back.
    """
    outbox = table(Outbox)
    settled = _rows_after().add_columns(true().label("settled")).subquery()
    held_back = (
        select(outbox, false().label("settled"))
        .where(AFTER, ~SETTLED)
        .order_by(outbox.c.xid, outbox.c.seq)  # without it the whole table is scanned
        .limit(1)
        .subquery()
    )
    return union_all(select(settled), select(held_back)).order_by("xid", "seq")


@statement(Outbox)
def rows_of_schools_after() -> ClauseElement:
    """As `rows_after`, of some schools only: the rows that one client has missed."""
    schools = any_(bindparam("schools", type_=ARRAY(Integer)))
    return _rows_after().where(table(Outbox).c.school_id == schools)


@statement(Outbox)
def rights_after() -> ClauseElement:
    """Changes of rights after a position, including those that an older transaction holds back.

    Rights end at once. To read them again too early or twice does no harm.
    """
    outbox = table(Outbox)
    return select(outbox).where(AFTER, outbox.c.topic == RIGHTS)


@statement(Outbox)
def newest_row() -> ClauseElement:
    """The last settled row.

    Its transaction is on disk, so no later transaction has a lower number, even after a crash. That
    does not hold for a number that the server has assigned but not written.
    """
    outbox = table(Outbox)
    newest_first = (outbox.c.xid.desc(), outbox.c.seq.desc())
    return select(outbox).where(SETTLED).order_by(*newest_first).limit(1)


@statement(Outbox)
def oldest_row() -> ClauseElement:
    """The oldest row of all schools. All rows after it are still there."""
    outbox = table(Outbox)
    return select(outbox).order_by(outbox.c.xid, outbox.c.seq).limit(1)


@statement(FeedKey)
def feed_key() -> ClauseElement:
    """The key that signs cursors."""
    return select(table(FeedKey))


def _pair(
    id_: Any,  # columns of any table
    recipient: Any,
    days: ColumnElement[Any] | None = None,
) -> Select[Any]:
    return select(
        id_.label("id"),
        recipient.label("recipient"),
        (false() if days is None else true()).label("whole"),
        cast(null() if days is None else days, DATEMULTIRANGE).label("days"),
    )


EVER: ColumnElement[date] = literal_column("DATE '-infinity'", Date)
NEVER: ColumnElement[date] = literal_column("DATE 'infinity'", Date)


@statement(Enrolment)
def recipients_on_day() -> ClauseElement:
    """Recipients on the day, as pairs.

    For the students and courses in `ids` they are their class groups. For the courses and class
    groups in `whole` they are the students who have learnt there, with their days; and the class
    groups that these are in, or were: who led them before is told of the days in the class alone.
    Class groups of years that are over are not looked at, but for the years of those days.
    """
    course, in_group = table(Course), stayed()
    learns, student = learnt(), table(Student)
    whole = any_(bindparam("whole", type_=ARRAY(Uuid())))
    learners = (
        select(learns.c.course_id, learns.c.student_id, learns.c.days)
        .where(learns.c.course_id == whole)
        .cte("learners")
    )
    first = select(func.min(func.coalesce(func.lower(learners.c.days), EVER))).scalar_subquery()
    after = select(func.max(func.coalesce(func.upper(learners.c.days), NEVER))).scalar_subquery()
    was_in = stayed(
        begun=True,
        of=lambda year: (
            ((year.c.ends_on >= first) & (year.c.starts_on < after)) | (year.c.ends_on >= DAY)
        ),
    )
    ids = func.array(select(learners.c.student_id).scalar_subquery(), type_=ARRAY(Uuid()))
    always = multirange(days_between(null(), null()))
    goes_on = func.coalesce(func.upper(was_in.c.days) > DAY, true())
    led = case((goes_on, always), else_=was_in.c.days)
    return union_all(
        _pair(course.c.id, course.c.class_group_id).where(
            course.c.school_id == SCHOOL,
            course.c.id == any_(IDS),
            course.c.class_group_id.is_not(None),
        ),
        _pair(in_group.c.student_id, in_group.c.class_group_id).where(among(in_group.c.student_id)),
        _pair(in_group.c.class_group_id, in_group.c.student_id, in_group.c.days).where(
            in_group.c.class_group_id == whole
        ),
        _pair(learners.c.course_id, learners.c.student_id, learners.c.days),
        _pair(learners.c.course_id, was_in.c.class_group_id, all_of(learners.c.days.op("*")(led)))
        .join(was_in, was_in.c.student_id == learners.c.student_id)
        .join(
            student,
            (student.c.school_id == was_in.c.school_id) & (student.c.id == was_in.c.student_id),
        )
        .where(was_in.c.student_id == any_(ids), student.c.school_id == SCHOOL, student.c.active)
        .group_by(learners.c.course_id, was_in.c.class_group_id),
    )
