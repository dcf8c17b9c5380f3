"""Lists of materials, searched and a page at a time."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from db.tables.students import Student
from domain.audience import Audience
from domain.names import patterns
from resolvers.context import Context
from resolvers.loaders import Loader
from resolvers.materials import MATERIAL
from schema.connections import connection_of
from schema.ordered_lists import OrderedList
from schema.spans import id_in, of_year

MaterialConnection = connection_of(MATERIAL, counted=True)
IN_ORDER = OrderedList("materials", {"added_at": datetime})
Search = Annotated[
    str | None,
    strawberry.argument(
        description="Only those in whose titles and descriptions words begin with each of these, "
        "in any order; neither capitals nor accents count."
    ),
]


def asked_for(search: str | None) -> dict[str, object]:
    """The search as parameters of a list's statements."""
    return {} if search is None else {"words": tuple(patterns(search))}


def asked_of_student(
    record: Student, search: str | None, subject: str | None, year: str | None
) -> dict[str, object]:
    asked = asked_for(search) | dict(of_year(record.school_id, year).parameters)
    if subject is not None:
        asked["subject"] = id_in(record.school_id, subject, "Subject")
    return asked


def materials_by(
    audience: Audience, description: str, materials: Loader, counted: Loader
) -> Any:  # stands as a field
    """Those of each of many subjects or courses; `counted` counts them."""

    @IN_ORDER.paging(audience, description, MaterialConnection | None, materials, counted)
    def of_each(record: Any, context: Context, search: Search = None) -> dict[str, object]:
        return asked_for(search)

    return of_each
