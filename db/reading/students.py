"""Students by class group and by course, and in pages."""

from typing import Any

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Date,
    String,
    bindparam,
    case,
    exists,
    func,
    select,
)

from db.projection import Derived
from db.reading.listing import Conditions, count, flag, id_of, page, where_asked
from db.reading.parts import DAY, SCHOOL, among, columns, holds_on_day, table
from db.reading.people import people
from db.reading.ties import guarding, is_open, is_there, placed
from db.reading.years import as_of, class_groups_as_of, learners, same
from db.statement import statement
from db.tables.class_groups import ClassGroup
from db.tables.courses import Enrolment
from db.tables.guardians import Guardian, Guardianship
from db.tables.periods import AcademicYear
from db.tables.students import Student


@statement(Student)
def students_of_class_groups() -> ClauseElement:
    """Those of today, or of the last day of a class group whose year is over. `taught_id` is the
    student where it is not: what they were in is not for all who teach them. `as_of` is the day."""
    student, enrolment, places = table(Student), table(Enrolment), class_groups_as_of()
    taught_id = case((places.c.as_of == DAY, student.c.id)).label("taught_id")
    return (
        select(*columns(Student), enrolment.c.class_group_id, taught_id, places.c.as_of)
        .join(
            enrolment,
            (enrolment.c.school_id == student.c.school_id)
            & (enrolment.c.student_id == student.c.id),
        )
        .join(places, places.c.id == enrolment.c.class_group_id)
        .where(
            enrolment.c.school_id == SCHOOL,
            enrolment.c.active,
            holds_on_day(enrolment, places.c.as_of),
            is_there(student, places.c.as_of),
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
    """Those of today, or of the last day of a course whose year is over."""
    student, learns = table(Student), learners()
    return (
        select(*columns(Student), learns.c.course_id)
        .join(
            learns,
            (learns.c.school_id == student.c.school_id) & (learns.c.student_id == student.c.id),
        )
        .where(student.c.school_id == SCHOOL, is_there(student, learns.c.as_of))
        .order_by(student.c.sort_key, student.c.id)
    )


TODAY = bindparam("today", type_=Date)


def _level(student: Any, day: ColumnElement[Any] = DAY) -> ColumnElement[Any]:
    """The year of school: that of the class group of the day, or else what the student's record
    says, which no turn of the year changes."""
    tie, group = table(Enrolment), table(ClassGroup)
    of_group = (
        select(func.min(group.c.grade_level))
        .join(tie, (tie.c.school_id == SCHOOL) & (tie.c.class_group_id == group.c.id))
        .where(
            group.c.school_id == SCHOOL,
            tie.c.student_id == student.c.id,
            tie.c.active,
            holds_on_day(tie, day),
            is_open(group, day),
        )
    )
    return func.coalesce(of_group.correlate(student).scalar_subquery(), student.c.grade_level)


LEVEL_OF_TODAY = Derived("level_of_today", Student, str, lambda student: _level(student, TODAY))


@statement(Student)
def levels_of_students() -> ClauseElement:
    student = table(Student)
    found = select(student.c.school_id, student.c.id, _level(student).label("grade_level"))
    return found.where(student.c.school_id == SCHOOL, among(student.c.id))


def _students() -> Conditions:
    student, tie, group = table(Student), table(Enrolment), table(ClassGroup)
    guarded, places = guarding().subquery("guarded"), placed().subquery("places")
    level = bindparam("grade_level", None, type_=String)
    class_group, year = id_of("class_group"), id_of("academic_year")
    theirs = (tie.c.school_id == SCHOOL) & (tie.c.student_id == student.c.id) & tie.c.active
    last = select(as_of(table(AcademicYear))).join(
        group, same(table(AcademicYear), group.c.academic_year_id)
    )
    last = last.where(same(group, class_group))
    then = func.coalesce(last.scalar_subquery(), DAY)
    in_group = exists().where(theirs, tie.c.class_group_id == class_group, holds_on_day(tie, then))
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
        where_asked(level.is_not(None), _level(student) == level),
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
