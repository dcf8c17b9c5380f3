"""What was missed, and attendance counted: one statement for a student, course or class group."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    ColumnElement,
    Date,
    Select,
    String,
    bindparam,
    case,
    false,
    func,
    literal_column,
    select,
    true,
)

from db.reading.grades import end_of_period
from db.reading.lessons import lessons_learnt
from db.reading.parts import FIRST, LAST, SCHOOL, among, table
from db.reading.ties import learnt, learnt_between, on_day, stayed
from db.statement import statement
from db.tables.attendance import Attendance, AttendanceTaking
from db.tables.courses import Course
from db.tables.lessons import Lesson
from db.tables.students import Student

BY = bindparam("counted_by", type_=String)
"""What each count is of: see `schema.attendance_counts`."""


def _each(word: str, column: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    """The column where counts are of each of its values; else null."""
    return case((literal_column(f"'{word}'") == BY, column)).label(name)


def _span() -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The first and the last day: of the period, if one is named."""
    first = func.coalesce(end_of_period("starts_on"), FIRST)
    return first, func.coalesce(end_of_period("ends_on"), LAST)


def _counted(had: Any, parent: ColumnElement[Any], *join: Any) -> Select[Any]:
    """How often each kind was entered, of the lessons that each student had on their day and whose
    attendance was taken, or at which something was entered of the student. `kind` is null where
    nothing was: the student was there.

    The groups stand in a subquery, so that whoever reads fewer columns finds the same ones."""
    lesson, course, student = table(Lesson), table(Course), table(Student)
    own, taking = table(Attendance), table(AttendanceTaking)
    first, last = _span()
    of = (
        parent,
        _each("STUDENT", had.c.student_id, "of_student_id"),
        _each("COURSE", lesson.c.course_id, "of_course_id"),
        case((BY.in_([literal_column("'COURSE'"), literal_column("'SUBJECT'")]),
              course.c.subject_id)).label("of_subject_id"),
        _each("SLOT", lesson.c.slot, "of_slot"),
    )  # fmt: skip
    counting = (
        func.coalesce(own.c.absence, false()).label("absence"),
        func.coalesce(own.c.lateness, false()).label("lateness"),
        func.coalesce(own.c.in_rate, true()).label("in_rate"),
    )
    groups = (
        select(
            lesson.c.school_id,
            *of,
            own.c.kind,
            *counting,
            func.count().label("number"),
            func.coalesce(func.sum(own.c.minutes), literal_column("0")).label("minutes"),
            func.array_agg(lesson.c.day.distinct(), type_=ARRAY(Date)).label("days"),
            func.min(student.c.sort_key).label("by_student"),
            func.min(course.c.sort_key).label("by_course"),
        )
        .select_from(lesson)
        .join(
            had,
            (had.c.school_id == lesson.c.school_id)
            & (had.c.course_id == lesson.c.course_id)
            & on_day(had.c.days, lesson.c.day),
        )
        .join(course, (course.c.school_id == SCHOOL) & (course.c.id == lesson.c.course_id))
        .join(student, (student.c.school_id == SCHOOL) & (student.c.id == had.c.student_id))
        .outerjoin(taking, (taking.c.school_id == SCHOOL) & (taking.c.id == lesson.c.id))
        .outerjoin(
            own,
            (own.c.school_id == SCHOOL)
            & (own.c.lesson_id == lesson.c.id)
            & (own.c.student_id == had.c.student_id),
        )
        .where(
            lesson.c.school_id == SCHOOL,
            lesson.c.day.between(first, last),
            lesson.c.active,
            lesson.c.status != "CANCELLED",
            taking.c.id.is_not(None) | own.c.id.is_not(None),
            among(parent),
        )
        .group_by(lesson.c.school_id, *of, own.c.kind, *counting)
    )
    if join:
        groups = groups.join(*join)
    found = groups.subquery("counted")
    names = [each for each in found.c if not each.key.startswith("by_")]
    order = (
        "of_slot", "by_student", "by_course", "of_student_id", "of_course_id", "of_subject_id",
        "kind",
    )  # fmt: skip
    return select(*names).order_by(*(found.c[name] for name in order))


@statement(Attendance)
def attendance_counted_of_students() -> ClauseElement:
    had = learnt_between(*_span())
    return _counted(had, had.c.student_id)


@statement(Attendance)
def attendance_counted_of_courses() -> ClauseElement:
    had = learnt()
    return _counted(had, had.c.course_id)


@statement(Attendance)
def attendance_counted_of_class_groups() -> ClauseElement:
    """Of those who were in the class group on the lesson's day, in whatever course they had it."""
    had, was = learnt(), stayed()
    lesson = table(Lesson)
    in_class = (
        (was.c.school_id == had.c.school_id)
        & (was.c.student_id == had.c.student_id)
        & on_day(was.c.days, lesson.c.day)
    )
    return _counted(had, was.c.class_group_id, was, in_class)


@statement(Lesson)
def lessons_missed_of_students() -> ClauseElement:
    """The lessons of the span at which an absence was entered of each student."""
    lesson, own = table(Lesson), table(Attendance)
    had, lessons = lessons_learnt()
    return lessons.join(
        own,
        (own.c.school_id == lesson.c.school_id)
        & (own.c.lesson_id == lesson.c.id)
        & (own.c.student_id == had.c.student_id)
        & own.c.absence,
    ).where(lesson.c.status != "CANCELLED")
