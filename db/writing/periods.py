"""Periods, locked while their days are written in."""

from sqlalchemy import ClauseElement, select

from db.reading.parts import SCHOOL, columns, table
from db.statement import statement
from db.tables.periods import Period


@statement(Period)
def periods_to_write_in() -> ClauseElement:
    """The school's periods, locked with FOR SHARE until the transaction ends.

    A transaction that locks a period for the school waits for writers that have begun. A writer
    that begins later waits for it and finds the period locked. The rows are locked in the same
    order as by an import, so that the two never deadlock.
    """
    period = table(Period)
    return (
        select(*columns(Period))
        .where(period.c.school_id == SCHOOL, period.c.active)
        .order_by(period.c.id)
        .with_for_update(read=True)
    )
