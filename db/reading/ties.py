"""The rule of `domain/ties.py` as SQL conditions."""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Select,
    Table,
    bindparam,
    case,
    exists,
    func,
    select,
    union,
)
from sqlalchemy.sql.elements import ColumnElement

from db.reading.parts import DAY, SCHOOL, holds_on_day, table
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Enrolment
from db.tables.guardians import Guardian, Guardianship
from db.tables.periods import AcademicYear


def is_there(person: Table, day: ColumnElement[Any] = DAY) -> ColumnElement[bool]:
    return person.c.active & holds_on_day(person, day)


def has_not_left(person: Table, day: ColumnElement[Any] = DAY) -> ColumnElement[bool]:
    """Whether they are there, or will come."""
    return person.c.active & (person.c.ends_on.is_(None) | (person.c.ends_on >= day))


def is_open(place: Table, day: ColumnElement[Any] = DAY) -> ColumnElement[bool]:
    """Whether the class group or course is open. A course without a year has that of its class
    group."""
    year, group = table(AcademicYear), table(ClassGroup).alias("group_of_course")
    year_id: Any = place.c.academic_year_id
    if place.name == Course.__tablename__:
        of_group = select(group.c.academic_year_id).where(
            group.c.school_id == SCHOOL, group.c.id == place.c.class_group_id
        )
        year_id = func.coalesce(year_id, of_group.correlate(place).scalar_subquery())
    over = exists().where(year.c.school_id == SCHOOL, year.c.id == year_id, year.c.ends_on < day)
    return place.c.active & ~over


def standing(place: Table, its_year: Any, year: ColumnElement[Any]) -> ColumnElement[bool]:
    """The class groups or courses of the `year`, if it is given; or else those that are open, or
    those that are not any more where `is_over` says so."""
    over = bindparam("is_over", False, type_=Boolean)
    return case(
        (year.is_not(None), place.c.active & (its_year == year)),
        (over, ~is_open(place)),
        else_=is_open(place),
    )


def learning(day: ColumnElement[Any] = DAY, *, now: bool = False) -> Any:
    """The students who learn in each course on the day: by an enrolment, or with the whole class.

    Courses of past years count too, as what was learnt stays in the diary; `now` selects open
    courses only. The day may be a column of the outer statement. Returns a subquery, which
    SQLAlchemy does not type.
    """
    enrolment, course, group = table(Enrolment), table(Course), table(ClassGroup)
    around = [day.table] if isinstance(day, Column) else []
    enrolled = (enrolment.c.school_id == SCHOOL) & enrolment.c.active & holds_on_day(enrolment, day)
    directly = select(
        enrolment.c.school_id, enrolment.c.student_id, enrolment.c.course_id.label("course_id")
    ).where(enrolment.c.course_id.is_not(None), enrolled)
    with_the_class = (
        select(enrolment.c.school_id, enrolment.c.student_id, course.c.id.label("course_id"))
        .join(
            course,
            (course.c.school_id == enrolment.c.school_id)
            & (course.c.class_group_id == enrolment.c.class_group_id)
            & course.c.whole_class,
        )
        .where(enrolled)
    )
    if now:
        its_course = (course.c.school_id == enrolment.c.school_id) & (
            course.c.id == enrolment.c.course_id
        )
        its_group = (group.c.school_id == enrolment.c.school_id) & (
            group.c.id == enrolment.c.class_group_id
        )
        directly = directly.join(course, its_course).where(is_open(course, day))
        with_the_class = with_the_class.join(group, its_group).where(
            is_open(course, day), is_open(group, day)
        )
    return union(directly.correlate(*around), with_the_class.correlate(*around)).subquery(
        "learning"
    )


def placed() -> Select[Any]:
    """The students in each class group on the day. It does not check that the students are
    there."""
    enrolment, group = table(Enrolment), table(ClassGroup)
    return (
        select(enrolment.c.school_id, enrolment.c.student_id, enrolment.c.class_group_id)
        .join(
            group,
            (group.c.school_id == enrolment.c.school_id)
            & (group.c.id == enrolment.c.class_group_id),
        )
        .where(
            enrolment.c.school_id == SCHOOL,
            enrolment.c.active,
            holds_on_day(enrolment),
            is_open(group),
        )
    )


def guarding() -> Select[Any]:
    """The guardians of each student on the day. It does not check that the students are there."""
    tie, guardian = table(Guardianship), table(Guardian)
    return (
        select(tie.c.school_id, tie.c.student_id, tie.c.guardian_id)
        .join(
            guardian,
            (guardian.c.school_id == tie.c.school_id) & (guardian.c.id == tie.c.guardian_id),
        )
        .where(tie.c.school_id == SCHOOL, holds_on_day(tie), is_there(guardian))
    )
