"""Students by class group and by course, and in pages."""

from sqlalchemy import (
    ClauseElement,
    String,
    bindparam,
    exists,
    select,
)

from db.reading.listing import Conditions, count, flag, id_of, page, where_asked
from db.reading.parts import SCHOOL, among, columns, holds_on_day, table
from db.reading.people import people
from db.reading.ties import guarding, is_there, learning, placed
from db.statement import statement
from db.tables.class_groups import ClassGroup
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


def _students() -> Conditions:
    student, tie, group = table(Student), table(Enrolment), table(ClassGroup)
    guarded, places = guarding().subquery("guarded"), placed().subquery("places")
    level = bindparam("grade_level", None, type_=String)
    class_group, year = id_of("class_group"), id_of("academic_year")
    theirs = (tie.c.school_id == SCHOOL) & (tie.c.student_id == student.c.id) & tie.c.active
    in_group = exists().where(theirs, tie.c.class_group_id == class_group, holds_on_day(tie))
    in_year = exists().where(
        theirs,
        group.c.school_id == SCHOOL,
        group.c.id == tie.c.class_group_id,
        group.c.academic_year_id == year,
    )
    has_guardian = exists().where(guarded.c.student_id == student.c.id)
    has_class = exists().where(places.c.student_id == student.c.id)
    return [
        *people(Student),
        where_asked(level.is_not(None), student.c.grade_level == level),
        where_asked(class_group.is_not(None), in_group),
        where_asked(year.is_not(None), in_year),
        where_asked(flag("without_guardian"), ~has_guardian),
        where_asked(flag("without_class_group"), ~has_class),
    ]


@statement(Student)
def students_page() -> ClauseElement:
    return page(Student, _students())


@statement(Student)
def students_counted() -> ClauseElement:
    return count(Student, _students())
