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
from db.tables.guardians import Guardian, Guardianship
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
def students_of_guardians() -> ClauseElement:
    student, guardian, tie = table(Student), table(Guardian), table(Guardianship)
    return (
        select(*columns(Student), tie.c.guardian_id)
        .join(tie, (tie.c.school_id == student.c.school_id) & (tie.c.student_id == student.c.id))
        .join(
            guardian,
            (guardian.c.school_id == tie.c.school_id) & (guardian.c.id == tie.c.guardian_id),
        )
        .where(
            tie.c.school_id == SCHOOL,
            among(tie.c.guardian_id),
            holds_on_day(tie),
            is_there(guardian),
            is_there(student),
        )
        .order_by(student.c.sort_key, student.c.id)
    )


@statement(Enrolment)
def enrolments_of_students() -> ClauseElement:
    """All there were, the first before the second."""
    tie = table(Enrolment)
    return (
        select(*columns(Enrolment))
        .where(tie.c.school_id == SCHOOL, among(tie.c.student_id), tie.c.active)
        .order_by(tie.c.begins_on.nulls_first(), tie.c.id)
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
