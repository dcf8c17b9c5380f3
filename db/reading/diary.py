"""Lessons, homework and grades, each span of days one index range."""

from typing import Any

from sqlalchemy import ClauseElement, Select, String, Uuid, bindparam, func, select
from sqlalchemy.sql.elements import BindParameter

from db.reading.parts import FIRST, LAST, SCHOOL, among, columns, table
from db.reading.ties import learning
from db.statement import statement
from db.tables import Course, Grade, Homework, Lesson, Period, WorkType

_PERIOD: BindParameter[Any] = bindparam("period", None, type_=Uuid())
_COURSE: BindParameter[Any] = bindparam("course", None, type_=Uuid())
_SUBJECT: BindParameter[Any] = bindparam("subject", None, type_=Uuid())
_WORK_TYPE: BindParameter[Any] = bindparam("work_type", None, type_=Uuid())
_KIND: BindParameter[Any] = bindparam("kind", None, type_=String)


def _lessons(*more: Any) -> Select[Any]:  # columns of other tables
    """Lessons with the subject of their course: an outer join, so that it costs nothing where
    no subject is asked for."""
    lesson, course = table(Lesson), table(Course)
    return (
        select(*columns(Lesson), course.c.subject_id, *more)
        .outerjoin(
            course, (course.c.school_id == lesson.c.school_id) & (course.c.id == lesson.c.course_id)
        )
        .where(lesson.c.school_id == SCHOOL)
    )


@statement(Lesson)
def lessons_by_id() -> ClauseElement:
    return _lessons().where(among(table(Lesson).c.id))


@statement(Lesson)
def lessons_of_courses() -> ClauseElement:
    lesson = table(Lesson)
    return (
        _lessons()
        .where(among(lesson.c.course_id), lesson.c.day.between(FIRST, LAST), lesson.c.active)
        .order_by(lesson.c.day, lesson.c.starts_at, lesson.c.id)
    )


@statement(Lesson)
def lessons_of_students() -> ClauseElement:
    lesson, learns = table(Lesson), learning()
    return (
        _lessons(learns.c.student_id)
        .join(
            learns,
            (learns.c.school_id == lesson.c.school_id) & (learns.c.course_id == lesson.c.course_id),
        )
        .where(among(learns.c.student_id), lesson.c.day.between(FIRST, LAST), lesson.c.active)
        .order_by(lesson.c.day, lesson.c.starts_at, lesson.c.id)
    )


@statement(Lesson)
def lessons_of_teachers() -> ClauseElement:
    lesson = table(Lesson)
    return (
        _lessons()
        .where(among(lesson.c.teacher_id), lesson.c.day.between(FIRST, LAST), lesson.c.active)
        .order_by(lesson.c.day, lesson.c.starts_at, lesson.c.id)
    )


@statement(Homework)
def homework_of_lessons() -> ClauseElement:
    homework = table(Homework)
    return (
        select(*columns(Homework))
        .where(
            homework.c.school_id == SCHOOL,
            among(homework.c.lesson_id),
            homework.c.withdrawn.is_(False),
        )
        .order_by(homework.c.set_at, homework.c.id)
    )


def _grades(*more: Any) -> Select[Any]:  # columns of other tables
    return select(*columns(Grade), *more).where(table(Grade).c.school_id == SCHOOL)


@statement(Grade)
def withdrawn_grades_of_courses() -> ClauseElement:
    """As they were, for whoever may restore them."""
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


def _shown() -> Select[Any]:
    grade = table(Grade)
    return (
        _grades()
        .where(grade.c.day.between(FIRST, LAST), grade.c.state != "WITHDRAWN", grade.c.active)
        .order_by(grade.c.day, grade.c.given_at, grade.c.id)
    )


@statement(Grade)
def grades_of_students() -> ClauseElement:
    return _shown().where(among(table(Grade).c.student_id))


def _end_of_period(name: str) -> Any:  # a scalar subquery, whose type SQLAlchemy does not know
    period = table(Period)
    return (
        select(period.c[name])
        .where(period.c.school_id == SCHOOL, period.c.id == _PERIOD)
        .scalar_subquery()
    )


@statement(Grade)
def grades_of_students_where() -> ClauseElement:
    """Of a span of days or of a period; a parameter that is null restricts nothing else.

    Each with its course's subject, whose join costs nothing where no subject is asked for.
    """
    grade, kind, course = table(Grade), table(WorkType), table(Course)
    of_subject = select(course.c.id).where(
        course.c.school_id == SCHOOL, course.c.subject_id == _SUBJECT
    )
    own_course = course.alias("own_course")
    of_kind = select(kind.c.id).where(kind.c.school_id == SCHOOL, kind.c.kind == _KIND)
    return (
        _grades(own_course.c.subject_id)
        .outerjoin(
            own_course,
            (own_course.c.school_id == grade.c.school_id) & (own_course.c.id == grade.c.course_id),
        )
        .where(
            among(grade.c.student_id),
            grade.c.day.between(
                func.coalesce(_end_of_period("starts_on"), FIRST),
                func.coalesce(_end_of_period("ends_on"), LAST),
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
    return _shown().where(among(table(Grade).c.course_id))
