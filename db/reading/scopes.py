"""What a student's lessons may be of."""

from sqlalchemy import ARRAY, ClauseElement, Uuid, func, select

from db.reading.parts import SCHOOL, among, table
from db.statement import statement
from db.tables.courses import Course, Enrolment


@statement(Enrolment)
def courses_ever_had() -> ClauseElement:
    """For each student all courses of which they may have, have had or will have lessons: those in
    which they are enrolled, and those of their class groups, whether these still stand or not."""
    tie, course = table(Enrolment), table(Course)
    id_ = func.coalesce(tie.c.course_id, course.c.id)
    courses = func.array_agg(id_.distinct(), type_=ARRAY(Uuid())).filter(id_.is_not(None))
    return (
        select(tie.c.student_id, courses.label("courses"))
        .outerjoin(
            course,
            (course.c.school_id == tie.c.school_id)
            & (course.c.class_group_id == tie.c.class_group_id),
        )
        .where(tie.c.school_id == SCHOOL, among(tie.c.student_id))
        .group_by(tie.c.student_id)
    )
