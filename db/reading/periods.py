"""The periods of a school's years."""

from sqlalchemy import ClauseElement, select

from db.reading.parts import SCHOOL, columns, table
from db.statement import statement
from db.tables.periods import Period


@statement(Period)
def periods_of_school() -> ClauseElement:
    period = table(Period)
    return (
        select(*columns(Period))
        .where(period.c.school_id == SCHOOL, period.c.active)
        .order_by(period.c.starts_on, period.c.ends_on.desc(), period.c.id)
    )
