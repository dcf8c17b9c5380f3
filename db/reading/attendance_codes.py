"""A school's tokens for attendance."""

from sqlalchemy import ClauseElement, select

from db.reading.listing import in_use
from db.reading.parts import SCHOOL, columns, table
from db.statement import statement
from db.tables.attendance_codes import AttendanceCode


@statement(AttendanceCode)
def attendance_codes_of_school() -> ClauseElement:
    code = table(AttendanceCode)
    found = select(*columns(AttendanceCode)).where(code.c.school_id == SCHOOL, in_use(code))
    return found.order_by(code.c.rank, code.c.id)
