"""Students by class group and by course, and in pages."""

from sqlalchemy import (
    ClauseElement,
    String,
    bindparam,
    select,
)

from db.reading.parts import SCHOOL, among, columns, holds_on_day, table
from db.reading.people import only_if, page_of_people
from db.reading.ties import is_there, learning
from db.statement import statement
from db.tables.courses import Enrolment
from db.tables.students import Student


@statement(Student)
def students_of_class_groups() -> ClauseElement:
    student, enrolment = table(Student), table(Enrolment)
    return (
        select(*columns(Student), enrolment.c.class_group_id)
        .join(
            enrolment,
            (enrolment.c.school_id == student.c.school_id)
            & (enrolment.c.student_id == student.c.id),
        )
        .where(
            enrolment.c.school_id == SCHOOL,
            among(enrolment.c.class_group_id),
            enrolment.c.active,
            holds_on_day(enrolment),
            is_there(student),
        )
        .order_by(student.c.sort_key, student.c.id)
    )


@statement(Student)
def students_of_courses() -> ClauseElement:
    student, learns = table(Student), learning()
    return (
        select(*columns(Student), learns.c.course_id)
        .join(
            learns,
            (learns.c.school_id == student.c.school_id) & (learns.c.student_id == student.c.id),
        )
        .where(student.c.school_id == SCHOOL, among(learns.c.course_id), is_there(student))
        .order_by(student.c.sort_key, student.c.id)
    )


@statement(Student)
def students_page() -> ClauseElement:
    level = bindparam("grade_level", None, type_=String)
    return page_of_people(Student).where(
        only_if(level.is_not(None), table(Student).c.grade_level == level)
    )
