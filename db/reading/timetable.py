"""Timetables: the lessons of students, class groups, teachers and rooms in a span of days, which is
today and tomorrow unless told."""

from typing import Any

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Date,
    Select,
    bindparam,
    func,
    literal_column,
)

from db.reading.lessons import all_lessons
from db.reading.parts import DAY, among, table
from db.reading.ties import learnt_between, on_day
from db.reading.years import courses_taken
from db.statement import statement
from db.tables.lessons import Lesson

FROM: ColumnElement[Any] = func.coalesce(bindparam("first", None, type_=Date), DAY)
TO: ColumnElement[Any] = func.coalesce(
    bindparam("last", None, type_=Date), FROM + literal_column("1")
)


def _timetable(*more: ColumnElement[Any]) -> Select[Any]:
    """The lessons of the days, with the subject of their course; `as_of` is today."""
    lesson = table(Lesson)
    return (
        all_lessons(DAY.label("as_of"), *more)
        .where(lesson.c.day.between(FROM, TO), lesson.c.active)
        .order_by(lesson.c.day, lesson.c.starts_at, lesson.c.id)
    )


@statement(Lesson)
def timetables_of_teachers() -> ClauseElement:
    return _timetable().where(among(table(Lesson).c.teacher_id))


@statement(Lesson)
def timetables_of_rooms() -> ClauseElement:
    return _timetable().where(among(table(Lesson).c.room_id))


@statement(Lesson)
def timetables_of_students() -> ClauseElement:
    """Those that each student has on their day, whatever they learn today."""
    lesson, had = table(Lesson), learnt_between(FROM, TO)
    return (
        _timetable(had.c.student_id)
        .join(
            had,
            (had.c.school_id == lesson.c.school_id)
            & (had.c.course_id == lesson.c.course_id)
            & on_day(had.c.days, lesson.c.day),
        )
        .where(among(had.c.student_id))
    )


@statement(Lesson)
def timetables_of_class_groups() -> ClauseElement:
    """Those of the class group's courses, and of others in which its students are enrolled."""
    lesson, taken = table(Lesson), courses_taken(FROM, TO)
    return _timetable(taken.c.class_group_id).join(taken, taken.c.course_id == lesson.c.course_id)
