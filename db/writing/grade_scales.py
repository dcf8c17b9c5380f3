"""Grade scales, added to a school."""

from sqlalchemy import ClauseElement, select
from sqlalchemy.dialects.postgresql import insert

from db.reading.parts import SCHOOL, columns, table
from db.statement import statement
from db.tables.grade_scales import GradeScale
from db.tables.schools import School
from db.writing.audit import noted
from db.writing.parts import new


@statement(GradeScale)
def scales_named() -> ClauseElement:
    scale = table(GradeScale)
    return (
        select(*columns(GradeScale))
        .where(scale.c.school_id == SCHOOL, scale.c.name == new(GradeScale, "name"), scale.c.active)
        .order_by(scale.c.id)
    )


@statement(GradeScale)
def add_scale() -> ClauseElement:
    """Insert the scale unless it exists."""
    names = ("id", "name", "definition", "active")
    added = (
        insert(table(GradeScale))
        .values(
            {"school_id": SCHOOL} | {"version": 1} | {name: new(GradeScale, name) for name in names}
        )
        .on_conflict_do_nothing(index_elements=["school_id", "id"])
    )
    return noted(added, "CREATED")


@statement(GradeScale)
def scale_of_school() -> ClauseElement:
    """The one that it has chosen for courses without a scale."""
    scale, school = table(GradeScale), table(School)
    chosen = (scale.c.school_id == school.c.school_id) & (scale.c.id == school.c.grade_scale_id)
    return select(*columns(GradeScale)).join(school, chosen).where(scale.c.school_id == SCHOOL)
