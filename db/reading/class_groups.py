"""Class groups by school, student and class teacher."""

from sqlalchemy import (
    ClauseElement,
    String,
    Uuid,
    bindparam,
    column,
    exists,
    func,
    select,
)

from db.reading.listing import Conditions, count, flag, id_of, matching, page, where_asked
from db.reading.parts import DAY, IDS, SCHOOL, among, columns, table
from db.reading.ties import is_open, standing
from db.reading.years import class_groups_learnt, same
from db.statement import statement
from db.tables.class_groups import ClassGroup
from db.tables.periods import AcademicYear


@statement(ClassGroup)
def class_groups_of_students() -> ClauseElement:
    """Those of today, or those of a `year`."""
    group, learnt = table(ClassGroup), class_groups_learnt()
    return (
        select(*columns(ClassGroup), learnt.c.student_id, learnt.c.taught_id)
        .join(learnt, learnt.c.class_group_id == group.c.id)
        .where(group.c.school_id == SCHOOL)
        .order_by(group.c.sort_key, group.c.id)
    )


@statement(ClassGroup)
def class_groups_of_academic_years() -> ClauseElement:
    group = table(ClassGroup)
    return (
        select(*columns(ClassGroup))
        .where(group.c.school_id == SCHOOL, among(group.c.academic_year_id), group.c.active)
        .order_by(group.c.sort_key, group.c.id)
    )


@statement(ClassGroup)
def class_groups_of_teachers() -> ClauseElement:
    """Those that each leads, as the class teacher or as the deputy, in a year that has begun."""
    group, year = table(ClassGroup), table(AcademicYear)
    to_come = exists().where(same(year, group.c.academic_year_id), year.c.starts_on > DAY)
    leader = func.unnest(IDS).table_valued(column("id", Uuid()), name="leader").render_derived()
    led = (leader.c.id == group.c.class_teacher_id) | (leader.c.id == group.c.deputy_id)
    of_any = among(group.c.class_teacher_id) | among(group.c.deputy_id)
    return (
        select(*columns(ClassGroup), leader.c.id.label("leader_id"))
        .join(leader, led)
        .where(group.c.school_id == SCHOOL, of_any, is_open(group), ~to_come)
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
