"""Class groups and courses in their years: of one year, and of one that is over as of its end."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Subquery,
    Table,
    case,
    func,
    select,
    union,
    union_all,
)

from db.reading.listing import id_of
from db.reading.parts import DAY, SCHOOL, among, holds_on_day, table
from db.reading.ties import forwards, is_open, learning
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Enrolment
from db.tables.periods import AcademicYear
from db.tables.students import Student

YEAR = id_of("year")
"""A year that is asked for; null for what is so today."""


def as_of(year: Table) -> ColumnElement[Any]:
    """The day on which a place of the year is looked at: today, or the year's last day where it is
    over."""
    return func.least(DAY, year.c.ends_on, type_=Date)


def same(place: Any, id_: Any) -> ColumnElement[bool]:  # tables or aliases of them
    found: ColumnElement[bool] = (place.c.school_id == SCHOOL) & (place.c.id == id_)
    return found


def in_its_year(course: Any, group: Any) -> ColumnElement[Any]:
    """The year of a course: its own, or that of its class group."""
    return func.coalesce(course.c.academic_year_id, group.c.academic_year_id)


def of_year(course: Any, group: Any) -> ColumnElement[bool]:
    """Whether the course is of the `year`, in words from which PostgreSQL knows how many are."""
    own: ColumnElement[Any] = course.c.academic_year_id
    found: ColumnElement[bool] = (own == YEAR) | (
        own.is_(None) & (group.c.academic_year_id == YEAR)
    )
    return found


Chosen = Callable[[ColumnElement[Any]], ColumnElement[bool]]
"""The condition of a column that holds the id of one of some records."""


def class_groups_as_of() -> Subquery:
    """The class groups among `ids`, with the day on which each is looked at."""
    group, year = table(ClassGroup), table(AcademicYear)
    return (
        select(group.c.school_id, group.c.id, as_of(year).label("as_of"))
        .outerjoin(year, same(year, group.c.academic_year_id))
        .where(group.c.school_id == SCHOOL, among(group.c.id))
        .subquery("places")
    )


def courses_taken(
    first: ColumnElement[Any] = DAY, last: ColumnElement[Any] = DAY, chosen: Chosen = among
) -> Subquery:
    """The courses that each of the class groups among `ids`, or others, takes: its own, and those
    in which a student learns while in it, such as courses of several class groups. `first` and
    `last` are the days that count; where none of them is in the class group's year, the day of the
    year that is the nearest counts."""
    group, course, in_group = table(ClassGroup), table(Course), table(Enrolment)
    student, year = table(Student), table(AcademicYear)
    direct: Any = in_group.alias("direct")
    its_group: Any = group.alias("group_of_course")
    its_year: Any = year.alias("year_of_course")
    own = select(course.c.school_id, course.c.class_group_id, course.c.id.label("course_id")).where(
        course.c.school_id == SCHOOL, chosen(course.c.class_group_id)
    )
    begins, ends = (
        func.greatest(func.least(day, year.c.ends_on), year.c.starts_on) for day in (first, last)
    )
    spans = (in_group, direct, student)
    begins = func.greatest(begins, *(each.c.begins_on for each in spans), its_year.c.starts_on)
    ends = func.least(ends, *(each.c.ends_on for each in spans), its_year.c.ends_on)
    of_students = (
        select(group.c.school_id, group.c.id, direct.c.course_id)
        .outerjoin(year, same(year, group.c.academic_year_id))
        .join(
            in_group, (in_group.c.school_id == SCHOOL) & (in_group.c.class_group_id == group.c.id)
        )
        .join(
            direct, (direct.c.school_id == SCHOOL) & (direct.c.student_id == in_group.c.student_id)
        )
        .join(student, same(student, in_group.c.student_id))
        .join(course, same(course, direct.c.course_id))
        .outerjoin(its_group, same(its_group, course.c.class_group_id))
        .outerjoin(its_year, same(its_year, in_its_year(course, its_group)))
        .where(
            group.c.school_id == SCHOOL,
            chosen(group.c.id),
            *(each.c.active for each in spans),
            forwards(begins, ends),
        )
    )
    return union(own, of_students).subquery("taken")


def courses_as_of() -> CTE:
    """The courses among `ids`, with the day on which each is looked at; those of a whole class have
    the class group. They are found once, however often they are asked for."""
    course, group, year = table(Course), table(ClassGroup), table(AcademicYear)
    whole_class = case((course.c.whole_class, course.c.class_group_id))
    return (
        select(
            course.c.school_id,
            course.c.id,
            whole_class.label("class_group_id"),
            as_of(year).label("as_of"),
        )
        .outerjoin(group, same(group, course.c.class_group_id))
        .outerjoin(year, same(year, in_its_year(course, group)))
        .where(course.c.school_id == SCHOOL, among(course.c.id))
        .cte("places", nesting=True)
    )


def learners() -> Subquery:
    """Who learns in each of the courses among `ids`: by an enrolment, or with the whole class."""
    places, enrolment = courses_as_of(), table(Enrolment)
    found = select(
        places.c.school_id,
        enrolment.c.student_id,
        places.c.id.label("course_id"),
        places.c.as_of,
    )
    holds = (
        (enrolment.c.school_id == SCHOOL)
        & enrolment.c.active
        & holds_on_day(enrolment, places.c.as_of)
    )
    return union(
        found.join(enrolment, enrolment.c.course_id == places.c.id).where(holds),
        found.join(enrolment, enrolment.c.class_group_id == places.c.class_group_id).where(holds),
    ).subquery("learners")


def courses_learnt() -> Subquery:
    """The courses that each student learns in today, or those in which they were in the `year`."""
    enrolment, course, group = table(Enrolment), table(Course), table(ClassGroup)
    now = learning(now=True)
    today = select(now.c.school_id, now.c.student_id, now.c.course_id).where(YEAR.is_(None))
    in_year = (
        YEAR.is_not(None)
        & (enrolment.c.school_id == SCHOOL)
        & among(enrolment.c.student_id)
        & enrolment.c.active
        & course.c.active
        & of_year(course, group)
    )
    found = select(enrolment.c.school_id, enrolment.c.student_id, course.c.id)
    of_group = same(group, course.c.class_group_id)
    with_the_class = (course.c.school_id == SCHOOL) & course.c.whole_class
    then = union(
        found.join(course, same(course, enrolment.c.course_id))
        .outerjoin(group, of_group)
        .where(in_year),
        found.join(course, with_the_class & (course.c.class_group_id == enrolment.c.class_group_id))
        .outerjoin(group, of_group)
        .where(in_year),
    )
    return union_all(today, then).subquery("learnt")


def class_groups_learnt() -> Subquery:
    """The class groups that each student is in today, or was in during the `year`. `taught_id` is
    the student where they are in it today: what they were in is not for all who teach them."""
    enrolment, group, year = table(Enrolment), table(ClassGroup), table(AcademicYear)
    theirs = (
        enrolment.c.school_id == SCHOOL,
        among(enrolment.c.student_id),
        enrolment.c.active,
    )
    key = (enrolment.c.school_id, enrolment.c.student_id, enrolment.c.class_group_id)
    today = (
        select(*key, enrolment.c.student_id.label("taught_id"))
        .join(group, same(group, enrolment.c.class_group_id))
        .where(YEAR.is_(None), *theirs, holds_on_day(enrolment), is_open(group))
    )
    still = func.bool_or(holds_on_day(enrolment) & (year.c.ends_on >= DAY))
    then = (
        select(*key, case((still, enrolment.c.student_id)))
        .join(group, same(group, enrolment.c.class_group_id))
        .join(year, same(year, group.c.academic_year_id))
        .where(YEAR.is_not(None), *theirs, group.c.active, group.c.academic_year_id == YEAR)
        .group_by(*key)
    )
    return union_all(today, then).subquery("learnt")


def years_of_courses() -> Subquery:
    """The year of each of the courses among `ids`."""
    course, group = table(Course), table(ClassGroup)
    year_id = in_its_year(course, group).label("academic_year_id")
    return (
        select(course.c.school_id, course.c.id.label("course_id"), year_id)
        .outerjoin(group, same(group, course.c.class_group_id))
        .where(course.c.school_id == SCHOOL, among(course.c.id))
        .subquery("found")
    )


def years_learnt() -> Subquery:
    """The years in which each student has learnt or learns, by any enrolment that has begun."""
    enrolment, course, group = table(Enrolment), table(Course), table(ClassGroup)
    place = func.coalesce(enrolment.c.class_group_id, course.c.class_group_id)
    return (
        select(
            enrolment.c.school_id,
            enrolment.c.student_id,
            in_its_year(course, group).label("academic_year_id"),
        )
        .outerjoin(course, same(course, enrolment.c.course_id))
        .outerjoin(group, same(group, place))
        .where(
            enrolment.c.school_id == SCHOOL,
            among(enrolment.c.student_id),
            enrolment.c.active,
            enrolment.c.begins_on.is_(None) | (enrolment.c.begins_on <= DAY),
        )
        .distinct()
        .subquery("learnt")
    )
