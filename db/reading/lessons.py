"""Lessons; the lessons of a span of days are one range of an index."""

from typing import Any

from sqlalchemy import ClauseElement, ColumnElement, Select, select

from db.reading.listing import counted_by, id_of, paged, where_asked
from db.reading.parts import FIRST, LAST, NOW, SCHOOL, among, columns, table
from db.reading.ties import learnt_between, on_day
from db.statement import statement
from db.tables.attendance import AttendanceTaking
from db.tables.courses import Course
from db.tables.lessons import Lesson


def all_lessons(*more: ColumnElement[Any]) -> Select[Any]:
    """Lessons with the subject of their course, and when their attendance was taken. PostgreSQL
    drops an outer join of which no column is read."""
    lesson, course, taking = table(Lesson), table(Course), table(AttendanceTaking)
    of_course = (course.c.school_id == lesson.c.school_id) & (course.c.id == lesson.c.course_id)
    of_taking = (taking.c.school_id == lesson.c.school_id) & (taking.c.id == lesson.c.id)
    taken_at = taking.c.at.label("attendance_taken_at")
    return (
        select(*columns(Lesson), course.c.subject_id, taken_at, *more)
        .select_from(lesson.outerjoin(course, of_course).outerjoin(taking, of_taking))
        .where(lesson.c.school_id == SCHOOL)
    )


@statement(Lesson)
def lessons_by_id() -> ClauseElement:
    return all_lessons().where(among(table(Lesson).c.id))


@statement(Lesson)
def lessons_of_courses() -> ClauseElement:
    lesson = table(Lesson)
    return (
        all_lessons()
        .where(among(lesson.c.course_id), lesson.c.day.between(FIRST, LAST), lesson.c.active)
        .order_by(lesson.c.day, lesson.c.starts_at, lesson.c.id)
    )


def lessons_learnt() -> tuple[Any, Select[Any]]:
    """The lessons that each student had on their day, whatever they learn today; and who had what,
    as `learnt_between` says it."""
    lesson, had = table(Lesson), learnt_between(FIRST, LAST)
    lessons = (
        all_lessons(had.c.student_id)
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
        all_lessons()
        .where(among(lesson.c.teacher_id), lesson.c.day.between(FIRST, LAST), lesson.c.active)
        .order_by(lesson.c.day, lesson.c.starts_at, lesson.c.id)
    )


@statement(Lesson)
def lessons_in_place() -> ClauseElement:
    """What is held in place of lessons, by `ids`."""
    lesson = table(Lesson)
    return (
        all_lessons()
        .where(among(lesson.c.replaces_id), lesson.c.active)
        .order_by(lesson.c.starts_at, lesson.c.id)
    )


IN_ORDER = ("day", "starts_at", "id")
"""How open lessons are ordered."""


def _open() -> Select[Any]:
    """The lessons of a span of days that are over, and that nobody has closed. Courses of one class
    group are those that belong to it."""
    lesson, course = table(Lesson), table(Course)
    group, teacher = id_of("class_group"), id_of("teacher")
    of_course, subject = id_of("course"), id_of("subject")
    return (
        all_lessons(course.c.class_group_id)
        .where(lesson.c.day.between(FIRST, LAST), lesson.c.ends_at <= NOW)
        .where(lesson.c.active, ~lesson.c.closed, lesson.c.status != "CANCELLED")
        .where(
            where_asked(group.is_not(None), course.c.class_group_id == group),
            where_asked(teacher.is_not(None), lesson.c.teacher_id == teacher),
            where_asked(of_course.is_not(None), lesson.c.course_id == of_course),
            where_asked(subject.is_not(None), course.c.subject_id == subject),
        )
    )


@statement(Lesson)
def open_lessons_of_school() -> ClauseElement:
    return paged(_open(), IN_ORDER)


@statement(Lesson)
def open_lessons_of_teachers() -> ClauseElement:
    found = _open().where(among(table(Lesson).c.teacher_id))
    return paged(found, IN_ORDER, "teacher_id")


@statement(Lesson)
def open_lessons_of_class_groups() -> ClauseElement:
    found = _open().where(among(table(Course).c.class_group_id))
    return paged(found, IN_ORDER, "class_group_id")


@statement(Lesson)
def open_lessons_counted() -> ClauseElement:
    return counted_by(_open())


@statement(Lesson)
def open_lessons_counted_of_teachers() -> ClauseElement:
    return counted_by(_open().where(among(table(Lesson).c.teacher_id)), "teacher_id")


@statement(Lesson)
def open_lessons_counted_of_class_groups() -> ClauseElement:
    return counted_by(_open().where(among(table(Course).c.class_group_id)), "class_group_id")
