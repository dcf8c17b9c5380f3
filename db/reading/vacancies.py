"""Who and what is free at the time of a lesson."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    ColumnElement,
    Uuid,
    all_,
    bindparam,
    exists,
    func,
    not_,
    or_,
    select,
)

from db.reading.parts import SCHOOL, among, columns, holds_on_day, table
from db.reading.ties import is_there
from db.statement import statement
from db.tables.courses import Course, Teaching
from db.tables.lessons import Lesson
from db.tables.rooms import Room
from db.tables.teachers import Teacher

ABSENT = bindparam("absent", None, type_=ARRAY(Uuid()))


def takes_place(lesson: Any) -> ColumnElement[bool]:
    """Whether the lesson occupies its hour: a roster's work for a whole day occupies none."""
    hours = func.extract("epoch", lesson.c.ends_at - lesson.c.starts_at) < 12 * 3600
    found: ColumnElement[bool] = lesson.c.active & (lesson.c.status != "CANCELLED") & hours
    return found


def _at_once(other: Any, lesson: Any) -> ColumnElement[bool]:
    """Whether another lesson is held at the time of the lesson."""
    found: ColumnElement[bool] = (
        (other.c.school_id == SCHOOL)
        & (other.c.day == lesson.c.day)
        & (other.c.id != lesson.c.id)
        & (other.c.starts_at < lesson.c.ends_at)
        & (other.c.ends_at > lesson.c.starts_at)
        & takes_place(other)
    )
    return found


def _teaches(teacher: Any, lesson: Any, of: Any) -> ColumnElement[bool]:
    """Whether the teacher teaches, on the day of the lesson, a course that is as `of` says."""
    tie: Any = table(Teaching).alias("tie")
    taught: Any = table(Course).alias("taught")
    return exists(
        select(tie.c.id)
        .join(taught, (taught.c.school_id == SCHOOL) & (taught.c.id == tie.c.course_id))
        .where(
            tie.c.school_id == SCHOOL,
            tie.c.teacher_id == teacher.c.id,
            tie.c.active,
            holds_on_day(tie, lesson.c.day),
            of(taught),
        )
    )


@statement(Teacher)
def teachers_free_at_lessons() -> ClauseElement:
    """The teachers who are in the school on the day of each lesson, by `ids`, and hold no other at
    its time: first who teaches its course, then its subject, then its class group, and then who has
    fewer lessons on the day. Who is `absent` is left out."""
    teacher, lesson, course = table(Teacher), table(Lesson), table(Course)
    other: Any = table(Lesson).alias("other")
    busy = exists().where(_at_once(other, lesson), other.c.teacher_id == teacher.c.id)
    teaches_course = _teaches(teacher, lesson, lambda of: of.c.id == lesson.c.course_id)
    teaches_subject = _teaches(teacher, lesson, lambda of: of.c.subject_id == course.c.subject_id)
    teaches_class = _teaches(
        teacher, lesson, lambda of: of.c.class_group_id == course.c.class_group_id
    )
    on_day = (
        select(func.count())
        .where(
            other.c.school_id == SCHOOL,
            other.c.teacher_id == teacher.c.id,
            other.c.day == lesson.c.day,
            takes_place(other),
        )
        .correlate(teacher, lesson)
        .scalar_subquery()
    )
    return (
        select(
            teacher.c.school_id,
            teacher.c.id.label("teacher_id"),
            lesson.c.id.label("lesson_id"),
            teaches_course.label("teaches_course"),
            teaches_subject.label("teaches_subject"),
            teaches_class.label("teaches_class"),
            on_day.label("lessons_on_day"),
        )
        .join(lesson, lesson.c.school_id == teacher.c.school_id)
        .join(course, (course.c.school_id == SCHOOL) & (course.c.id == lesson.c.course_id))
        .where(
            teacher.c.school_id == SCHOOL,
            among(lesson.c.id),
            is_there(teacher, lesson.c.day),
            or_(lesson.c.teacher_id.is_(None), teacher.c.id != lesson.c.teacher_id),
            or_(ABSENT.is_(None), teacher.c.id != all_(ABSENT)),
            not_(busy),
        )
        .order_by(
            teaches_course.desc(), teaches_subject.desc(), teaches_class.desc(),
            on_day, teacher.c.sort_key, teacher.c.id,
        )
    )  # fmt: skip


@statement(Room)
def rooms_free_at_lessons() -> ClauseElement:
    """The rooms in use in which no other lesson is held at the time of each lesson, by `ids`, and
    those that are shared. A lesson is also in the room that is called what somebody wrote."""
    room, lesson = table(Room), table(Lesson)
    other: Any = table(Lesson).alias("other")
    by_name = other.c.room_id.is_(None) & (func.lower(other.c.room) == func.lower(room.c.name))
    in_it = by_name | (other.c.room_id == room.c.id)
    busy = exists().where(_at_once(other, lesson), in_it, ~room.c.shared)
    return (
        select(*columns(Room), lesson.c.id.label("lesson_id"))
        .join(lesson, lesson.c.school_id == room.c.school_id)
        .where(room.c.school_id == SCHOOL, room.c.active, among(lesson.c.id), not_(busy))
        .order_by(room.c.sort_key, room.c.id)
    )
