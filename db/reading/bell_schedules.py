"""The bell schedules of a school."""

from sqlalchemy import ClauseElement, select

from db.reading.listing import in_use
from db.reading.parts import SCHOOL, columns, table
from db.statement import statement
from db.tables.bell_schedules import BellSchedule


@statement(BellSchedule)
def bell_schedules_of_school() -> ClauseElement:
    own = table(BellSchedule)
    found = select(*columns(BellSchedule)).where(own.c.school_id == SCHOOL, in_use(own))
    return found.order_by(own.c.shift, own.c.starts_on.nulls_first(), own.c.name, own.c.id)
