"""What was missed, and attendance counted: one statement for a student, course or class group."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    ClauseElement,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal_column,
    null,
    select,
    true,
    union_all,
)

from db.reading.grades import end_of_period
from db.reading.lessons import lessons_learnt
from db.reading.parts import FIRST, LAST, SCHOOL, among, least_key, table
from db.reading.ties import in_class_groups, learnt, learnt_between, on_day, stayed
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


def _counted(had: CTE, parent: str, of: str, *, with_days: bool = False) -> Select[Any]:
    """How often each kind was entered, of the lessons that each student had on their day and whose
    attendance was taken, or at which something was entered of the student. `kind` is null where
    nothing was: the student was there. `had` says who had which course on which days, and the ids
    `of` what to read entries by.

    Lessons are counted once for a course, and entries taken off: few students are absent. The
    groups stand in a subquery, so that whoever reads fewer columns finds the same ones."""
    course, student, entered = table(Course), table(Student), _entered(had, parent, of)
    keys = ("school_id", *dict.fromkeys((parent, "student_id", "course_id")), "slot")
    keys = (*keys, "day") if with_days else keys
    rows = union_all(
        _taken(had, keys),
        _rows(entered, keys, entered.c.kind, entered.c.absence, entered.c.lateness,
              entered.c.in_rate, ONE, entered.c.minutes),
        _rows(entered, keys, *AS_PRESENT, -ONE, NONE).where(entered.c.taken),
    ).subquery("rows")  # fmt: skip
    of_groups = (
        rows.c[parent],
        _each("STUDENT", rows.c.student_id, "of_student_id"),
        _each("COURSE", rows.c.course_id, "of_course_id"),
        case((BY.in_([literal_column("'COURSE'"), literal_column("'SUBJECT'")]),
              course.c.subject_id)).label("of_subject_id"),
        _each("SLOT", rows.c.slot, "of_slot"),
        rows.c.kind, rows.c.absence, rows.c.lateness, rows.c.in_rate,
    )  # fmt: skip
    number = cast(func.sum(rows.c.number), Integer)
    days = func.array_agg(rows.c.day.distinct(), type_=ARRAY(Date)) if with_days else null()
    groups = (
        select(
            rows.c.school_id,
            *of_groups,
            number.label("number"),
            cast(func.sum(rows.c.minutes), Integer).label("minutes"),
            days.label("days"),
            least_key(course.c.sort_key).label("by_course"),
        )
        .select_from(
            rows.join(course, (course.c.school_id == SCHOOL) & (course.c.id == rows.c.course_id))
        )
        .group_by(rows.c.school_id, *of_groups)
        .having(number > NONE)
        .subquery("groups")
    )
    names = [each for each in groups.c if each.key != "by_course"]
    order = ("of_slot", "by_course", "of_student_id", "of_course_id", "of_subject_id", "kind")
    of_student = (student.c.school_id == SCHOOL) & (student.c.id == groups.c.of_student_id)
    return (
        select(*names)
        .select_from(groups.outerjoin(student, of_student))
        .order_by(groups.c.of_slot, student.c.sort_key, *(groups.c[name] for name in order[1:]))
    )


ONE, NONE = literal_column("1", Integer), literal_column("0", Integer)
AS_PRESENT = (null(), false(), false(), true())
"""The kind of who was there, and how that counts."""
NAMES = ("kind", "absence", "lateness", "in_rate", "number", "minutes")


def _rows(of: Any, keys: Sequence[str], *values: Any) -> Select[Any]:
    """Rows to be counted, of what has the keys."""
    found = (value.label(name) for name, value in zip(NAMES, values, strict=True))
    return select(*(of.c[name] for name in keys), *found)


def _ids(of: CTE, name: str) -> ColumnElement[Any]:
    """An array, which PostgreSQL makes first, and then uses an index."""
    return any_(func.array(select(of.c[name]).distinct().scalar_subquery(), type_=ARRAY(Uuid())))


def _takes_place(lesson: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = lesson.c.active & (lesson.c.status != "CANCELLED")
    return found


def _taken(had: CTE, keys: Sequence[str]) -> Select[Any]:
    """The lessons whose attendance was taken, for each student who had them."""
    lesson, taking = table(Lesson), table(AttendanceTaking)
    hour = (lesson.c.course_id, lesson.c.day, lesson.c.slot)
    held = (
        select(*hour, func.count().label("number"))
        .join(taking, (taking.c.school_id == SCHOOL) & (taking.c.id == lesson.c.id))
        .where(
            lesson.c.school_id == SCHOOL,
            lesson.c.course_id == _ids(had, "course_id"),
            lesson.c.day.between(*_span()),
            _takes_place(lesson),
        )
        .group_by(*hour)
        .subquery("held")
    )
    of = [(had if name in had.c else held).c[name] for name in keys]
    each = (
        select(*of, cast(func.sum(held.c.number), Integer).label("number"))
        .join(held, (held.c.course_id == had.c.course_id) & on_day(had.c.days, held.c.day))
        .group_by(*of)
        .subquery("each")
    )
    return _rows(each, keys, *AS_PRESENT, each.c.number, NONE)


def _entered(had: CTE, parent: str, of: str) -> Any:  # a CTE, which SQLAlchemy does not type
    """What was entered of students at lessons that they had, and whether the attendance of these
    was taken."""
    own, lesson, taking = table(Attendance), table(Lesson), table(AttendanceTaking)
    keys = [had.c[name] for name in dict.fromkeys(("school_id", parent, "student_id", "course_id"))]
    of_student = had.c.student_id == own.c.student_id
    # As it is written PostgreSQL takes the days for dearer than ids, and compares them last.
    then = case((of_student, on_day(had.c.days, lesson.c.day)), else_=false())
    return (
        select(
            *keys,
            lesson.c.slot,
            own.c.day,
            own.c.kind,
            own.c.absence,
            own.c.lateness,
            own.c.in_rate,
            func.coalesce(own.c.minutes, NONE).label("minutes"),
            taking.c.id.is_not(None).label("taken"),
        )
        .select_from(
            own.join(lesson, (lesson.c.school_id == SCHOOL) & (lesson.c.id == own.c.lesson_id))
            .join(had, of_student & (had.c.course_id == lesson.c.course_id) & then)
            .outerjoin(taking, (taking.c.school_id == SCHOOL) & (taking.c.id == lesson.c.id))
        )
        .where(
            own.c.school_id == SCHOOL,
            own.c[of] == _ids(had, of),
            own.c.day.between(*_span()),
            _takes_place(lesson),
        )
        .cte("entered")
    )


@statement(Attendance)
def attendance_counted_of_students() -> ClauseElement:
    had = learnt_between(*_span())
    return _counted(select(had).cte("had"), "student_id", "student_id", with_days=True)


@statement(Attendance)
def attendance_counted_of_courses() -> ClauseElement:
    had = learnt()
    of_courses = select(had).where(among(had.c.course_id))
    return _counted(of_courses.cte("had"), "course_id", "course_id")


@statement(Attendance)
def attendance_counted_of_class_groups() -> ClauseElement:
    """Of those who were in the class group on the lesson's day, in whatever course they had it."""
    had, was = learnt_between(*_span(), in_class_groups), stayed()
    days = had.c.days.op("*")(was.c.days).label("days")
    there = (
        select(had.c.school_id, was.c.class_group_id, had.c.student_id, had.c.course_id, days)
        .join(was, (was.c.school_id == had.c.school_id) & (was.c.student_id == had.c.student_id))
        .where(among(was.c.class_group_id))
    )
    return _counted(there.cte("had"), "class_group_id", "student_id")


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
