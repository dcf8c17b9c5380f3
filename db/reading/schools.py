"""Schools, their subjects and their work types."""

from sqlalchemy import (
    ARRAY,
    ClauseElement,
    Integer,
    String,
    any_,
    bindparam,
    cast,
    select,
)

from db.reading.listing import in_use
from db.reading.parts import SCHOOL, among, columns, table
from db.statement import statement
from db.tables.schools import School, Subject, WorkType


@statement(School)
def schools_by_id() -> ClauseElement:
    school = table(School)
    ids = any_(bindparam("schools", type_=ARRAY(Integer)))
    return (
        select(*columns(School))
        .where(school.c.school_id == ids, school.c.active)
        .order_by(school.c.school_id)
    )


@statement(School)
def school_by_id() -> ClauseElement:
    """The school as a record of itself: its id within the school is the nil UUID."""
    school = table(School)
    return select(*columns(School)).where(
        school.c.school_id == SCHOOL, school.c.active, among(school.c.id)
    )


@statement(School)
def schools_called() -> ClauseElement:
    """The schools with this number or name; several may have the same name."""
    school = table(School)
    wanted = bindparam("wanted", type_=String)
    return (
        select(*columns(School))
        .where((cast(school.c.school_id, String) == wanted) | (school.c.name == wanted))
        .order_by(school.c.school_id)
    )


@statement(Subject)
def subjects_of_school() -> ClauseElement:
    subject = table(Subject)
    return (
        select(*columns(Subject))
        .where(subject.c.school_id == SCHOOL, in_use(subject))
        .order_by(subject.c.sort_key, subject.c.id)
    )


@statement(WorkType)
def work_types_of_school() -> ClauseElement:
    kind = table(WorkType)
    return (
        select(*columns(WorkType))
        .where(kind.c.school_id == SCHOOL, in_use(kind))
        .order_by(kind.c.sort_key, kind.c.id)
    )
