"""The students of a course's journal."""

from sqlalchemy import ClauseElement, case, func, literal_column, select

from db.reading.parts import DAY, FIRST, LAST, SCHOOL, among, columns, table
from db.reading.ties import days_between, learnt, multirange
from db.reading.years import in_its_year, same
from db.statement import statement
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course
from db.tables.periods import AcademicYear
from db.tables.students import Student


@statement(Student)
def students_of_journals() -> ClauseElement:
    """All who have learnt in a course on a day of the span, by name, with the first and the last of
    their days where these are within the span; and whether they have left the school. Nobody learns
    in a course outside its year."""
    student, learns = table(Student), learnt(begun=True)
    course, group, year = table(Course), table(ClassGroup), table(AcademicYear)
    asked = func.greatest(FIRST, year.c.starts_on), func.least(LAST, year.c.ends_on)
    span = case((asked[0] <= asked[1], days_between(*asked)), else_=literal_column("'empty'"))
    days = learns.c.days.op("*")(multirange(span))
    first, last = func.lower(days), func.upper(days) - literal_column("1")
    return (
        select(
            *columns(Student),
            learns.c.course_id,
            case((first > FIRST, first)).label("first_day"),
            case((last < LAST, last)).label("last_day"),
            func.coalesce(student.c.ends_on < DAY, literal_column("false")).label("has_left"),
        )
        .join(
            learns,
            (learns.c.school_id == student.c.school_id) & (learns.c.student_id == student.c.id),
        )
        .join(course, same(course, learns.c.course_id))
        .outerjoin(group, same(group, course.c.class_group_id))
        .outerjoin(year, same(year, in_its_year(course, group)))
        .where(
            student.c.school_id == SCHOOL,
            among(learns.c.course_id),
            student.c.active,
            ~func.isempty(days),
        )
        .order_by(student.c.sort_key, student.c.id)
    )
