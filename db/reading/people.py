"""Students, guardians and teachers, by their ids and by what they belong to."""

from typing import Any

from sqlalchemy import (
    ClauseElement,
    Integer,
    Select,
    String,
    Uuid,
    bindparam,
    func,
    or_,
    select,
    tuple_,
)

from db.reading.parts import SCHOOL, among, columns, holds_on_day, table
from db.reading.ties import has_not_left, is_open, is_there, learning
from db.statement import statement
from db.tables import ClassGroup, Enrolment, Guardian, Guardianship, Student, Teacher, Teaching


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
        .order_by(student.c.family_name, student.c.given_name, student.c.id)
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
        .order_by(student.c.family_name, student.c.given_name, student.c.id)
    )


@statement(Guardian)
def guardians_of_students() -> ClauseElement:
    guardian, tie, child = table(Guardian), table(Guardianship), table(Student)
    return (
        select(*columns(Guardian), tie.c.student_id)
        .join(
            tie,
            (tie.c.school_id == guardian.c.school_id) & (tie.c.guardian_id == guardian.c.id),
        )
        .join(child, (child.c.school_id == tie.c.school_id) & (child.c.id == tie.c.student_id))
        .where(
            tie.c.school_id == SCHOOL,
            among(tie.c.student_id),
            holds_on_day(tie),
            is_there(guardian),
            is_there(child),
        )
        .order_by(guardian.c.family_name, guardian.c.given_name, guardian.c.id)
    )


@statement(Teacher)
def teachers_of_courses() -> ClauseElement:
    teacher, teaching = table(Teacher), table(Teaching)
    return (
        select(*columns(Teacher), teaching.c.course_id)
        .join(
            teaching,
            (teaching.c.school_id == teacher.c.school_id) & (teaching.c.teacher_id == teacher.c.id),
        )
        .where(
            teaching.c.school_id == SCHOOL,
            among(teaching.c.course_id),
            teaching.c.active,
            holds_on_day(teaching),
            is_there(teacher),
        )
        .order_by(teaching.c.main.desc(), teacher.c.family_name, teacher.c.id)
    )


@statement(ClassGroup)
def class_groups_of_school() -> ClauseElement:
    group = table(ClassGroup)
    return (
        select(*columns(ClassGroup))
        .where(group.c.school_id == SCHOOL, group.c.active)
        .order_by(group.c.name, group.c.id)
    )


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
        .order_by(group.c.name, group.c.id)
    )


@statement(ClassGroup)
def class_groups_of_teachers() -> ClauseElement:
    group = table(ClassGroup)
    return (
        select(*columns(ClassGroup))
        .where(group.c.school_id == SCHOOL, among(group.c.class_teacher_id), is_open(group))
        .order_by(group.c.name, group.c.id)
    )


def _page(model: type[Student | Teacher]) -> Select[Any]:
    """A page of people after one of them, by name; with a `name`, those who have one like it.

    Whoever has left is on none."""
    person, name = table(model), bindparam("name", None, type_=String)
    key = (person.c.family_name, person.c.given_name, person.c.id)
    after = tuple_(
        bindparam("family", type_=String),
        bindparam("given", type_=String),
        bindparam("id", type_=Uuid()),
    )
    begins = [
        func.starts_with(func.lower(column), func.lower(name))
        for column in (person.c.family_name, person.c.given_name)
    ]
    return (
        select(*columns(model))
        .where(person.c.school_id == SCHOOL, has_not_left(person), tuple_(*key) > after)
        .where(name.is_(None) | or_(*begins))
        .order_by(*key)
        .limit(bindparam("limit", type_=Integer))
    )


@statement(Student)
def students_page() -> ClauseElement:
    level = bindparam("grade_level", None, type_=String)
    return _page(Student).where(level.is_(None) | (table(Student).c.grade_level == level))


@statement(Teacher)
def teachers_page() -> ClauseElement:
    return _page(Teacher)
