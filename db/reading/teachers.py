"""Teachers by course, and in pages."""

from sqlalchemy import (
    ClauseElement,
    select,
)

from db.reading.listing import count, page
from db.reading.parts import SCHOOL, among, columns, holds_on_day, table
from db.reading.people import people
from db.reading.ties import is_there
from db.reading.years import courses_as_of
from db.statement import statement
from db.tables.courses import Teaching
from db.tables.teachers import Teacher


@statement(Teaching)
def teachings_of_courses() -> ClauseElement:
    """All there were, the first before the second."""
    tie = table(Teaching)
    return (
        select(*columns(Teaching))
        .where(tie.c.school_id == SCHOOL, among(tie.c.course_id), tie.c.active)
        .order_by(tie.c.begins_on.nulls_first(), tie.c.id)
    )


@statement(Teacher)
def teachers_of_courses() -> ClauseElement:
    """Those of today, or of the last day of a course whose year is over."""
    teacher, teaching, places = table(Teacher), table(Teaching), courses_as_of()
    return (
        select(*columns(Teacher), teaching.c.course_id)
        .join(
            teaching,
            (teaching.c.school_id == teacher.c.school_id) & (teaching.c.teacher_id == teacher.c.id),
        )
        .join(places, places.c.id == teaching.c.course_id)
        .where(
            teaching.c.school_id == SCHOOL,
            teaching.c.active,
            holds_on_day(teaching, places.c.as_of),
            is_there(teacher, places.c.as_of),
        )
        .order_by(teaching.c.main.desc(), teacher.c.sort_key, teacher.c.id)
    )


@statement(Teacher)
def teachers_page() -> ClauseElement:
    return page(Teacher, people(Teacher))


@statement(Teacher)
def teachers_counted() -> ClauseElement:
    return count(Teacher, people(Teacher))
