"""The periods that are held while something is written of their days."""

from sqlalchemy import ClauseElement, select

from db.reading.parts import SCHOOL, columns, table
from db.statement import statement
from db.tables.periods import Period


@statement(Period)
def periods_to_write_in() -> ClauseElement:
    """The school's periods, held as they are until the transaction ends.

    Whoever locks one waits until what was begun before is committed, and what is begun after
    waits for them and finds it locked. In the order in which an import locks them, so that
    neither waits for the other in a circle.
    """
    period = table(Period)
    return (
        select(*columns(Period))
        .where(period.c.school_id == SCHOOL, period.c.active)
        .order_by(period.c.id)
        .with_for_update(read=True)
    )
