"""Class groups by school, student and class teacher."""

from sqlalchemy import (
    ClauseElement,
    String,
    Uuid,
    bindparam,
    column,
    func,
    select,
)

from db.reading.listing import Conditions, count, flag, id_of, matching, page, where_asked
from db.reading.parts import IDS, SCHOOL, among, columns, holds_on_day, table
from db.reading.ties import is_open, standing
from db.statement import statement
from db.tables.class_groups import ClassGroup
from db.tables.courses import Enrolment


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
    """Those that each leads, as the class teacher or as the deputy."""
    group = table(ClassGroup)
    leader = func.unnest(IDS).table_valued(column("id", Uuid()), name="leader").render_derived()
    led = (leader.c.id == group.c.class_teacher_id) | (leader.c.id == group.c.deputy_id)
    of_any = among(group.c.class_teacher_id) | among(group.c.deputy_id)
    return (
        select(*columns(ClassGroup), leader.c.id.label("leader_id"))
        .join(leader, led)
        .where(group.c.school_id == SCHOOL, of_any, is_open(group))
        .order_by(group.c.sort_key, group.c.id)
    )


def _class_groups() -> Conditions:
    """Those that are open, or those of a year; or those that are over, if it is they who are asked
    for."""
    group, year = table(ClassGroup), id_of("academic_year")
    level = bindparam("grade_level", None, type_=String)
    unled = group.c.class_teacher_id.is_(None)
    return [
        *matching(group),
        standing(group, group.c.academic_year_id, year),
        where_asked(level.is_not(None), group.c.grade_level == level),
        where_asked(flag("without_class_teacher"), unled),
    ]


@statement(ClassGroup)
def class_groups_page() -> ClauseElement:
    return page(ClassGroup, _class_groups())


@statement(ClassGroup)
def class_groups_counted() -> ClauseElement:
    return count(ClassGroup, _class_groups())
