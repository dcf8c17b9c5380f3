"""Access codes as their makers see them, and as registration does."""

from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    LargeBinary,
    Select,
    Uuid,
    any_,
    bindparam,
    func,
    null,
    or_,
    select,
    union,
)
from sqlalchemy.sql.elements import ColumnElement

from db.reading.parts import SCHOOL, among, table
from db.reading.ties import guarding, placed
from db.statement import statement
from db.tables.access_codes import AccessCode
from db.tables.accounts import Account, Membership
from db.tables.columns import Instant
from db.tables.guardians import Guardian
from db.tables.schools import School
from db.tables.students import Student
from db.tables.teachers import Teacher

CODE_HASH = bindparam("code_hash", type_=LargeBinary)


class CodeAtTheDoor(Protocol):
    """A code and its person, as far as registration asks for them."""

    school_id: int
    id: UUID
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None
    student_id: UUID | None
    guardian_id: UUID | None
    teacher_id: UUID | None
    given_name: str
    family_name: str
    username: str | None
    sourced_id: str | None
    listed: bool
    """Whether the school and the person are active, and the person enabled."""
    person_ends_on: date | None
    time_zone: str
    language: str
    school_name: str


def _shown() -> Select[Any]:
    """Codes without what they are known by."""
    code, maker = table(AccessCode), table(Account).alias("maker")
    user, undoer = table(Account).alias("code_user"), table(Account).alias("undoer")
    return (
        select(
            *(column for column in code.c if column.name != "code_hash"),
            maker.c.display_name.label("maker_name"),
            user.c.display_name.label("user_name"),
            undoer.c.display_name.label("undoer_name"),
        )
        .outerjoin(maker, maker.c.id == code.c.created_by)
        .outerjoin(user, user.c.id == code.c.used_by)
        .outerjoin(undoer, undoer.c.id == code.c.undone_by)
        .where(code.c.school_id == SCHOOL)
    )


@statement(AccessCode)
def access_codes_by_id() -> ClauseElement:
    return _shown().where(among(table(AccessCode).c.id))


def _of_people(column: str) -> ClauseElement:
    """The newest first."""
    code = table(AccessCode)
    return _shown().where(among(code.c[column])).order_by(code.c.created_at.desc(), code.c.id)


@statement(AccessCode)
def access_codes_of_students() -> ClauseElement:
    return _of_people("student_id")


@statement(AccessCode)
def access_codes_of_guardians() -> ClauseElement:
    return _of_people("guardian_id")


@statement(AccessCode)
def access_codes_of_teachers() -> ClauseElement:
    return _of_people("teacher_id")


@statement(AccessCode)
def access_codes_of_class_groups() -> ClauseElement:
    """Those of the students of each class group today, and of their guardians."""
    code, ties = table(AccessCode), guarding().subquery("ties")
    places = placed().subquery("places")
    own = select(
        places.c.class_group_id, places.c.student_id, null().cast(Uuid).label("guardian_id")
    ).where(among(places.c.class_group_id))
    guardians = (
        select(places.c.class_group_id, null().cast(Uuid), ties.c.guardian_id)
        .join(
            ties,
            (ties.c.school_id == places.c.school_id) & (ties.c.student_id == places.c.student_id),
        )
        .where(among(places.c.class_group_id))
    )
    people = union(own, guardians).subquery("people")
    theirs = (code.c.student_id == people.c.student_id) | (
        code.c.guardian_id == people.c.guardian_id
    )
    return (
        _shown()
        .add_columns(people.c.class_group_id)
        .join(people, theirs)
        .order_by(code.c.created_at.desc(), code.c.id)
    )


@statement(AccessCode)
def access_code_by_hash() -> ClauseElement:
    """The code in whatever school, with its person: asked before any school is known, by 80 random
    bits alone."""
    code, school = table(AccessCode), table(School)
    people = [table(Student), table(Guardian), table(Teacher)]

    def of_person(name: str) -> ColumnElement[Any]:
        return func.coalesce(*(person.c[name] for person in people)).label(name)

    listed = school.c.active & of_person("active").element & of_person("enabled").element
    found = select(
        *(column for column in code.c if column.name != "code_hash"),
        *(of_person(name) for name in ("given_name", "family_name", "username", "sourced_id")),
        listed.label("listed"),
        of_person("ends_on").element.label("person_ends_on"),
        school.c.time_zone,
        school.c.language,
        school.c.name.label("school_name"),
    ).join(school, school.c.school_id == code.c.school_id)
    for person in people:
        itself = code.c[f"{person.name}_id"] == person.c.id
        found = found.outerjoin(person, (code.c.school_id == person.c.school_id) & itself)
    return found.where(code.c.code_hash == CODE_HASH)


@statement(AccessCode)
def open_codes_by_hash() -> ClauseElement:
    """Codes of the school that may still be used, with their hashes."""
    code = table(AccessCode)
    hashes = any_(bindparam("hashes", type_=ARRAY(LargeBinary)))
    return select(code).where(
        code.c.school_id == SCHOOL,
        code.c.code_hash == hashes,
        code.c.used_at.is_(None),
        code.c.revoked_at.is_(None),
        code.c.expires_at > bindparam("now", type_=Instant),
    )


@statement(Membership)
def memberships_of_person() -> ClauseElement:
    """What accounts are as this one person of the school."""
    membership = table(Membership)
    person = bindparam("person", type_=Uuid())
    itself = (membership.c[f"{name}_id"] == person for name in ("student", "guardian", "teacher"))
    return select(membership).where(membership.c.school_id == SCHOOL, or_(*itself))
