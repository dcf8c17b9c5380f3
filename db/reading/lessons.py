"""Lessons; the lessons of a span of days are one range of an index."""

from typing import Any

from sqlalchemy import ClauseElement, ColumnElement, Select, select

from db.reading.parts import FIRST, LAST, SCHOOL, among, columns, table
from db.reading.ties import learnt_between, on_day
from db.statement import statement
from db.tables.courses import Course
from db.tables.lessons import Lesson


def _lessons(*more: ColumnElement[Any]) -> Select[Any]:
    """Lessons with the subject of their course. PostgreSQL drops the outer join if no subject is
    read."""
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


def lessons_learnt() -> tuple[Any, Select[Any]]:
    """The lessons that each student had on their day, whatever they learn today; and who had what,
    as `learnt_between` says it."""
    lesson, had = table(Lesson), learnt_between(FIRST, LAST)
    lessons = (
        _lessons(had.c.student_id)
        .join(
            had,
            (had.c.school_id == lesson.c.school_id)
            & (had.c.course_id == lesson.c.course_id)
            & on_day(had.c.days, lesson.c.day),
        )
        .where(among(had.c.student_id), lesson.c.day.between(FIRST, LAST), lesson.c.active)
        .order_by(lesson.c.day, lesson.c.starts_at, lesson.c.id)
    )
    return had, lessons


@statement(Lesson)
def lessons_of_students() -> ClauseElement:
    _, lessons = lessons_learnt()
    return lessons


@statement(Lesson)
def lessons_of_teachers() -> ClauseElement:
    lesson = table(Lesson)
    return (
        _lessons()
        .where(among(lesson.c.teacher_id), lesson.c.day.between(FIRST, LAST), lesson.c.active)
        .order_by(lesson.c.day, lesson.c.starts_at, lesson.c.id)
    )


@statement(Lesson)
def lessons_in_place() -> ClauseElement:
    """What is held in place of lessons, by `ids`."""
    lesson = table(Lesson)
    return (
        _lessons()
        .where(among(lesson.c.replaces_id), lesson.c.active)
        .order_by(lesson.c.starts_at, lesson.c.id)
    )
