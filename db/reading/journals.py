"""The students of a course's journal."""

from sqlalchemy import ClauseElement, case, func, literal_column, select

from db.reading.parts import DAY, FIRST, LAST, SCHOOL, among, columns, table
from db.reading.ties import days_between, learnt, multirange
from db.statement import statement
from db.tables.students import Student


@statement(Student)
def students_of_journals() -> ClauseElement:
    """All who have learnt in a course on a day of the span, by name, with the first and the last of
    their days where these are within the span; and whether they have left the school."""
    student, learns = table(Student), learnt(begun=True)
    days = learns.c.days.op("*")(multirange(days_between(FIRST, LAST)))
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
        .where(
            student.c.school_id == SCHOOL,
            among(learns.c.course_id),
            student.c.active,
            ~func.isempty(days),
        )
        .order_by(student.c.sort_key, student.c.id)
    )
