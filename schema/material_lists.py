"""Lists of materials, searched and a page at a time."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from db.tables.students import Student
from domain.audience import Audience
from domain.names import patterns
from resolvers.context import Context
from resolvers.loaders import Loader
from resolvers.materials import MATERIAL, MaterialsCountedByStudent
from resolvers.readings import LoadArguments
from schema.connections import After, Before, FirstUnlessLast, Last, PageWindow, connection_of
from schema.declare import asking
from schema.ordered_lists import OrderedList
from schema.spans import id_in, of_year

MaterialConnection = connection_of(MATERIAL, counted=True)
IN_ORDER = OrderedList("materials", {"added_at": datetime})
ORDERED = ("id", "added_at")
"""The columns of a material that a page reads."""
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


def materials_of_student(
    record: Student,
    context: Context,
    window: PageWindow,
    search: str | None,
    subject: str | None,
    year: str | None,
) -> LoadArguments:
    asked = asked_for(search) | dict(of_year(record.school_id, year).parameters)
    if subject is not None:
        asked["subject"] = id_in(record.school_id, subject, "Subject")
    return IN_ORDER.load(context, record, window, asked, MaterialsCountedByStudent)


def materials_by(
    audience: Audience, description: str, materials: Loader, counted: Loader
) -> Any:  # stands as a field
    """Those of each of many subjects or courses; `counted` counts them."""

    @asking(audience, description, MaterialConnection | None, materials, "id", ORDERED)
    def of_each(
        record: Any,
        context: Context,
        search: Search = None,
        first: FirstUnlessLast = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> LoadArguments:
        window = PageWindow.of(first, after, last, before)
        return IN_ORDER.load(context, record, window, asked_for(search), counted)

    return of_each
