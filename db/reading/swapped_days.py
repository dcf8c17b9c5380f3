"""Days that are taught as another day of the week."""

from sqlalchemy import ClauseElement, exists, select

from db.reading.listing import in_use, where_asked
from db.reading.parts import SCHOOL, columns, table
from db.reading.years import YEAR, same
from db.statement import statement
from db.tables.periods import AcademicYear
from db.tables.swapped_days import SwappedDay


@statement(SwappedDay)
def swapped_days_of_school() -> ClauseElement:
    """All of them, or those of a `year`; or those that were taken back."""
    own, year = table(SwappedDay), table(AcademicYear)
    in_year = exists().where(same(year, YEAR), own.c.day.between(year.c.starts_on, year.c.ends_on))
    return (
        select(*columns(SwappedDay))
        .where(own.c.school_id == SCHOOL, in_use(own), where_asked(YEAR.is_not(None), in_year))
        .order_by(own.c.day, own.c.id)
    )
