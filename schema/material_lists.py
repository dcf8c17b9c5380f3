"""Lists of materials, searched and a page at a time."""

from datetime import datetime
from typing import Annotated, Any

from db.tables.students import Student
from domain.audience import Audience
from domain.policy import WRITERS
from resolvers.context import Context
from resolvers.loaders import Loader
from resolvers.materials import (
    MATERIAL,
    WithdrawnMaterialsByCourse,
    WithdrawnMaterialsCountedByCourse,
)
from schema.connections import connection_of
from schema.finding import words_in, words_of
from schema.ordered_lists import OrderedList
from schema.spans import id_in, of_year

MaterialConnection = connection_of(MATERIAL, counted=True)
IN_ORDER = OrderedList("materials", {"added_at": datetime})
Search = Annotated[str | None, words_in("titles and descriptions")]


def asked_of_student(
    record: Student, search: str | None, subject: str | None, year: str | None
) -> dict[str, object]:
    asked = words_of(search) | dict(of_year(record.school_id, year).parameters)
    if subject is not None:
        asked["subject"] = id_in(record.school_id, subject, "Subject")
    return asked


def materials_by(
    audience: Audience, description: str, materials: Loader, counted: Loader
) -> Any:  # stands as a field
    """Those of each of many subjects or courses; `counted` counts them."""

    @IN_ORDER.paging(audience, description, MaterialConnection | None, materials, counted)
    def of_each(record: Any, context: Context, search: Search = None) -> dict[str, object]:
        return words_of(search)

    return of_each


@IN_ORDER.paging(
    WRITERS,
    "The materials of the course and of its lessons that were withdrawn, as they were, for whoever "
    "may restore them.",
    MaterialConnection | None,
    WithdrawnMaterialsByCourse,
    WithdrawnMaterialsCountedByCourse,
)
def withdrawn_materials(record: Any, context: Context) -> dict[str, object]:
    return {}
