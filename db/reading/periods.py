"""The years of a school, their periods, and its days off."""

from sqlalchemy import ClauseElement, select

from db.reading.parts import SCHOOL, columns, table
from db.statement import statement
from db.tables.periods import AcademicYear, DayOff, Period


@statement(Period)
def periods_of_school() -> ClauseElement:
    period = table(Period)
    return (
        select(*columns(Period))
        .where(period.c.school_id == SCHOOL, period.c.active)
        .order_by(period.c.starts_on, period.c.ends_on.desc(), period.c.id)
    )


@statement(AcademicYear)
def years_of_school() -> ClauseElement:
    year = table(AcademicYear)
    return (
        select(*columns(AcademicYear))
        .where(year.c.school_id == SCHOOL, year.c.active)
        .order_by(year.c.starts_on, year.c.id)
    )


@statement(DayOff)
def days_off_of_school() -> ClauseElement:
    day_off = table(DayOff)
    return (
        select(*columns(DayOff))
        .where(day_off.c.school_id == SCHOOL, day_off.c.active)
        .order_by(day_off.c.starts_on, day_off.c.ends_on, day_off.c.id)
    )
