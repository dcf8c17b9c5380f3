"""Courses by id, by teacher, by class group and by student."""

from sqlalchemy import ClauseElement, select

from db.reading.parts import SCHOOL, among, columns, holds_on_day, table
from db.reading.ties import is_open, learning
from db.statement import statement
from db.tables.courses import Course, Teaching


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
    course = table(Course)
    return (
        select(*columns(Course))
        .where(course.c.school_id == SCHOOL, among(course.c.class_group_id), course.c.active)
        .order_by(course.c.sort_key, course.c.id)
    )


@statement(Course)
def courses_of_students() -> ClauseElement:
    course, learns = table(Course), learning(now=True)
    return (
        select(*columns(Course), learns.c.student_id)
        .join(
            learns,
            (learns.c.school_id == course.c.school_id) & (learns.c.course_id == course.c.id),
        )
        .where(course.c.school_id == SCHOOL, among(learns.c.student_id))
        .order_by(course.c.sort_key, course.c.id)
    )
