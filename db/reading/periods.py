"""The years of a school, their periods, and its days off."""

from sqlalchemy import ClauseElement, ColumnElement, Table, exists, select

from db.reading.listing import in_use, where_asked
from db.reading.parts import DAY, SCHOOL, among, columns, table
from db.reading.years import YEAR, same, years_learnt, years_of_courses
from db.statement import statement
from db.tables.periods import AcademicYear, DayOff, Period


@statement(Period)
def periods_of_school() -> ClauseElement:
    """All of them, or those of a `year`; or those that were put away."""
    period = table(Period)
    of_year = where_asked(YEAR.is_not(None), period.c.academic_year_id == YEAR)
    return (
        select(*columns(Period))
        .where(period.c.school_id == SCHOOL, in_use(period), of_year)
        .order_by(period.c.starts_on, period.c.ends_on.desc(), period.c.id)
    )


@statement(Period)
def periods_of_academic_years() -> ClauseElement:
    period = table(Period)
    return (
        select(*columns(Period))
        .where(period.c.school_id == SCHOOL, among(period.c.academic_year_id), period.c.active)
        .order_by(period.c.starts_on, period.c.ends_on.desc(), period.c.id)
    )


@statement(AcademicYear)
def years_of_school() -> ClauseElement:
    year = table(AcademicYear)
    return (
        select(*columns(AcademicYear))
        .where(year.c.school_id == SCHOOL, in_use(year))
        .order_by(year.c.starts_on, year.c.id)
    )


@statement(AcademicYear)
def academic_years_of_students() -> ClauseElement:
    """Those in which they have learnt or learn."""
    year, learnt = table(AcademicYear), years_learnt()
    return (
        select(*columns(AcademicYear), learnt.c.student_id)
        .join(learnt, learnt.c.academic_year_id == year.c.id)
        .where(year.c.school_id == SCHOOL, year.c.active, year.c.starts_on <= DAY)
        .order_by(year.c.starts_on, year.c.id)
    )


@statement(AcademicYear)
def academic_years_of_courses() -> ClauseElement:
    """The year of each course: its own, or that of its class group."""
    year, found = table(AcademicYear), years_of_courses()
    return (
        select(*columns(AcademicYear), found.c.course_id)
        .join(found, found.c.academic_year_id == year.c.id)
        .where(year.c.school_id == SCHOOL)
    )


def _within(day_off: Table, year: Table) -> ColumnElement[bool]:
    """Whether some of the days off are in the year."""
    return (day_off.c.starts_on <= year.c.ends_on) & (day_off.c.ends_on >= year.c.starts_on)


@statement(DayOff)
def days_off_of_school() -> ClauseElement:
    """All of them, or those of which some day is in a `year`; or those that were put away."""
    day_off, year = table(DayOff), table(AcademicYear)
    in_year = exists().where(same(year, YEAR), _within(day_off, year))
    return (
        select(*columns(DayOff))
        .where(
            day_off.c.school_id == SCHOOL,
            in_use(day_off),
            where_asked(YEAR.is_not(None), in_year),
        )
        .order_by(day_off.c.starts_on, day_off.c.ends_on, day_off.c.id)
    )


@statement(DayOff)
def days_off_of_academic_years() -> ClauseElement:
    """Those of which some day is in the year."""
    day_off, year = table(DayOff), table(AcademicYear)
    return (
        select(*columns(DayOff), year.c.id.label("academic_year_id"))
        .join(year, (year.c.school_id == day_off.c.school_id) & _within(day_off, year))
        .where(day_off.c.school_id == SCHOOL, day_off.c.active, among(year.c.id))
        .order_by(day_off.c.starts_on, day_off.c.ends_on, day_off.c.id)
    )
