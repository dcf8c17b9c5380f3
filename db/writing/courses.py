"""How courses, enrolments and teachings are written, and in which years they are."""

from typing import Any

from sqlalchemy import ClauseElement, ColumnElement, exists, false, func, or_, select, update

from db.reading.parts import SCHOOL, among, table
from db.statement import statement
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Enrolment, Teaching
from db.tables.lessons import Lesson
from db.tables.periods import AcademicYear
from db.writing.audit import noted
from db.writing.office_records import Kept
from db.writing.parts import ID, new

COURSES = Kept(Course)
ENROLMENTS = Kept(Enrolment)
TEACHINGS = Kept(Teaching)


@statement(Course)
def set_grade_scale() -> ClauseElement:
    """Set a chosen scale; rosters no longer change it."""
    course = table(Course)
    chosen = (
        update(course)
        .where(course.c.school_id == SCHOOL, course.c.id == ID)
        .values(grade_scale_id=new(Course, "grade_scale_id"), scale_from_roster=false())
    )
    return noted(chosen, "CHANGED", "grade_scale_id")


def _same(place: Any, id_: Any) -> ColumnElement[bool]:  # tables or aliases of them
    found: ColumnElement[bool] = (place.c.school_id == SCHOOL) & (place.c.id == id_)
    return found


@statement(Course)
def courses_in_years() -> ClauseElement:
    """Courses by `ids`; one without a year of its own has that of its class group."""
    course, group, year = table(Course), table(ClassGroup), table(AcademicYear)
    return (
        select(
            course, year.c.starts_on.label("year_starts_on"), year.c.ends_on.label("year_ends_on")
        )
        .outerjoin(group, _same(group, course.c.class_group_id))
        .outerjoin(
            year, _same(year, func.coalesce(course.c.academic_year_id, group.c.academic_year_id))
        )
        .where(course.c.school_id == SCHOOL, among(course.c.id))
    )


@statement(Enrolment)
def enrolments_to_change() -> ClauseElement:
    """Those of students, by `ids`, that are not put away; with the year that each is of, and the
    class group that a course belongs to."""
    tie, course, year = table(Enrolment), table(Course), table(AcademicYear)
    group = table(ClassGroup)
    year_id = func.coalesce(course.c.academic_year_id, group.c.academic_year_id)
    return (
        select(
            tie,
            year.c.ends_on.label("year_ends_on"),
            course.c.class_group_id.label("group_of_course"),
        )
        .outerjoin(course, _same(course, tie.c.course_id))
        .outerjoin(
            group, _same(group, func.coalesce(tie.c.class_group_id, course.c.class_group_id))
        )
        .outerjoin(year, _same(year, year_id))
        .where(tie.c.school_id == SCHOOL, among(tie.c.student_id), tie.c.active)
        .order_by(tie.c.begins_on, tie.c.id)
    )


@statement(Enrolment)
def enrolments_in_class_groups() -> ClauseElement:
    """Those in class groups, by `ids`, that are not put away."""
    tie = table(Enrolment)
    return (
        select(tie)
        .where(tie.c.school_id == SCHOOL, among(tie.c.class_group_id), tie.c.active)
        .order_by(tie.c.student_id, tie.c.begins_on)
    )


@statement(Teaching)
def teachings_to_change() -> ClauseElement:
    """Those of courses or of teachers, by `ids`, that are not put away."""
    tie = table(Teaching)
    of_any = or_(among(tie.c.course_id), among(tie.c.teacher_id))
    return (
        select(tie)
        .where(tie.c.school_id == SCHOOL, of_any, tie.c.active)
        .order_by(tie.c.begins_on, tie.c.id)
    )


@statement(Course)
def courses_with_lessons() -> ClauseElement:
    """Those of the courses, by `ids`, that have lessons."""
    course, lesson = table(Course), table(Lesson)
    held = exists().where(
        lesson.c.school_id == SCHOOL, lesson.c.course_id == course.c.id, lesson.c.active
    )
    return select(course.c.id).where(course.c.school_id == SCHOOL, among(course.c.id), held)
