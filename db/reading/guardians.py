"""Guardians by their students."""

from sqlalchemy import (
    ClauseElement,
    exists,
    select,
)

from db.reading.listing import Conditions, count, flag, page, where_asked
from db.reading.parts import SCHOOL, among, columns, holds_on_day, table
from db.reading.people import people
from db.reading.ties import guarding, is_there
from db.statement import statement
from db.tables.guardians import Guardian, Guardianship
from db.tables.students import Student


@statement(Guardianship)
def guardianships_of_students() -> ClauseElement:
    """All there were, the first before the second."""
    tie = table(Guardianship)
    return (
        select(*columns(Guardianship))
        .where(tie.c.school_id == SCHOOL, among(tie.c.student_id))
        .order_by(tie.c.begins_on.nulls_first(), tie.c.id)
    )


@statement(Guardian)
def guardians_of_students() -> ClauseElement:
    guardian, tie, child = table(Guardian), table(Guardianship), table(Student)
    return (
        select(*columns(Guardian), tie.c.student_id)
        .join(
            tie,
            (tie.c.school_id == guardian.c.school_id) & (tie.c.guardian_id == guardian.c.id),
        )
        .join(child, (child.c.school_id == tie.c.school_id) & (child.c.id == tie.c.student_id))
        .where(
            tie.c.school_id == SCHOOL,
            among(tie.c.student_id),
            holds_on_day(tie),
            is_there(guardian),
            is_there(child),
        )
        .order_by(guardian.c.sort_key, guardian.c.id)
    )


def _guardians() -> Conditions:
    guardian, ties = table(Guardian), guarding().subquery("ties")
    child = table(Student)
    has_child = exists().where(
        ties.c.guardian_id == guardian.c.id,
        child.c.school_id == ties.c.school_id,
        child.c.id == ties.c.student_id,
        is_there(child),
    )
    return [*people(Guardian), where_asked(flag("without_child"), ~has_child)]


@statement(Guardian)
def guardians_page() -> ClauseElement:
    return page(Guardian, _guardians())


@statement(Guardian)
def guardians_counted() -> ClauseElement:
    return count(Guardian, _guardians())
