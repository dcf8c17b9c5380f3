"""Class groups by school, student and class teacher."""

from sqlalchemy import (
    ClauseElement,
    select,
)

from db.reading.parts import SCHOOL, among, columns, holds_on_day, table
from db.reading.ties import is_open
from db.statement import statement
from db.tables.class_groups import ClassGroup
from db.tables.courses import Enrolment


@statement(ClassGroup)
def class_groups_of_school() -> ClauseElement:
    group = table(ClassGroup)
    return (
        select(*columns(ClassGroup))
        .where(group.c.school_id == SCHOOL, group.c.active)
        .order_by(group.c.sort_key, group.c.id)
    )


@statement(ClassGroup)
def class_groups_of_students() -> ClauseElement:
    group, enrolment = table(ClassGroup), table(Enrolment)
    return (
        select(*columns(ClassGroup), enrolment.c.student_id)
        .join(
            enrolment,
            (enrolment.c.school_id == group.c.school_id)
            & (enrolment.c.class_group_id == group.c.id),
        )
        .where(
            enrolment.c.school_id == SCHOOL,
            among(enrolment.c.student_id),
            enrolment.c.active,
            holds_on_day(enrolment),
            is_open(group),
        )
        .order_by(group.c.sort_key, group.c.id)
    )


@statement(ClassGroup)
def class_groups_of_teachers() -> ClauseElement:
    group = table(ClassGroup)
    return (
        select(*columns(ClassGroup))
        .where(group.c.school_id == SCHOOL, among(group.c.class_teacher_id), is_open(group))
        .order_by(group.c.sort_key, group.c.id)
    )
