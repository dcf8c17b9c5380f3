"""Courses by id, by teacher, by class group and by student."""

from sqlalchemy import ClauseElement, exists, func, select

from db.reading.listing import (
    Conditions,
    count,
    flag,
    id_of,
    matching,
    page,
    where_asked,
)
from db.reading.parts import DAY, SCHOOL, among, columns, holds_on_day, table
from db.reading.ties import is_open, standing
from db.reading.years import as_of, courses_learnt, courses_taken, in_its_year, same
from db.statement import statement
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Teaching
from db.tables.periods import AcademicYear


@statement(Course)
def courses_of_teachers() -> ClauseElement:
    course, teaching = table(Course), table(Teaching)
    return (
        select(*columns(Course), teaching.c.teacher_id)
        .join(
            teaching,
            (teaching.c.school_id == course.c.school_id) & (teaching.c.course_id == course.c.id),
        )
        .where(
            teaching.c.school_id == SCHOOL,
            among(teaching.c.teacher_id),
            teaching.c.active,
            holds_on_day(teaching),
            is_open(course),
        )
        .order_by(course.c.sort_key, course.c.id)
    )


@statement(Course)
def courses_of_class_groups() -> ClauseElement:
    course, taken = table(Course), courses_taken()
    return (
        select(*columns(Course), taken.c.class_group_id.label("taker_id"))
        .join(taken, (taken.c.school_id == course.c.school_id) & (taken.c.course_id == course.c.id))
        .where(course.c.school_id == SCHOOL, course.c.active)
        .order_by(course.c.sort_key, course.c.id)
    )


@statement(Course)
def courses_of_students() -> ClauseElement:
    """Those of today, or those of a `year`."""
    course, learnt = table(Course), courses_learnt()
    return (
        select(*columns(Course), learnt.c.student_id)
        .join(
            learnt,
            (learnt.c.school_id == course.c.school_id) & (learnt.c.course_id == course.c.id),
        )
        .where(course.c.school_id == SCHOOL, among(learnt.c.student_id))
        .order_by(course.c.sort_key, course.c.id)
    )


@statement(Course)
def courses_of_academic_years() -> ClauseElement:
    """Those of the years, and those without a year of their own that are of a class group of it."""
    course, group = table(Course), table(ClassGroup)
    groups = select(group.c.id).where(group.c.school_id == SCHOOL, among(group.c.academic_year_id))
    of_group = course.c.academic_year_id.is_(None) & course.c.class_group_id.in_(groups)
    year_id = in_its_year(course, group).label("year_id")
    return (
        select(*columns(Course), year_id)
        .outerjoin(group, same(group, course.c.class_group_id))
        .where(
            course.c.school_id == SCHOOL,
            course.c.active,
            among(course.c.academic_year_id) | of_group,
        )
        .order_by(course.c.sort_key, course.c.id)
    )


def _courses() -> Conditions:
    """Those that are open, or those of a year; or those that are over, if it is they who are asked
    for."""
    course, group, teaching = table(Course), table(ClassGroup), table(Teaching)
    class_group, subject, teacher, year = (
        id_of(name) for name in ("class_group", "subject", "teacher", "academic_year")
    )
    of_group = select(group.c.academic_year_id).where(
        group.c.school_id == SCHOOL, group.c.id == course.c.class_group_id
    )
    taken = courses_taken(chosen=lambda column: column == class_group)
    last_day = as_of(table(AcademicYear))
    its_year = func.coalesce(
        course.c.academic_year_id, of_group.correlate(course).scalar_subquery()
    )
    of_course = (teaching.c.school_id == SCHOOL) & (teaching.c.course_id == course.c.id)
    last = (
        select(last_day)
        .where(same(table(AcademicYear), its_year))
        .correlate(course)
        .scalar_subquery()
    )
    taught = of_course & teaching.c.active & holds_on_day(teaching, func.coalesce(last, DAY))
    return [
        *matching(course),
        standing(course, its_year, year),
        where_asked(class_group.is_not(None), course.c.id.in_(select(taken.c.course_id))),
        where_asked(subject.is_not(None), course.c.subject_id == subject),
        where_asked(teacher.is_not(None), exists().where(taught, teaching.c.teacher_id == teacher)),
        where_asked(flag("without_teacher"), ~exists().where(taught)),
    ]


@statement(Course)
def courses_page() -> ClauseElement:
    return page(Course, _courses())


@statement(Course)
def courses_counted() -> ClauseElement:
    return count(Course, _courses())
