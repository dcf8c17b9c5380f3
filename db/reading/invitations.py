"""The people whom access codes may be made for, with the class groups that tell who they are."""

from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    LargeBinary,
    Select,
    String,
    Table,
    Uuid,
    and_,
    any_,
    bindparam,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from db.reading.listing import id_of
from db.reading.parts import DAY, SCHOOL, least_key, table
from db.reading.ties import has_not_left, is_open
from db.statement import statement
from db.tables.access_codes import AccessCode
from db.tables.accounts import Membership
from db.tables.class_groups import ClassGroup
from db.tables.courses import Enrolment
from db.tables.guardians import Guardian, Guardianship
from db.tables.students import Student
from db.tables.teachers import Teacher

CODE_HASH = bindparam("code_hash", type_=LargeBinary)


class Invited(Protocol):
    """Somebody whom a code may be made for; `class_name` is theirs, or that of a child of theirs,
    and `children` are the names of those."""

    role: str
    id: UUID
    given_name: str
    family_name: str
    class_name: str | None
    children: str | None
    registered: bool


def _not_over(dated: Table) -> ColumnElement[bool]:
    return dated.c.ends_on.is_(None) | (dated.c.ends_on >= DAY)


def _registered(person: Table) -> ColumnElement[bool]:
    membership = table(Membership)
    return exists().where(
        membership.c.school_id == SCHOOL,
        membership.c[f"{person.name}_id"] == person.c.id,
    )


def _asked(person: Table, role: str) -> ColumnElement[bool]:
    """Whether they are among the `people`, or else of the `roles`; and are there, or will come."""
    people = bindparam("people", None, type_=ARRAY(Uuid()))
    roles = bindparam("roles", (), type_=ARRAY(String))
    wanted = (people.is_not(None) & (person.c.id == any_(people))) | (
        people.is_(None) & (literal(role) == any_(roles))
    )
    return and_(person.c.school_id == SCHOOL, person.c.enabled, has_not_left(person), wanted)


def _places() -> Any:
    """The class groups that students are in on the day, or will be in."""
    enrolment, group = table(Enrolment), table(ClassGroup)
    return (
        select(
            enrolment.c.school_id,
            enrolment.c.student_id,
            func.min(group.c.name).label("class_name"),
            func.array_agg(group.c.id).label("class_groups"),
        )
        .join(
            group,
            (group.c.school_id == enrolment.c.school_id)
            & (group.c.id == enrolment.c.class_group_id),
        )
        .where(
            enrolment.c.school_id == SCHOOL,
            enrolment.c.active,
            _not_over(enrolment),
            is_open(group),
        )
        .group_by(enrolment.c.school_id, enrolment.c.student_id)
        .subquery("places")
    )


def _in_class(places: Any) -> ColumnElement[bool]:
    class_group = id_of("class_group")
    return class_group.is_(None) | (class_group == any_(places.c.class_groups))


def _students_to_invite() -> Select[Any]:
    student, places = table(Student), _places()
    return (
        select(
            literal("STUDENT").label("role"),
            student.c.id,
            student.c.given_name,
            student.c.family_name,
            places.c.class_name,
            null().cast(String).label("children"),
            _registered(student).label("registered"),
            student.c.sort_key.label("placed_by"),
            student.c.sort_key,
        )
        .outerjoin(
            places,
            (places.c.school_id == student.c.school_id) & (places.c.student_id == student.c.id),
        )
        .where(_asked(student, "STUDENT"), _in_class(places))
    )


def _guardians_to_invite() -> Select[Any]:
    """Each beside the first of their children, or of those `children` who are given."""
    guardian, tie, places = table(Guardian), table(Guardianship), _places()
    child, children = table(Student), bindparam("children", None, type_=ARRAY(Uuid()))
    name = child.c.given_name + " " + child.c.family_name
    theirs = (
        select(
            tie.c.school_id,
            tie.c.guardian_id,
            func.min(places.c.class_name).label("class_name"),
            func.string_agg(name, ", ").label("children"),
            least_key(child.c.sort_key).label("placed_by"),
        )
        .join(child, (child.c.school_id == tie.c.school_id) & (child.c.id == tie.c.student_id))
        .outerjoin(
            places,
            (places.c.school_id == tie.c.school_id) & (places.c.student_id == tie.c.student_id),
        )
        .where(
            tie.c.school_id == SCHOOL,
            _not_over(tie),
            has_not_left(child),
            _in_class(places),
            children.is_(None) | (child.c.id == any_(children)),
        )
        .group_by(tie.c.school_id, tie.c.guardian_id)
        .subquery("theirs")
    )
    return (
        select(
            literal("GUARDIAN").label("role"),
            guardian.c.id,
            guardian.c.given_name,
            guardian.c.family_name,
            theirs.c.class_name,
            theirs.c.children,
            _registered(guardian).label("registered"),
            theirs.c.placed_by,
            guardian.c.sort_key,
        )
        .join(
            theirs,
            (theirs.c.school_id == guardian.c.school_id) & (theirs.c.guardian_id == guardian.c.id),
        )
        .where(_asked(guardian, "GUARDIAN"))
    )


def _teachers_to_invite() -> Select[Any]:
    teacher = table(Teacher)
    return select(
        literal("TEACHER").label("role"),
        teacher.c.id,
        teacher.c.given_name,
        teacher.c.family_name,
        null().cast(String),
        null().cast(String),
        _registered(teacher).label("registered"),
        teacher.c.sort_key.label("placed_by"),
        teacher.c.sort_key,
    ).where(_asked(teacher, "TEACHER"), id_of("class_group").is_(None))


@statement(AccessCode)
def people_to_invite() -> ClauseElement:
    """Those of the `roles`, of one class group if it is given; or the `people`. Class by class, and
    guardians after their children."""
    each = union_all(_students_to_invite(), _guardians_to_invite(), _teachers_to_invite())
    found = each.subquery("invited")
    return select(found).order_by(
        found.c.class_name.nulls_last(),
        found.c.placed_by,
        (found.c.role == "GUARDIAN"),
        found.c.sort_key,
        found.c.id,
    )


@statement(ClassGroup)
def class_name_of_person() -> ClauseElement:
    """The class group of a student, or of the first child of a guardian, by name."""
    places, tie = _places(), table(Guardianship)
    person = bindparam("person", type_=Uuid())
    guarded = (
        select(tie.c.student_id)
        .where(tie.c.school_id == SCHOOL, tie.c.guardian_id == person, _not_over(tie))
        .scalar_subquery()
    )
    theirs = (places.c.student_id == person) | places.c.student_id.in_(guarded)
    return select(func.min(places.c.class_name).label("class_name")).where(theirs)


@statement(ClassGroup)
def class_groups_called() -> ClauseElement:
    """The open class groups of the school with this name."""
    group = table(ClassGroup)
    return select(group.c.id, group.c.name).where(
        group.c.school_id == SCHOOL,
        group.c.name == bindparam("name", type_=String),
        is_open(group),
    )
