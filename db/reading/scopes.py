"""What a student's lessons may be of."""

from sqlalchemy import ARRAY, ClauseElement, Integer, Uuid, bindparam, column, func, select

from db.reading.parts import IDS, table
from db.statement import statement
from db.tables.courses import Course, Enrolment


@statement(Enrolment)
def courses_ever_had() -> ClauseElement:
    """For each student, of the school at the same place, all courses of which they may have, have
    had or will have lessons: those in which they are enrolled, and those of their class groups,
    whether these still stand or not."""
    tie, course = table(Enrolment), table(Course)
    asked = func.unnest(bindparam("schools", type_=ARRAY(Integer)), IDS).table_valued(
        column("school_id", Integer), column("id", Uuid()), name="asked"
    )
    asked = asked.render_derived()
    id_ = func.coalesce(tie.c.course_id, course.c.id)
    courses = func.array_agg(id_.distinct(), type_=ARRAY(Uuid())).filter(id_.is_not(None))
    return (
        select(tie.c.school_id, tie.c.student_id, courses.label("courses"))
        .join(asked, (tie.c.school_id == asked.c.school_id) & (tie.c.student_id == asked.c.id))
        .outerjoin(
            course,
            (course.c.school_id == tie.c.school_id)
            & (course.c.class_group_id == tie.c.class_group_id),
        )
        .group_by(tie.c.school_id, tie.c.student_id)
    )
