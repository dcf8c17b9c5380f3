"""What there was on the last day of an academic year, from which the next is planned."""

from typing import Any

from sqlalchemy import ClauseElement, select

from db.reading.parts import SCHOOL, among, holds_on_day, table
from db.reading.ties import is_there
from db.reading.years import same
from db.statement import statement
from db.tables.class_groups import ClassGroup
from db.tables.courses import Enrolment, Teaching
from db.tables.students import Student
from db.tables.teachers import Teacher


@statement(ClassGroup)
def levels_of_school() -> ClauseElement:
    """The years of school that it has had class groups of."""
    group = table(ClassGroup)
    found = select(group.c.grade_level.label("grade_level")).distinct()
    return found.where(group.c.school_id == SCHOOL, group.c.active)


@statement(Enrolment)
def places_on_day() -> ClauseElement:
    """Who is in the class groups and courses among `ids` on the `day`, by name; with the days that
    each is in the school."""
    tie, student = table(Enrolment), table(Student)
    of_any = among(tie.c.class_group_id) | among(tie.c.course_id)
    return (
        select(
            tie.c.student_id,
            tie.c.class_group_id,
            tie.c.course_id,
            student.c.ends_on.label("student_ends_on"),
        )
        .join(student, same(student, tie.c.student_id))
        .where(
            tie.c.school_id == SCHOOL, of_any, tie.c.active, holds_on_day(tie), is_there(student)
        )
        .order_by(student.c.sort_key, student.c.id)
    )


@statement(Teaching)
def teachings_on_day() -> ClauseElement:
    """Who teaches the courses among `ids` on the `day`, the main teacher first; without those who
    stand in."""
    tie, teacher = table(Teaching), table(Teacher)
    return (
        select(tie.c.course_id, tie.c.teacher_id)
        .join(teacher, same(teacher, tie.c.teacher_id))
        .where(
            tie.c.school_id == SCHOOL,
            among(tie.c.course_id),
            tie.c.active,
            tie.c.stands_in_for_id.is_(None),
            holds_on_day(tie),
            is_there(teacher),
        )
        .order_by(tie.c.main.desc(), teacher.c.sort_key, teacher.c.id)
    )


def _people(model: Any) -> ClauseElement:  # Student or Teacher
    person = table(model)
    return (
        select(
            person.c.id,
            person.c.given_name,
            person.c.family_name,
            person.c.begins_on,
            person.c.ends_on,
        )
        .where(person.c.school_id == SCHOOL, among(person.c.id), person.c.active)
        .order_by(person.c.id)
    )


@statement(Student)
def students_with_days() -> ClauseElement:
    """Students by `ids`, with the days that each is in the school."""
    return _people(Student)


@statement(Teacher)
def teachers_with_days() -> ClauseElement:
    """Teachers by `ids`, with the days that each is in the school."""
    return _people(Teacher)
