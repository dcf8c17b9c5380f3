"""Grades of periods; and all that they are made of, a row for each student and course of a year.

The marks, periods and grades of a row are JSON: what a rule makes of them is worked out in
`domain/`, never here.
"""

from typing import Any

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Date,
    ScalarSelect,
    Select,
    String,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from db.reading.grades import end_of_period
from db.reading.grading_rules import rule_of
from db.reading.listing import flag, id_of, where_asked
from db.reading.parts import DAY, SCHOOL, among, columns, table
from db.reading.ties import days_between, learnt, multirange, stayed
from db.reading.years import YEAR, courses_learnt, in_its_year, same
from db.statement import statement
from db.tables.attendance import Attendance
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course
from db.tables.grade_scales import GradeScale
from db.tables.grades import Grade
from db.tables.lessons import Lesson
from db.tables.period_grades import PeriodGrade
from db.tables.periods import AcademicYear, Period
from db.tables.schools import School, WorkType
from db.tables.students import Student

MARK = (
    "id",
    "value",
    "number",
    "weight",
    "state",
    "excused",
    "bonus",
    "due_on",
    "day",
    "kind",
    "scale",
    "late_days",
)
"""What the JSON of a mark holds, in this order."""
PERIOD = ("id", "name", "kind", "parent_id", "starts_on", "ends_on", "locked", "open_until",
          "lessons", "absences", "unexcused")  # fmt: skip
DECIDED = ("id", "period_id", "state", "value", "number", "version", "overridden", "elsewhere")


def _text(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A number as text, so that it stays exact."""
    return cast(column, String)


def _all(row: ColumnElement[Any], *order: Any) -> ColumnElement[Any]:
    return func.coalesce(
        func.jsonb_agg(aggregate_order_by(row, *order)), literal_column("'[]'::jsonb"), type_=JSONB
    )


def _marks(learns: Any, year: Any) -> ScalarSelect[Any]:
    """The marks of the year that stand."""
    grade, kind = table(Grade), table(WorkType)
    row = func.jsonb_build_array(
        grade.c.id, grade.c.value, _text(grade.c.number), _text(grade.c.weight), grade.c.state,
        grade.c.excused, grade.c.bonus, grade.c.due_on, grade.c.day, kind.c.kind,
        grade.c.grade_scale_id, grade.c.late_days,
    )  # fmt: skip
    return (
        select(_all(row, grade.c.day, grade.c.given_at, grade.c.id))
        .select_from(grade)
        .outerjoin(
            kind, (kind.c.school_id == grade.c.school_id) & (kind.c.id == grade.c.work_type_id)
        )
        .where(
            grade.c.school_id == SCHOOL,
            grade.c.student_id == learns.c.student_id,
            grade.c.course_id == learns.c.course_id,
            grade.c.day.between(year.c.starts_on, year.c.ends_on),
            grade.c.state != "WITHDRAWN",
            grade.c.active,
        )
        .correlate(learns, year)
        .scalar_subquery()
    )


def _scales(learns: Any, year: Any, own_scale: ColumnElement[Any]) -> ScalarSelect[Any]:
    """By their ids, the scales of marks that are in another than the course's."""
    grade, scale = table(Grade).alias("of_scale"), table(GradeScale).alias("other_scale")
    around = learns, year, table(Course), table(School)
    used = (
        select(grade.c.grade_scale_id)
        .where(
            grade.c.school_id == SCHOOL,
            grade.c.student_id == learns.c.student_id,
            grade.c.course_id == learns.c.course_id,
            grade.c.day.between(year.c.starts_on, year.c.ends_on),
            grade.c.grade_scale_id.is_distinct_from(own_scale),
        )
        .correlate(*around)
    )
    return (
        select(
            func.coalesce(
                func.jsonb_object_agg(_text(scale.c.id), scale.c.definition),
                literal_column("'{}'::jsonb"),
                type_=JSONB,
            )
        )
        .where(scale.c.school_id == SCHOOL, scale.c.id.in_(used))
        .correlate(*around)
        .scalar_subquery()
    )


def _periods(learns: Any, year: Any) -> ScalarSelect[Any]:
    """The periods of the year, the longer before the shorter, each with how many lessons the course
    had by today, and how many of them the student missed."""
    period, lesson, own = table(Period), table(Lesson), table(Attendance)
    lessons = (
        select(func.count())
        .select_from(lesson)
        .where(
            lesson.c.school_id == SCHOOL,
            lesson.c.course_id == learns.c.course_id,
            lesson.c.day.between(period.c.starts_on, func.least(period.c.ends_on, DAY)),
            lesson.c.active,
            lesson.c.status != "CANCELLED",
        )
        .correlate(learns, period)
        .scalar_subquery()
    )
    missed = (
        select(func.count())
        .select_from(own)
        .where(
            own.c.school_id == SCHOOL,
            own.c.student_id == learns.c.student_id,
            own.c.course_id == learns.c.course_id,
            own.c.day.between(period.c.starts_on, period.c.ends_on),
            own.c.absence,
        )
    )
    row = func.jsonb_build_array(
        period.c.id, period.c.name, period.c.kind, period.c.parent_id, period.c.starts_on,
        period.c.ends_on, period.c.locked, period.c.open_until, lessons,
        missed.correlate(learns, period).scalar_subquery(),
        missed.where(own.c.kind == "ABSENT").correlate(learns, period).scalar_subquery(),
    )  # fmt: skip
    return (
        select(_all(row, period.c.starts_on, period.c.ends_on.desc(), period.c.id))
        .where(
            period.c.school_id == SCHOOL, period.c.academic_year_id == year.c.id, period.c.active
        )
        .correlate(learns, year)
        .scalar_subquery()
    )


def _decided(learns: Any) -> ScalarSelect[Any]:
    own = table(PeriodGrade)
    row = func.jsonb_build_array(
        own.c.id, own.c.period_id, own.c.state, own.c.value, _text(own.c.number), own.c.version,
        own.c.overridden, own.c.elsewhere,
    )  # fmt: skip
    return (
        select(_all(row, own.c.id))
        .where(
            own.c.school_id == SCHOOL,
            own.c.student_id == learns.c.student_id,
            own.c.course_id == learns.c.course_id,
        )
        .correlate(learns)
        .scalar_subquery()
    )


def _results(learns: Any) -> Select[Any]:
    """A row for each student and course that there is in `learns`: the course's columns, and what
    its results are made of."""
    course, group, year = table(Course), table(ClassGroup), table(AcademicYear)
    school, scale, student = table(School), table(GradeScale), table(Student)
    own_scale = func.coalesce(course.c.grade_scale_id, school.c.grade_scale_id)
    return (
        select(
            *columns(Course),
            learns.c.student_id,
            year.c.id.label("year_id"),
            year.c.starts_on.label("year_starts_on"),
            year.c.ends_on.label("year_ends_on"),
            cast(DAY, Date).label("today"),
            school.c.rounding.label("school_rounding"),
            scale.c.id.label("scale_id"),
            scale.c.definition.label("scale_definition"),
            rule_of(course, group, lambda rule: rule.c.id).label("rule_id"),
            rule_of(course, group, lambda rule: rule.c.definition).label("rule_definition"),
            _marks(learns, year).label("marks"),
            _scales(learns, year, own_scale).label("scales"),
            _periods(learns, year).label("periods"),
            _decided(learns).label("decided"),
        )
        .join(
            learns,
            (learns.c.school_id == course.c.school_id) & (learns.c.course_id == course.c.id),
        )
        .join(student, same(student, learns.c.student_id))
        .outerjoin(group, same(group, course.c.class_group_id))
        .join(year, same(year, in_its_year(course, group)))
        .join(school, school.c.school_id == course.c.school_id)
        .outerjoin(scale, (scale.c.school_id == course.c.school_id) & (scale.c.id == own_scale))
        .where(course.c.school_id == SCHOOL)
    )


@statement(Course)
def results_of_students() -> ClauseElement:
    """Of the courses in which each student learnt in a `year`, or of those of today, by title."""
    learns, course, year = courses_learnt(), table(Course), table(AcademicYear)
    return (
        _results(learns)
        .where(
            among(learns.c.student_id),
            where_asked(YEAR.is_not(None), year.c.id == YEAR),
        )
        .order_by(course.c.sort_key, course.c.id)
    )


def _in_period(days: ColumnElement[Any]) -> ColumnElement[bool]:
    span = days_between(end_of_period("starts_on"), end_of_period("ends_on"))
    found: ColumnElement[bool] = days.op("&&", is_comparison=True)(multirange(span))
    return found


@statement(Course)
def results_of_courses() -> ClauseElement:
    """Of all who learnt in the courses on a day of the `period`, by name."""
    learns, student = learnt(begun=True), table(Student)
    return (
        _results(learns)
        .where(among(learns.c.course_id), student.c.active, _in_period(learns.c.days))
        .order_by(student.c.sort_key, student.c.id)
    )


@statement(Course)
def results_of_class_groups() -> ClauseElement:
    """Of all who were in the class groups on a day of the `period`, in all courses that they learnt
    in on one, by title."""
    learns, was = learnt(begun=True), stayed(begun=True)
    student, course = table(Student), table(Course)
    return (
        _results(learns)
        .add_columns(was.c.class_group_id.label("of_class_group_id"))
        .join(
            was, (was.c.school_id == learns.c.school_id) & (was.c.student_id == learns.c.student_id)
        )
        .where(
            among(was.c.class_group_id),
            student.c.active,
            _in_period(learns.c.days),
            _in_period(was.c.days),
        )
        .order_by(course.c.sort_key, course.c.id, student.c.sort_key, student.c.id)
    )


@statement(PeriodGrade)
def period_grades_of_students() -> ClauseElement:
    """Those of a `year`; or, unless one is told, those of all years, as far as a year has one."""
    own, period = table(PeriodGrade), table(Period)
    of_year = period.c.academic_year_id == YEAR
    return (
        select(*columns(PeriodGrade))
        .join(period, same(period, own.c.period_id))
        .where(
            own.c.school_id == SCHOOL,
            among(own.c.student_id),
            own.c.state != "WITHDRAWN",
            func.coalesce(of_year, period.c.kind == "YEAR"),
        )
        .order_by(own.c.day, own.c.subject_id, own.c.course_id, own.c.id)
    )


@statement(PeriodGrade)
def period_grades_of_courses() -> ClauseElement:
    """Those of a `period`, as they were decided one after the other."""
    own = table(PeriodGrade)
    return (
        select(*columns(PeriodGrade))
        .where(
            own.c.school_id == SCHOOL,
            among(own.c.course_id),
            own.c.period_id == id_of("period"),
            own.c.state != "WITHDRAWN",
        )
        .order_by(own.c.decided_at, own.c.id)
    )


@statement(PeriodGrade)
def period_grades_brought() -> ClauseElement:
    """What students have brought from other schools; with `others`, all of their grades."""
    own = table(PeriodGrade)
    return (
        select(*columns(PeriodGrade))
        .where(
            own.c.school_id == SCHOOL,
            among(own.c.student_id),
            own.c.state != "WITHDRAWN",
            own.c.elsewhere.is_not(None) | flag("others"),
        )
        .order_by(own.c.day, own.c.id)
    )
