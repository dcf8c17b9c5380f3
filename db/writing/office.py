"""What a school's office sets up, and what is held while it does."""

from typing import Any

from sqlalchemy import ClauseElement, exists, or_, select

from db.reading.parts import SCHOOL, columns, table
from db.statement import statement
from db.tables.courses import Course
from db.tables.grade_scales import GradeScale, GradeScaleRevision
from db.tables.grades import Grade
from db.tables.periods import (
    AcademicYear,
    AcademicYearRevision,
    DayOff,
    DayOffRevision,
    Period,
    PeriodRevision,
)
from db.tables.roster import LineItem
from db.tables.schools import (
    School,
    SchoolRevision,
    Subject,
    SubjectRevision,
    WorkType,
    WorkTypeRevision,
)
from db.writing.parts import ID
from db.writing.versioned import Versioned

SCHOOLS = Versioned(School, SchoolRevision, inserts=False)
ACADEMIC_YEARS = Versioned(AcademicYear, AcademicYearRevision)
PERIODS = Versioned(Period, PeriodRevision, derived=("kind", "parent_id"))
DAYS_OFF = Versioned(DayOff, DayOffRevision)
SUBJECTS = Versioned(Subject, SubjectRevision, derived=("sort_key",))
WORK_TYPES = Versioned(WorkType, WorkTypeRevision, derived=("sort_key",))
GRADE_SCALES = Versioned(GradeScale, GradeScaleRevision, derived=("definition",))


@statement(Period)
def periods_to_hold() -> ClauseElement:
    """Held until whoever writes in them is done, and against who would begin to."""
    period = table(Period)
    return (
        select(*columns(Period))
        .where(period.c.school_id == SCHOOL, period.c.active)
        .order_by(period.c.id)
        .with_for_update(key_share=True)
    )


def _used(found: Any) -> ClauseElement:  # an EXISTS
    """A row where it is so, and none where not."""
    school = table(School)
    return select(school.c.school_id).where(school.c.school_id == SCHOOL, found)


@statement(Grade)
def marks_in_scale() -> ClauseElement:
    """A mark that is given in the scale, or a roster's work that is graded in it."""
    grade, item = table(Grade), table(LineItem)
    marked = exists().where(grade.c.school_id == SCHOOL, grade.c.grade_scale_id == ID)
    worked = exists().where(item.c.school_id == SCHOOL, item.c.grade_scale_id == ID)
    return _used(or_(marked, worked))


@statement(Course)
def courses_in_scale() -> ClauseElement:
    course = table(Course)
    return _used(
        exists().where(course.c.school_id == SCHOOL, course.c.grade_scale_id == ID, course.c.active)
    )


@statement(Course)
def courses_of_subject() -> ClauseElement:
    course = table(Course)
    return _used(
        exists().where(course.c.school_id == SCHOOL, course.c.subject_id == ID, course.c.active)
    )


@statement(Course)
def courses_of_year() -> ClauseElement:
    course = table(Course)
    return _used(
        exists().where(
            course.c.school_id == SCHOOL, course.c.academic_year_id == ID, course.c.active
        )
    )
