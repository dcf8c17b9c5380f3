"""Which of some accounts are reached at addresses (`domain/addressees.py`) on a day."""

from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    ColumnElement,
    SmallInteger,
    String,
    Uuid,
    any_,
    bindparam,
    exists,
    literal,
    or_,
    select,
)

from db.reading.parts import DAY, SCHOOL, holds_on_day, table
from db.reading.ties import guarding, is_open, is_seen, is_there, learnt, on_day, placed
from db.statement import statement
from db.tables.accounts import Membership
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Teaching
from db.tables.guardians import Guardianship
from db.tables.students import Student
from db.tables.teachers import Teacher
from domain.addressees import Part

ACCOUNTS: Any = any_(bindparam("accounts", type_=ARRAY(Uuid())))
ROLES: Any = any_(bindparam("roles", type_=ARRAY(String)))
PARTS: Any = any_(bindparam("parts", type_=ARRAY(SmallInteger())))
PLACES: dict[Part, Any] = {
    part: any_(bindparam(f"{part.name.lower()}_of", type_=ARRAY(Uuid()))) for part in Part
}
"""The class groups and courses of which the part is addressed."""


class ReachedRow(Protocol):
    account_id: UUID


def _has(part: Part) -> ColumnElement[bool]:
    """Whether the part of the whole school is addressed."""
    found: ColumnElement[bool] = literal(int(part), SmallInteger) == PARTS
    return found


def _students(part: Part) -> Any:
    """The students whose part it is: themselves, or their families."""
    student, stay, had = table(Student), placed().subquery("stay"), learnt()
    return select(student.c.id).where(
        student.c.school_id == SCHOOL,
        is_there(student),
        or_(
            _has(part),
            student.c.id.in_(
                select(stay.c.student_id).where(stay.c.class_group_id == PLACES[part])
            ),
            student.c.id.in_(
                select(had.c.student_id).where(
                    had.c.course_id == PLACES[part], on_day(had.c.days, DAY)
                )
            ),
        ),
    )


def _teachers() -> Any:
    """Who leads or teaches the class groups, or teaches the courses or leads their class groups."""
    teacher, group, course, tie = (
        table(Teacher), table(ClassGroup), table(Course), table(Teaching),
    )  # fmt: skip
    place = PLACES[Part.STAFF]
    teaches = exists().where(
        tie.c.school_id == SCHOOL, tie.c.teacher_id == teacher.c.id, tie.c.active,
        holds_on_day(tie), course.c.school_id == SCHOOL, course.c.id == tie.c.course_id,
        is_open(course), or_(course.c.id == place, course.c.class_group_id == place),
    )  # fmt: skip
    of_course = select(course.c.class_group_id).where(
        course.c.school_id == SCHOOL, course.c.id == place
    )
    leads = exists().where(
        group.c.school_id == SCHOOL,
        or_(group.c.class_teacher_id == teacher.c.id, group.c.deputy_id == teacher.c.id),
        or_(group.c.id == place, group.c.id.in_(of_course)),
        is_open(group),
    )
    return select(teacher.c.id).where(
        teacher.c.school_id == SCHOOL, is_there(teacher), or_(_has(Part.STAFF), teaches, leads)
    )


@statement(Membership)
def accounts_reached() -> ClauseElement:
    """Those of the `accounts` that are reached at the addresses, or have one of the `roles`."""
    held = table(Membership)
    guarded = guarding().where(is_seen(table(Guardianship))).subquery("guarded")
    families = select(guarded.c.guardian_id).where(
        guarded.c.student_id.in_(_students(Part.FAMILIES))
    )
    return (
        select(held.c.account_id)
        .distinct()
        .where(
            held.c.school_id == SCHOOL,
            held.c.account_id == ACCOUNTS,
            holds_on_day(held),
            or_(
                held.c.role == ROLES,
                held.c.student_id.in_(_students(Part.STUDENTS)),
                held.c.guardian_id.in_(families),
                held.c.teacher_id.in_(_teachers()),
            ),
        )
    )
