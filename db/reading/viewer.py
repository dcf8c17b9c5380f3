"""The account of a session, its memberships, and its ties to people and courses."""

from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    ColumnElement,
    DateTime,
    LargeBinary,
    Select,
    Uuid,
    any_,
    bindparam,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.elements import CollectionAggregate

from db.reading.parts import SCHOOL, holds_on_day, table
from db.reading.ties import guarding, is_open, is_there, learning, placed
from db.statement import statement
from db.tables.accounts import Account, Membership, Session
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Teaching
from db.tables.guardians import Guardian, Guardianship
from db.tables.schools import School
from db.tables.students import Student
from db.tables.teachers import Teacher


class SessionAccount(Protocol):
    """The row has the account's other columns too."""

    expires_at: datetime
    last_used_at: datetime


class SchoolMembership(Protocol):
    school_id: int
    account_id: UUID
    time_zone: str
    role: str
    student_id: UUID | None
    guardian_id: UUID | None
    teacher_id: UUID | None
    begins_on: date | None
    ends_on: date | None
    listed: bool
    """Whether the school and the person are active, and the person enabled. A head has no
    person."""
    person_begins_on: date | None
    person_ends_on: date | None


class TieRow(Protocol):
    """`name` says what the record `id` is to the viewer: CHILD, COURSE_TAUGHT and so on."""

    name: str
    id: UUID


def _tie(name: str, column: ColumnElement[UUID]) -> Select[str, UUID]:
    return select(literal(name).label("name"), column.label("id"))


def _each_of(column: ColumnElement[UUID]) -> CollectionAggregate[Any]:
    """A condition's array of a column's values. PostgreSQL reads the array first and then uses an
    index; with a join it would read the whole school."""
    return any_(func.array(select(column).scalar_subquery(), type_=ARRAY(Uuid())))


@statement(Account)
def account_by_session() -> ClauseElement:
    """The account, unless the session has ended or was not used since `idle_since`, or the
    account's password was a temporary one and is over."""
    account, session = table(Account), table(Session)
    instant = DateTime(timezone=True)
    now = bindparam("now", type_=instant)
    return (
        select(account, session.c.expires_at, session.c.last_used_at)
        .join(session, session.c.account_id == account.c.id)
        .where(
            session.c.token_hash == bindparam("token_hash", type_=LargeBinary),
            session.c.expires_at > now,
            session.c.last_used_at > bindparam("idle_since", type_=instant),
            account.c.active,
            account.c.temporary_until.is_(None) | (account.c.temporary_until > now),
        )
    )


@statement(Membership)
def memberships_of_account() -> ClauseElement:
    """Memberships in every school: the only statement that runs before a school is known.

    Memberships that do not hold today are included, so that the viewer's rights return when they
    hold again.
    """
    membership, school = table(Membership), table(School)
    people = [table(Student), table(Guardian), table(Teacher)]

    def of_person(name: str) -> ColumnElement[Any]:
        return func.coalesce(*(person.c[name] for person in people))

    listed = (
        school.c.active
        & func.coalesce(of_person("active"), true())
        & func.coalesce(of_person("enabled"), true())
    )
    dated = (of_person(name).label(f"person_{name}") for name in ("begins_on", "ends_on"))
    held = select(membership, school.c.time_zone, listed.label("listed"), *dated).join(
        school, school.c.school_id == membership.c.school_id
    )
    for person in people:
        itself = membership.c[f"{person.name}_id"] == person.c.id
        held = held.outerjoin(person, (membership.c.school_id == person.c.school_id) & itself)
    of_account = membership.c.account_id == bindparam("account", type_=Uuid)
    return held.where(of_account).order_by(membership.c.school_id)


@statement(Membership)
def ties_of_family() -> ClauseElement:
    """The ties of students and guardians, who are the viewer's own people, on a day in one school.

    The caller has checked that the students are there; guardians are checked here. Courses that
    somebody has learnt in stay in their diary.
    """
    students = any_(bindparam("students", type_=ARRAY(Uuid())))
    guardians = any_(bindparam("guardians", type_=ARRAY(Uuid())))
    student, guardianship = table(Student), table(Guardianship)
    learnt, in_group, guarded = learning(), placed().subquery(), guarding().subquery()
    children = (
        guarding()
        .join(
            student,
            (student.c.school_id == guardianship.c.school_id)
            & (student.c.id == guardianship.c.student_id),
        )
        .where(guardianship.c.guardian_id == guardians, is_there(student))
        .cte("children")
    )
    child_ids = _each_of(children.c.student_id)
    return union_all(
        _tie("GUARDIAN", children.c.guardian_id),
        _tie("CHILD", children.c.student_id),
        _tie("COURSE_OF_SELF", learnt.c.course_id).where(learnt.c.student_id == students),
        _tie("COURSE_OF_CHILD", learnt.c.course_id).where(learnt.c.student_id == child_ids),
        _tie("CLASS_OF_SELF", in_group.c.class_group_id).where(in_group.c.student_id == students),
        _tie("CLASS_OF_CHILD", in_group.c.class_group_id).where(in_group.c.student_id == child_ids),
        _tie("GUARDIAN_OF_SELF", guarded.c.guardian_id).where(guarded.c.student_id == students),
        _tie("GUARDIAN_OF_CHILD", guarded.c.guardian_id).where(guarded.c.student_id == child_ids),
    )


@statement(Membership)
def ties_of_teachers() -> ClauseElement:
    """The ties of teachers, who are the viewer's own people, on a day in one school. They are
    there.

    A class teacher is tied to the class group, and through its students to the courses that they
    learn in.
    """
    teachers = any_(bindparam("teachers", type_=ARRAY(Uuid())))
    student, group, course = table(Student), table(ClassGroup), table(Course)
    teaching, guarded = table(Teaching), guarding().subquery()
    in_group, learns = placed().subquery("placed"), learning(now=True)
    taught = (
        select(teaching.c.course_id)
        .join(
            course,
            (course.c.school_id == teaching.c.school_id) & (course.c.id == teaching.c.course_id),
        )
        .where(
            teaching.c.school_id == SCHOOL,
            teaching.c.teacher_id == teachers,
            teaching.c.active,
            holds_on_day(teaching),
            is_open(course),
        )
        .cte("taught")
    )
    led = (
        select(group.c.id)
        .where(
            group.c.school_id == SCHOOL,
            (group.c.class_teacher_id == teachers) | (group.c.deputy_id == teachers),
            is_open(group),
        )
        .cte("led")
    )
    pupils = (
        select(student.c.id)
        .join(
            in_group,
            (in_group.c.school_id == student.c.school_id) & (in_group.c.student_id == student.c.id),
        )
        .where(
            student.c.school_id == SCHOOL,
            in_group.c.class_group_id == _each_of(led.c.id),
            is_there(student),
        )
        .cte("pupils")
    )
    led_ids, pupil_ids = _each_of(led.c.id), _each_of(pupils.c.id)
    taught_ids = _each_of(taught.c.course_id)
    return union_all(
        _tie("COURSE_TAUGHT", taught.c.course_id),
        _tie("STUDENT_TAUGHT", learns.c.student_id)
        .join(
            student,
            (student.c.school_id == learns.c.school_id) & (student.c.id == learns.c.student_id),
        )
        .where(learns.c.course_id == taught_ids, is_there(student)),
        _tie("CLASS_LED", led.c.id),
        _tie("STUDENT_LED", pupils.c.id),
        _tie("COURSE_LED", course.c.id).where(
            course.c.school_id == SCHOOL, course.c.class_group_id == led_ids, is_open(course)
        ),
        select(literal("COURSE_LED").label("name"), learns.c.course_id.label("id"))
        .where(learns.c.student_id == pupil_ids)
        .distinct(),
        _tie("GUARDIAN_OF_LED", guarded.c.guardian_id).where(guarded.c.student_id == pupil_ids),
    )
