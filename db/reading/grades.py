"""Grades of students and courses; the grades of a span of days are one range of an index."""

from typing import Any

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    ScalarSelect,
    Select,
    String,
    Uuid,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.elements import BindParameter

from db.reading.parts import FIRST, LAST, SCHOOL, among, columns, table
from db.statement import statement
from db.tables.courses import Course
from db.tables.grade_scales import GradeScale
from db.tables.grades import Grade
from db.tables.periods import AcademicYear, Period
from db.tables.schools import WorkType
from domain.scales import COUNTING

_PERIOD: BindParameter[Any] = bindparam("period", None, type_=Uuid())


_COURSE: BindParameter[Any] = bindparam("course", None, type_=Uuid())


_SUBJECT: BindParameter[Any] = bindparam("subject", None, type_=Uuid())


_WORK_TYPE: BindParameter[Any] = bindparam("work_type", None, type_=Uuid())


_KIND: BindParameter[Any] = bindparam("kind", None, type_=String)


def _grades(*more: ColumnElement[Any]) -> Select[Any]:
    return select(*columns(Grade), *more).where(table(Grade).c.school_id == SCHOOL)


def _countings() -> ColumnElement[Any]:
    """By id, how the school's scales count that do not count as usual; null where all do. A query
    of its own, which PostgreSQL runs once and not for every grade."""
    scale = table(GradeScale).alias("counted")
    how = scale.c.definition[COUNTING]
    return (
        select(func.jsonb_object_agg(scale.c.id, how, type_=JSONB))
        .where(scale.c.school_id == SCHOOL, how.is_not(None))
        .scalar_subquery()
    )


def _counting() -> Select[Any]:
    """Grades with the subject of their course, and what an average needs of scales: how the grade's
    own scale counts; and unless it counts as usual, which scale its course has, and how that one
    counts. PostgreSQL drops a join if no column of it is read."""
    grade, course = table(Grade), table(Course).alias("own_course")
    scale = table(Course).alias("of_scale")
    counting = _countings()[cast(grade.c.grade_scale_id, String)].astext
    scale_of_course = (
        select(scale.c.grade_scale_id)
        .where(scale.c.school_id == SCHOOL, scale.c.id == grade.c.course_id)
        .scalar_subquery()
    )

    def unless_usual(column: ColumnElement[Any]) -> ColumnElement[Any]:
        return case((counting.is_not(None), column))

    return _grades(
        course.c.subject_id,
        counting.label("scale_counting"),
        unless_usual(scale_of_course).label("course_scale_id"),
        unless_usual(_countings()[cast(scale_of_course, String)].astext).label("course_counting"),
    ).outerjoin(
        course, (course.c.school_id == grade.c.school_id) & (course.c.id == grade.c.course_id)
    )


@statement(Grade)
def withdrawn_grades_of_courses() -> ClauseElement:
    """Withdrawn grades with all that is hidden from others, for those who may restore them."""
    grade = table(Grade)
    return (
        _grades()
        .where(
            among(grade.c.course_id),
            grade.c.day.between(FIRST, LAST),
            grade.c.state == "WITHDRAWN",
        )
        .order_by(grade.c.day, grade.c.changed_at, grade.c.id)
    )


def _shown(grades: Select[Any]) -> Select[Any]:
    grade = table(Grade)
    return grades.where(
        grade.c.day.between(FIRST, LAST), grade.c.state != "WITHDRAWN", grade.c.active
    ).order_by(grade.c.day, grade.c.given_at, grade.c.id)


@statement(Grade)
def grades_of_students() -> ClauseElement:
    return _shown(_grades()).where(among(table(Grade).c.student_id))


def end_of_period(name: str) -> ScalarSelect[Any]:
    """The day in the column of the period that is asked for; null where none is."""
    period = table(Period)
    return (
        select(period.c[name])
        .where(period.c.school_id == SCHOOL, period.c.id == _PERIOD)
        .scalar_subquery()
    )


@statement(Grade)
def grades_of_students_where() -> ClauseElement:
    """Grades in a span of days or in a period, filtered by each parameter that is not null."""
    grade, kind, course = table(Grade), table(WorkType), table(Course)
    of_subject = select(course.c.id).where(
        course.c.school_id == SCHOOL, course.c.subject_id == _SUBJECT
    )
    of_kind = select(kind.c.id).where(kind.c.school_id == SCHOOL, kind.c.kind == _KIND)
    return (
        _counting()
        .where(
            among(grade.c.student_id),
            grade.c.day.between(
                func.coalesce(end_of_period("starts_on"), FIRST),
                func.coalesce(end_of_period("ends_on"), LAST),
            ),
            grade.c.state != "WITHDRAWN",
            grade.c.active,
            _COURSE.is_(None) | (grade.c.course_id == _COURSE),
            _SUBJECT.is_(None) | grade.c.course_id.in_(of_subject),
            _WORK_TYPE.is_(None) | (grade.c.work_type_id == _WORK_TYPE),
            _KIND.is_(None) | grade.c.work_type_id.in_(of_kind),
        )
        .order_by(grade.c.day, grade.c.given_at, grade.c.id)
    )


@statement(Grade)
def grades_of_courses() -> ClauseElement:
    return _shown(_counting()).where(among(table(Grade).c.course_id))


@statement(Grade)
def counted_grades_of_courses() -> ClauseElement:
    """What counts in averages, the equal marks of a student as one that weighs as much as they do
    together: the averages are the same, and of a hundred thousand marks there are some hundred
    rows. They stand in a subquery, so that whoever reads fewer columns finds the same ones."""
    grade = table(Grade)
    own = (
        _counting()
        .where(
            among(grade.c.course_id),
            grade.c.day.between(FIRST, LAST),
            grade.c.state == "GIVEN",
            grade.c.active,
            ~grade.c.excused,
            grade.c.number.is_not(None),
        )
        .subquery("own")
    )
    equal = (
        own.c.school_id, own.c.course_id, own.c.student_id, own.c.number, own.c.state,
        own.c.excused, own.c.bonus, own.c.grade_scale_id, own.c.scale_counting,
        own.c.course_scale_id, own.c.course_counting,
    )  # fmt: skip
    weight = func.sum(own.c.weight).label("weight")
    return select(select(*equal, weight).group_by(*equal).subquery("together"))


def _around(*columns_: ColumnElement[Any]) -> ScalarSelect[Any]:
    """Of the shortest period around the grade's day; null where it is in none but a year."""
    period, grade = table(Period), table(Grade)
    return (
        select(*columns_)
        .where(
            period.c.school_id == SCHOOL,
            period.c.active,
            period.c.kind != "YEAR",
            grade.c.day.between(period.c.starts_on, period.c.ends_on),
        )
        .order_by(period.c.ends_on - period.c.starts_on, period.c.id)
        .limit(literal_column("1"))
        .correlate(grade)
        .scalar_subquery()
    )


@statement(Grade)
def progress_of_students() -> ClauseElement:
    """Grades of a span of days, in order, each with the shortest period around it."""
    grade = table(Grade)
    return (
        _counting()
        .add_columns(_around(table(Period).c.id).label("period_id"))
        .where(
            among(grade.c.student_id),
            grade.c.day.between(FIRST, LAST),
            grade.c.state != "WITHDRAWN",
            grade.c.active,
        )
        .order_by(grade.c.day, grade.c.given_at, grade.c.id)
    )


@statement(Grade)
def grades_of_years_of_students() -> ClauseElement:
    """All grades of students, each with the academic year of its day, the first year first."""
    grade, year = table(Grade), table(AcademicYear)
    return (
        _counting()
        .add_columns(year.c.id.label("academic_year_id"))
        .join(
            year,
            (year.c.school_id == grade.c.school_id)
            & year.c.active
            & grade.c.day.between(year.c.starts_on, year.c.ends_on),
        )
        .where(among(grade.c.student_id), grade.c.state != "WITHDRAWN", grade.c.active)
        .order_by(year.c.starts_on, grade.c.day, grade.c.given_at, grade.c.id)
    )
