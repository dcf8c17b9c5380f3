"""How class groups are written, and in which years they are."""

from typing import Any

from sqlalchemy import ClauseElement, Select, select

from db.reading.parts import SCHOOL, among, table
from db.statement import statement
from db.tables.class_groups import ClassGroup
from db.tables.periods import AcademicYear
from db.writing.office_records import Kept

CLASS_GROUPS = Kept(ClassGroup)


def _in_their_years() -> Select[Any]:
    group, year = table(ClassGroup), table(AcademicYear)
    its_year = (year.c.school_id == group.c.school_id) & (year.c.id == group.c.academic_year_id)
    return (
        select(
            group, year.c.starts_on.label("year_starts_on"), year.c.ends_on.label("year_ends_on")
        )
        .outerjoin(year, its_year)
        .where(group.c.school_id == SCHOOL)
    )


@statement(ClassGroup)
def class_groups_in_years() -> ClauseElement:
    return _in_their_years().where(among(table(ClassGroup).c.id))


@statement(ClassGroup)
def class_groups_by_name() -> ClauseElement:
    """All that are not put away, from which rows name theirs."""
    group = table(ClassGroup)
    return _in_their_years().where(group.c.active).order_by(group.c.sort_key, group.c.id)
