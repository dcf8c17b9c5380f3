"""Writing grades of periods, and what is held while they are decided."""

from sqlalchemy import ClauseElement, select

from db.reading.parts import SCHOOL, among, columns, table
from db.statement import statement
from db.tables.courses import Course
from db.tables.period_grades import PeriodGrade, PeriodGradeRevision
from db.writing.changing import Changing
from db.writing.versioned import Versioned

PERIOD_GRADES = Versioned(
    PeriodGrade,
    PeriodGradeRevision,
    inserted_at="decided_at",
    changed_at="changed_at",
    derived=("number", "grade_scale_id"),
)
CHANGED = Changing(PERIOD_GRADES)


@statement(Course)
def courses_to_decide() -> ClauseElement:
    """Courses by `ids`, held until the transaction ends: whoever decides grades there waits."""
    course = table(Course)
    held = select(*columns(Course)).where(course.c.school_id == SCHOOL, among(course.c.id))
    return held.order_by(course.c.id).with_for_update(key_share=True)
