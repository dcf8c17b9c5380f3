"""Who a session belongs to, and what its account is to the people and courses of its schools."""

from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    LargeBinary,
    Uuid,
    any_,
    bindparam,
    func,
    literal,
    select,
    true,
    union_all,
)

from db.reading.parts import SCHOOL, holds_on_day, learning, table
from db.statement import statement
from db.tables import (
    Account,
    ClassGroup,
    Course,
    Enrolment,
    Guardian,
    Guardianship,
    Membership,
    School,
    Session,
    Student,
    Teacher,
    Teaching,
)


class SessionAccount(Protocol):
    """The account's other columns are there as well."""

    expires_at: datetime


class SchoolMembership(Protocol):
    school_id: int
    time_zone: str
    role: str
    student_id: UUID | None
    guardian_id: UUID | None
    teacher_id: UUID | None
    begins_on: date | None
    ends_on: date | None
    person_begins_on: date | None
    person_ends_on: date | None


class Tie(Protocol):
    """`name` says what the record `id` is to the viewer: CHILD, COURSE_TAUGHT and so on."""

    name: str
    id: UUID


def _tie(name: str, column: Any) -> Any:  # a column of any of the tables above
    return select(literal(name).label("name"), column.label("id"))


def _each_of(column: Any) -> Any:
    """Of the table's rows any: as an array it is read first, and what it is compared with is then
    found by an index, where a joined table would have the whole school read."""
    return any_(func.array(select(column).scalar_subquery(), type_=ARRAY(Uuid())))


@statement(Account)
def account_by_session() -> ClauseElement:
    account, session = table(Account), table(Session)
    return (
        select(account, session.c.expires_at)
        .join(session, session.c.account_id == account.c.id)
        .where(
            session.c.token_hash == bindparam("token_hash", type_=LargeBinary),
            session.c.expires_at > func.now(),
            account.c.active,
        )
    )


@statement(Membership)
def memberships_of_account() -> ClauseElement:
    """Of every school: the one question that has to be asked before a school is known.

    Whoever is put away takes no part any more; a head is no person that could be.
    """
    membership, school = table(Membership), table(School)
    people = [table(Student), table(Guardian), table(Teacher)]

    def of_person(name: str) -> Any:  # a column's expression
        return func.coalesce(*(person.c[name] for person in people))

    there = func.coalesce(of_person("active"), true())
    dated = (of_person(name).label(f"person_{name}") for name in ("begins_on", "ends_on"))
    held = select(membership, school.c.time_zone, *dated).join(
        school, school.c.school_id == membership.c.school_id
    )
    for person in people:
        itself = membership.c[f"{person.name}_id"] == person.c.id
        held = held.outerjoin(person, (membership.c.school_id == person.c.school_id) & itself)
    of_account = membership.c.account_id == bindparam("account", type_=Uuid)
    return held.where(of_account, school.c.active, there)


@statement(Membership)
def ties_of_people() -> ClauseElement:
    """What the viewer's people in one school are tied to on a day, all in one statement."""
    students = any_(bindparam("students", type_=ARRAY(Uuid())))
    guardians = any_(bindparam("guardians", type_=ARRAY(Uuid())))
    teachers = any_(bindparam("teachers", type_=ARRAY(Uuid())))
    guardianship, enrolment = table(Guardianship), table(Enrolment)
    teaching, group, course = table(Teaching), table(ClassGroup), table(Course)
    learns = learning()
    children = (
        select(guardianship.c.student_id)
        .where(
            guardianship.c.school_id == SCHOOL,
            guardianship.c.guardian_id == guardians,
            holds_on_day(guardianship),
        )
        .cte("children")
    )
    taught = (
        select(teaching.c.course_id)
        .where(
            teaching.c.school_id == SCHOOL,
            teaching.c.teacher_id == teachers,
            teaching.c.active,
            holds_on_day(teaching),
        )
        .cte("taught")
    )
    led = (
        select(group.c.id)
        .where(group.c.school_id == SCHOOL, group.c.class_teacher_id == teachers)
        .cte("led")
    )
    in_group = (enrolment.c.school_id == SCHOOL) & enrolment.c.active & holds_on_day(enrolment)
    child_ids, taught_ids = _each_of(children.c.student_id), _each_of(taught.c.course_id)
    led_ids = _each_of(led.c.id)
    return union_all(
        _tie("CHILD", children.c.student_id),
        _tie("COURSE_TAUGHT", taught.c.course_id),
        _tie("CLASS_LED", led.c.id),
        _tie("COURSE_OF_SELF", learns.c.course_id).where(learns.c.student_id == students),
        _tie("COURSE_OF_CHILD", learns.c.course_id).where(learns.c.student_id == child_ids),
        _tie("CLASS_OF_SELF", enrolment.c.class_group_id).where(
            in_group, enrolment.c.class_group_id.is_not(None), enrolment.c.student_id == students
        ),
        _tie("CLASS_OF_CHILD", enrolment.c.class_group_id).where(
            in_group,
            enrolment.c.class_group_id.is_not(None),
            enrolment.c.student_id == child_ids,
        ),
        _tie("STUDENT_TAUGHT", learns.c.student_id).where(learns.c.course_id == taught_ids),
        _tie("STUDENT_LED", enrolment.c.student_id).where(
            in_group, enrolment.c.class_group_id == led_ids
        ),
        _tie("COURSE_LED", course.c.id).where(
            course.c.school_id == SCHOOL, course.c.class_group_id == led_ids
        ),
    )
