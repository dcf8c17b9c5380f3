"""Grade scales by school and by lesson."""

from sqlalchemy import ClauseElement, select

from db.reading.listing import in_use
from db.reading.parts import SCHOOL, among, columns, graded_in, table
from db.statement import statement
from db.tables.courses import Course
from db.tables.grade_scales import GradeScale
from db.tables.lessons import Lesson
from db.tables.roster import LineItem


@statement(GradeScale)
def grade_scales_of_lessons() -> ClauseElement:
    """The scale of the marks at each lesson, by the same rule as `preconditions_of_grades`."""
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
        .where(scale.c.school_id == SCHOOL, in_use(scale))
        .order_by(scale.c.name, scale.c.id)
    )
