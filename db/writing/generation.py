"""Lessons generated of weekly patterns, and what is read and held while they are."""

from typing import Any

from sqlalchemy import ClauseElement, extract, or_, select, union

from db.reading.parts import FIRST, LAST, NOW, SCHOOL, among, columns, table
from db.reading.ties import all_of, learnt
from db.statement import statement
from db.tables.attendance import Attendance, AttendanceTaking
from db.tables.courses import Course
from db.tables.grades import Grade
from db.tables.homework import Homework
from db.tables.lesson_patterns import LessonPattern
from db.tables.lessons import Lesson, LessonRevision
from db.tables.materials import Material
from db.tables.timetables import Timetable
from db.writing.audit import noted
from db.writing.changing import Changing
from db.writing.parts import ACCOUNT, constant, insert_each
from db.writing.versioned import Versioned

GENERATED = Versioned(Lesson, LessonRevision, derived=("active", "pattern_id"), tells=False)
"""The feed tells of the timetable, not of each of its lessons."""
GENERATED_AT_ONCE = Changing(GENERATED)
WHOLE_DAY = 12 * 3600
"""Seconds: what a roster has due on a day lasts all of it, and takes nobody's time."""


@statement(LessonPattern)
def patterns_between() -> ClauseElement:
    """The patterns that hold on a day of the span."""
    pattern = table(LessonPattern)
    return (
        select(*columns(LessonPattern))
        .where(
            pattern.c.school_id == SCHOOL,
            pattern.c.active,
            pattern.c.starts_on <= LAST,
            or_(pattern.c.ends_on.is_(None), pattern.c.ends_on >= FIRST),
        )
        .order_by(pattern.c.starts_on, pattern.c.slot, pattern.c.id)
    )


@statement(Lesson)
def lessons_to_generate() -> ClauseElement:
    """The lessons of the span that were generated and are to come as planned, and those that are
    joined to another, held until the transaction ends: whoever writes at one of them waits, and
    then sees what became of it."""
    lesson = table(Lesson)
    as_planned = (
        lesson.c.planned_on.between(FIRST, LAST)
        & lesson.c.pattern_id.is_not(None)
        & (lesson.c.status == "PLANNED")
    )
    joined = lesson.c.day.between(FIRST, LAST) & lesson.c.joined_id.is_not(None)
    return (
        select(lesson.c.id)
        .where(lesson.c.school_id == SCHOOL, as_planned | joined, lesson.c.starts_at > NOW)
        .order_by(lesson.c.id)
        .with_for_update()
    )


def _occupies(lesson: Any) -> Any:  # a condition
    lasts = extract("epoch", lesson.c.ends_at - lesson.c.starts_at)
    return lesson.c.active & (lesson.c.status != "CANCELLED") & (lasts < WHOLE_DAY)


@statement(Lesson)
def lessons_there() -> ClauseElement:
    """The lessons that were generated for a day of the span, wherever they are now, and those that
    are held on one, with what they may clash in."""
    lesson, course = table(Lesson), table(Course)
    generated = lesson.c.planned_on.between(FIRST, LAST)
    held = lesson.c.day.between(FIRST, LAST) & _occupies(lesson)
    return (
        select(
            *columns(Lesson),
            course.c.title,
            course.c.class_group_id,
            course.c.whole_class,
            _occupies(lesson).label("occupies"),
        )
        .join(course, (course.c.school_id == SCHOOL) & (course.c.id == lesson.c.course_id))
        .where(lesson.c.school_id == SCHOOL, generated | held)
        .order_by(lesson.c.day, lesson.c.starts_at, lesson.c.id)
    )


@statement(Lesson)
def lessons_written_at() -> ClauseElement:
    """Those of the lessons, by `ids`, at which anything is entered or due."""
    grade, homework, material = table(Grade), table(Homework), table(Material)
    attendance, taking = table(Attendance), table(AttendanceTaking)
    ids = (
        (grade, grade.c.lesson_id),
        (homework, homework.c.lesson_id),
        (homework, homework.c.due_lesson_id),
        (attendance, attendance.c.lesson_id),
        (taking, taking.c.id),
        (material, material.c.lesson_id),
    )
    found = union(
        *(select(id_.label("id")).where(of.c.school_id == SCHOOL, among(id_)) for of, id_ in ids)
    ).subquery("written")
    return select(found.c.id)


@statement(Course)
def learners_shared() -> ClauseElement:
    """Of courses, by `ids`, the pairs in which somebody learns on the same days of the span, with
    these days."""
    one, other = learnt().alias("one"), learnt().alias("other")
    days = one.c.days.op("*")(other.c.days)
    return (
        select(
            one.c.course_id.label("one_id"),
            other.c.course_id.label("other_id"),
            all_of(days).label("days"),
        )
        .join(
            other,
            (other.c.school_id == one.c.school_id)
            & (other.c.student_id == one.c.student_id)
            & (other.c.course_id > one.c.course_id),
        )
        .where(one.c.school_id == SCHOOL, among(one.c.course_id), among(other.c.course_id))
        .group_by(one.c.course_id, other.c.course_id)
    )


@statement(Timetable)
def note_timetable() -> ClauseElement:
    given = ("id", "starts_on", "ends_on", "added", "changed", "removed", "kept", "reason")
    same = {"account_id": ACCOUNT, "generated_at": NOW, "version": constant(1)}
    return noted(insert_each(Timetable, given, same), "CREATED")
