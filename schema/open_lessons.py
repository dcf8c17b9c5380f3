"""Lessons that are over and that nobody has closed, a page at a time."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

import strawberry

from db.reading.lessons import open_lessons_counted, open_lessons_of_school
from domain.audience import Audience
from resolvers.context import Context
from resolvers.lessons import LESSON
from resolvers.loaders import Loader
from schema.connections import ConnectionRecord, PageWindow, connection_of
from schema.finding import parameters_of
from schema.ordered_lists import OrderedList
from schema.spans import checked_span

LessonConnection = connection_of(LESSON, counted=True)
IN_ORDER = OrderedList("open lessons", {"day": date, "starts_at": datetime})
FromThisWeek = Annotated[
    date | None,
    strawberry.argument(
        name="from", description="The first day; unless told, the Monday of the last day's week."
    ),
]
ToToday = Annotated[
    date | None, strawberry.argument(name="to", description="The last day; unless told, today.")
]


def days(
    context: Context, school_id: int, first: date | None, last: date | None
) -> dict[str, object]:
    """The span as parameters: unless told, this week until today."""
    last = last or context.today(school_id)
    first = first or last - timedelta(last.weekday())
    checked_span(first, last)
    return {"first": first, "last": last}


def open_lessons_by(
    audience: Audience, description: str, lessons: Loader, counted: Loader
) -> Any:  # stands as a field
    """Those of each of many class groups or teachers; `counted` counts them."""

    @IN_ORDER.paging(audience, description, LessonConnection | None, lessons, counted)
    def open_lessons(
        record: Any, context: Context, first_day: FromThisWeek = None, last_day: ToToday = None
    ) -> dict[str, object]:
        return days(context, record.school_id, first_day, last_day)

    return open_lessons


async def page_of_school(
    context: Context,
    school_id: int,
    window: PageWindow,
    first: date | None,
    last: date | None,
    where: Any,
) -> ConnectionRecord:
    asked = {"school": school_id, **days(context, school_id, first, last)}
    asked |= parameters_of(school_id, where)
    statements = open_lessons_of_school, open_lessons_counted
    return await IN_ORDER.read(context, school_id, window, statements, asked)
