"""Notices that concern a viewer, what has yet to become one, and whom to tell of them."""

from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    ClauseElement,
    ColumnElement,
    Date,
    Integer,
    Select,
    SmallInteger,
    String,
    Uuid,
    all_,
    any_,
    bindparam,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    tuple_,
    union,
)
from sqlalchemy.dialects.postgresql import array

from db.reading.accounts import ACCOUNT, has_account
from db.reading.feed import AFTER, SETTLED
from db.reading.parts import DAY, IDS, NOW, SCHOOL, among, columns, is_free, table
from db.statement import statement
from db.tables.accounts import Account, Membership
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Enrolment, Teaching
from db.tables.feed import FeedKey, Outbox
from db.tables.guardians import Guardianship
from db.tables.homework import Homework
from db.tables.messages import ConversationPlace
from db.tables.notices import Notice, NoticeMark, NoticePlace, NoticeReading, NoticeWays, PushDevice
from db.tables.schools import School, Subject
from db.tables.students import Student
from domain.addressees import Part
from domain.notice_kinds import NoticeKind, Readers

LIMIT = bindparam("limit", type_=Integer)
STAFF_IDS = bindparam("staff_ids", type_=ARRAY(Uuid()))
PARTS = bindparam("parts", type_=ARRAY(SmallInteger()))
READERS = {
    "students_id": Readers.STUDENTS,
    "families_id": Readers.FAMILIES,
    "staff_id": Readers.STAFF,
    "account_id": Readers.ACCOUNT,
    "address_id": Readers.ADDRESSED,
}
"""Columns of a notice as it is read: whom it is for, of each of the readers; null where it is not
for them."""


class PlaceRow(Protocol):
    """A school whose notices are behind; `anew` where its database is another by now."""

    school_id: int
    anew: bool
    time_zone: str
    due_on: date | None


class TotalRow(Protocol):
    total: int


class ToldRow(Protocol):
    """A record of which the account has a notice, and of which change when."""

    ref: UUID
    account_id: UUID
    change: str
    at: datetime


def _keys() -> Any:  # SQLAlchemy does not type what a function answers
    """The parameters `to_ids`, `whom`, `firsts` and `lasts`: whom the viewer reads notices for."""
    arrays = (("to_ids", Uuid()), ("whom", SmallInteger()), ("firsts", Date()), ("lasts", Date()))
    given = [bindparam(name, type_=ARRAY(type_)) for name, type_ in arrays]
    named = (column(name, type_) for name, type_ in arrays)
    return func.unnest(*given).table_valued(*named, name="keys").render_derived()


def _is_read(notice: Any) -> ColumnElement[bool]:
    mark, reading = table(NoticeMark), table(NoticeReading)
    place = table(ConversationPlace)
    return or_(
        exists().where(
            mark.c.school_id == SCHOOL,
            mark.c.account_id == ACCOUNT,
            mark.c.notice_id == notice.c.id,
        ),
        exists().where(
            reading.c.school_id == SCHOOL,
            reading.c.account_id == ACCOUNT,
            reading.c.up_to >= notice.c.id,
        ),
        # Who has read the conversation has read of its messages.
        (notice.c.kind == literal_column(f"'{NoticeKind.MESSAGE}'"))
        & exists().where(
            place.c.school_id == SCHOOL,
            place.c.account_id == ACCOUNT,
            place.c.conversation_id == notice.c.shown_id,
            place.c.read_at >= notice.c.at,
        ),
    )


def _shown_to_account() -> tuple[ColumnElement[Any], ...]:
    """The columns of a notice; of the accounts that it names, the reader's alone."""
    own = table(Notice)
    named = has_account(own.c.account_ids)
    alone = case((named, array([ACCOUNT], type_=Uuid())), else_=array([], type_=Uuid()))
    return tuple(
        cast(alone, ARRAY(Uuid())).label(each.name) if each.name == "account_ids" else each
        for each in columns(Notice)
    )


def _found(*shown: ColumnElement[Any], unread: ColumnElement[bool]) -> Any:
    """The newest notices for each of the keys: an index is read from its end for each, and stops
    at the limit. And the newest of those that name the account."""
    own, keys = table(Notice), _keys()
    kinds = bindparam("kinds", None, type_=ARRAY(String))
    newest = (
        select(*shown)
        .where(
            own.c.school_id == SCHOOL,
            own.c.id < bindparam("before", type_=Uuid()),
            own.c.id > bindparam("since", type_=Uuid()),
            own.c.kind != all_(bindparam("hidden", type_=ARRAY(String))),
            kinds.is_(None) | (own.c.kind == any_(kinds)),
            own.c.author_id.is_distinct_from(ACCOUNT),
            ~unread | ~_is_read(own),
        )
        .order_by(own.c.id.desc())
        .limit(LIMIT)
    )
    by_key = newest.where(
        own.c.to_id == keys.c.to_ids,
        own.c.to_whom.op("&")(keys.c.whom) != 0,
        own.c.day.is_(None) | own.c.day.between(keys.c.firsts, keys.c.lasts),
    ).lateral("by_key")
    named = newest.where(has_account(own.c.account_ids)).subquery("named")
    return union(
        select(*by_key.c).select_from(keys.join(by_key, true())), select(*named.c)
    ).subquery("newest")


def _shown(notice: Any, *own: ColumnElement[Any]) -> tuple[Any, ...]:
    student, subject, account = table(Student), table(Subject), table(Account)
    return (
        *own,
        *(
            case((notice.c.to_whom.op("&")(int(whom)) != 0, notice.c.to_id), else_=null()).label(
                name
            )
            for name, whom in READERS.items()
        ),
        student.c.given_name.label("student_name"),
        subject.c.name.label("subject_name"),
        account.c.display_name.label("author_name"),
    )


def _with_names(notice: Any, *own: ColumnElement[Any]) -> Select[Any]:
    """With the names that its text may have: who took the step is named by messages alone."""
    student, course, subject = table(Student), table(Course), table(Subject)
    account = table(Account)
    of_message: Any = literal_column(f"'{NoticeKind.MESSAGE}'")
    named = (
        notice.outerjoin(
            student, (student.c.school_id == SCHOOL) & (student.c.id == notice.c.student_id)
        )
        .outerjoin(course, (course.c.school_id == SCHOOL) & (course.c.id == notice.c.course_id))
        .outerjoin(subject, (subject.c.school_id == SCHOOL) & (subject.c.id == course.c.subject_id))
        .outerjoin(account, (notice.c.kind == of_message) & (account.c.id == notice.c.author_id))
    )
    return select(*_shown(notice, *own)).select_from(named)


@statement(Notice)
def notices_by_id() -> ClauseElement:
    own = table(Notice)
    return _with_names(own, *columns(Notice)).where(own.c.school_id == SCHOOL, among(own.c.id))


@statement(Notice)
def notices_of_viewer() -> ClauseElement:
    """The newest notices for the viewer's keys before one and since another, of any kind but the
    `hidden` ones, or of the `kinds`; those alone that the account has not read where `unread`."""
    newest = _found(*_shown_to_account(), unread=bindparam("unread", type_=Boolean))
    page: Any = select(*newest.c).order_by(newest.c.id.desc()).limit(LIMIT).subquery("page")
    return _with_names(page, *page.c).order_by(page.c.id.desc())


@statement(Notice)
def unread_notices_counted() -> ClauseElement:
    """How many of them the account has not read: the limit at most."""
    newest = _found(table(Notice).c.id, unread=true())
    each = select(newest.c.id).limit(LIMIT).subquery("each")
    return select(func.count().label("total")).select_from(each)


@statement(Notice)
def notices_read() -> ClauseElement:
    """Those that the account has read."""
    own = table(Notice)
    return select(own.c.school_id, own.c.id).where(
        own.c.school_id == SCHOOL, among(own.c.id), _is_read(own)
    )


@statement(Notice)
def accounts_told() -> ClauseElement:
    """Whom notices of the records by `ids` name already."""
    own = table(Notice)
    account = func.unnest(own.c.account_ids).label("account_id")
    return select(own.c.ref, account, own.c.change, own.c.at).where(
        own.c.school_id == SCHOOL, among(own.c.to_id)
    )


@statement(NoticePlace)
def places_behind() -> ClauseElement:
    """The schools whose outbox has rows that are not looked at yet, or whose database is another,
    and whose lease is free."""
    place, outbox, school, key = (
        table(NoticePlace), table(Outbox), table(School), table(FeedKey),
    )  # fmt: skip
    ahead = tuple_(outbox.c.xid, outbox.c.seq) > tuple_(place.c.xid, place.c.seq)
    new = exists().where(outbox.c.school_id == place.c.school_id, ahead, SETTLED)
    anew = place.c.epoch != key.c.epoch
    of_place = school.c.school_id == place.c.school_id
    return (
        select(place.c.school_id, anew.label("anew"), school.c.time_zone, place.c.due_on)
        .select_from(place.join(key, true()).join(school, of_place))
        .where(school.c.active, is_free(place), new | anew)
        .order_by(place.c.school_id)
    )


@statement(NoticePlace)
def places_to_look_ahead() -> ClauseElement:
    """The schools in which it was not yet told today what is due tomorrow; it is told from an hour
    of the school's day on."""
    place, school = table(NoticePlace), table(School)
    local = func.timezone(school.c.time_zone, NOW)
    tomorrow = cast(local, Date) + 1
    return (
        select(
            place.c.school_id,
            literal(False).label("anew"),
            school.c.time_zone,
            tomorrow.label("due_on"),
        )
        .select_from(place.join(school, school.c.school_id == place.c.school_id))
        .where(
            school.c.active,
            place.c.due_on.is_(None) | (place.c.due_on < tomorrow),
            func.date_part("hour", local) >= bindparam("hour", type_=Integer),
            is_free(place),
        )
    )


@statement(Outbox)
def rows_to_notice() -> ClauseElement:
    """The next settled rows of a school's outbox after its place."""
    outbox = table(Outbox)
    return (
        select(outbox)
        .where(outbox.c.school_id == SCHOOL, AFTER, SETTLED)
        .order_by(outbox.c.xid, outbox.c.seq)
        .limit(LIMIT)
    )


@statement(Homework)
def homework_due_on() -> ClauseElement:
    """The homework of a school that is due on the day."""
    own = table(Homework)
    return (
        select(*columns(Homework))
        .where(own.c.school_id == SCHOOL, own.c.due_on == DAY, own.c.withdrawn.is_(False))
        .order_by(own.c.id)
    )


def _students_among(ids: Any) -> Any:
    """The students by the ids, and those of courses and class groups."""
    enrolment, course = table(Enrolment), table(Course)
    classes = select(course.c.class_group_id).where(
        course.c.school_id == SCHOOL, course.c.id == any_(ids)
    )
    return union(
        select(func.unnest(ids)),
        select(enrolment.c.student_id).where(
            enrolment.c.school_id == SCHOOL,
            or_(
                enrolment.c.course_id == any_(ids),
                enrolment.c.class_group_id == any_(ids),
                enrolment.c.class_group_id.in_(classes),
            ),
        ),
    )


def _staff_among(ids: Any) -> Any:
    """The teachers of courses, those who teach or lead class groups, and those who lead the class
    groups of students and of courses."""
    enrolment, course = table(Enrolment), table(Course)
    group, teaching = table(ClassGroup), table(Teaching)
    courses = select(course.c.id).where(
        course.c.school_id == SCHOOL,
        or_(course.c.id == any_(ids), course.c.class_group_id == any_(ids)),
    )
    classes = union(
        select(func.unnest(ids)),
        select(course.c.class_group_id).where(
            course.c.school_id == SCHOOL, course.c.id == any_(ids)
        ),
        select(enrolment.c.class_group_id).where(
            enrolment.c.school_id == SCHOOL, enrolment.c.student_id == any_(ids)
        ),
    )
    leaders = func.unnest(array([group.c.class_teacher_id, group.c.deputy_id]))
    return union(
        select(teaching.c.teacher_id).where(
            teaching.c.school_id == SCHOOL, teaching.c.course_id.in_(courses)
        ),
        select(leaders).where(group.c.school_id == SCHOOL, group.c.id.in_(classes)),
    )


@statement(NoticeWays)
def accounts_to_tell() -> ClauseElement:
    """The accounts that have ways to be told and may be concerned by notices: of students, courses
    and class groups, as students or family by `ids` and as staff by `staff_ids`; of `parts` of the
    whole school; and accounts by `ids`. What of it they may read is asked when they are told."""
    ways, membership, guardianship = table(NoticeWays), table(Membership), table(Guardianship)
    students = _students_among(IDS).cte("students")
    guardians = select(guardianship.c.guardian_id).where(
        guardianship.c.school_id == SCHOOL, guardianship.c.student_id.in_(select(students.c[0]))
    )
    student, family = membership.c.student_id, membership.c.guardian_id
    staff = student.is_(None) & family.is_(None)
    by_part = {
        Part.STUDENTS: student.is_not(None), Part.FAMILIES: family.is_not(None), Part.STAFF: staff,
    }  # fmt: skip
    concerned = select(membership.c.account_id).where(
        membership.c.school_id == SCHOOL,
        or_(
            among(membership.c.account_id),
            student.in_(select(students.c[0])),
            family.in_(guardians),
            membership.c.teacher_id.in_(_staff_among(STAFF_IDS)),
            *(where & (literal(int(part)) == any_(PARTS)) for part, where in by_part.items()),
        ),
    )
    return select(ways.c.account_id).where(ways.c.account_id.in_(concerned))


@statement(NoticeWays)
def ways_of_account() -> ClauseElement:
    ways = table(NoticeWays)
    return select(ways).where(ways.c.account_id == ACCOUNT)


@statement(PushDevice)
def devices_of_account() -> ClauseElement:
    device = table(PushDevice)
    return select(device).where(device.c.account_id == ACCOUNT).order_by(device.c.id)
