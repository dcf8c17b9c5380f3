"""The scale of a course."""

from sqlalchemy import ClauseElement, false, update

from db.reading.parts import SCHOOL, table
from db.statement import statement
from db.tables.courses import Course
from db.writing.parts import ID, new


@statement(Course)
def set_grade_scale() -> ClauseElement:
    """Set a chosen scale; rosters no longer change it."""
    course = table(Course)
    return (
        update(course)
        .where(course.c.school_id == SCHOOL, course.c.id == ID)
        .values(grade_scale_id=new(Course, "grade_scale_id"), scale_from_roster=false())
    )
