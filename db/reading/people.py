"""Students, guardians and teachers, by their ids and by what they belong to."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    Integer,
    LargeBinary,
    Select,
    String,
    Uuid,
    all_,
    bindparam,
    case,
    func,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.sql.elements import ColumnElement

from db.reading.parts import SCHOOL, among, columns, holds_on_day, table
from db.reading.ties import has_not_left, is_open, is_there, learning
from db.statement import statement
from db.tables import ClassGroup, Enrolment, Guardian, Guardianship, Student, Teacher, Teaching

NONE: ColumnElement[int] = literal_column("0")


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
        .order_by(guardian.c.sort_key, guardian.c.id)
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
        .order_by(teaching.c.main.desc(), teacher.c.sort_key, teacher.c.id)
    )


@statement(ClassGroup)
def class_groups_of_school() -> ClauseElement:
    group = table(ClassGroup)
    return (
        select(*columns(ClassGroup))
        .where(group.c.school_id == SCHOOL, group.c.active)
        .order_by(group.c.sort_key, group.c.id)
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
        .order_by(group.c.sort_key, group.c.id)
    )


@statement(ClassGroup)
def class_groups_of_teachers() -> ClauseElement:
    group = table(ClassGroup)
    return (
        select(*columns(ClassGroup))
        .where(group.c.school_id == SCHOOL, among(group.c.class_teacher_id), is_open(group))
        .order_by(group.c.sort_key, group.c.id)
    )


def _where_asked(asked: ColumnElement[bool], kept: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of a condition written like this PostgreSQL expects that it keeps half of the rows: it reads
    on in the order of the index until the page is full, and does not sort the whole school."""
    return case((asked, kept), else_=true())


def _page(model: type[Student | Teacher]) -> Select[Any]:
    """A page of people after one of them, by name; those alone whose names are like all `words`,
    which are patterns of `search_key`. Whoever has left is on none."""
    person = table(model)
    like = bindparam("words", (), type_=ARRAY(String))
    key = (person.c.sort_key, person.c.id)
    after = tuple_(bindparam("key", type_=LargeBinary), bindparam("id", type_=Uuid()))
    return (
        select(*columns(model))
        .where(person.c.school_id == SCHOOL, has_not_left(person), tuple_(*key) > after)
        .where(_where_asked(func.cardinality(like) > NONE, person.c.search_key.like(all_(like))))
        .order_by(*key)
        .limit(bindparam("limit", type_=Integer))
    )


@statement(Student)
def students_page() -> ClauseElement:
    level = bindparam("grade_level", None, type_=String)
    return _page(Student).where(
        _where_asked(level.is_not(None), table(Student).c.grade_level == level)
    )


@statement(Teacher)
def teachers_page() -> ClauseElement:
    return _page(Teacher)
