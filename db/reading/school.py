"""What a school sets up for a year."""

from sqlalchemy import ARRAY, ClauseElement, Integer, String, any_, bindparam, cast, select

from db.reading.parts import SCHOOL, among, columns, graded_in, table
from db.statement import statement
from db.tables import (
    Course,
    GradeScale,
    Lesson,
    LineItem,
    Period,
    School,
    Subject,
    WorkType,
)


@statement(School)
def schools_by_id() -> ClauseElement:
    school = table(School)
    ids = any_(bindparam("schools", type_=ARRAY(Integer)))
    return (
        select(*columns(School))
        .where(school.c.school_id == ids, school.c.active)
        .order_by(school.c.school_id)
    )


@statement(School)
def schools_called() -> ClauseElement:
    """Those of the number or the name, which several may have."""
    school = table(School)
    wanted = bindparam("wanted", type_=String)
    return (
        select(*columns(School))
        .where((cast(school.c.school_id, String) == wanted) | (school.c.name == wanted))
        .order_by(school.c.school_id)
    )


@statement(Subject)
def subjects_of_school() -> ClauseElement:
    subject = table(Subject)
    return (
        select(*columns(Subject))
        .where(subject.c.school_id == SCHOOL, subject.c.active)
        .order_by(subject.c.sort_key, subject.c.id)
    )


@statement(WorkType)
def work_types_of_school() -> ClauseElement:
    kind = table(WorkType)
    return (
        select(*columns(WorkType))
        .where(kind.c.school_id == SCHOOL, kind.c.active)
        .order_by(kind.c.sort_key, kind.c.id)
    )


@statement(GradeScale)
def grade_scales_of_lessons() -> ClauseElement:
    """The scale that marks at each lesson are in, as `grounds_of_grades` has it."""
    scale, lesson, course = table(GradeScale), table(Lesson), table(Course)
    item, of_item = table(LineItem), table(GradeScale).alias("of_item")
    joined = (
        lesson.join(course, (course.c.school_id == SCHOOL) & (course.c.id == lesson.c.course_id))
        .outerjoin(item, (item.c.school_id == SCHOOL) & (item.c.id == lesson.c.id))
        .outerjoin(
            of_item, (of_item.c.school_id == SCHOOL) & (of_item.c.id == item.c.grade_scale_id)
        )
        .join(scale, (scale.c.school_id == SCHOOL) & (scale.c.id == graded_in(of_item, course)))
    )
    return (
        select(*columns(GradeScale), lesson.c.id.label("lesson_id"))
        .select_from(joined)
        .where(lesson.c.school_id == SCHOOL, among(lesson.c.id))
    )


@statement(GradeScale)
def grade_scales_of_school() -> ClauseElement:
    scale = table(GradeScale)
    return (
        select(*columns(GradeScale))
        .where(scale.c.school_id == SCHOOL, scale.c.active)
        .order_by(scale.c.name, scale.c.id)
    )


@statement(Period)
def periods_of_school() -> ClauseElement:
    period = table(Period)
    return (
        select(*columns(Period))
        .where(period.c.school_id == SCHOOL, period.c.active)
        .order_by(period.c.starts_on, period.c.ends_on.desc(), period.c.id)
    )
