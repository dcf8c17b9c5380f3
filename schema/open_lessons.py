"""Lessons that are over and that nobody has closed, a page at a time."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

import strawberry

from db.reading.lessons import open_lessons_counted, open_lessons_of_school
from domain.audience import Audience
from resolvers.context import Context
from resolvers.lessons import LESSON
from resolvers.loaders import Loader
from resolvers.readings import LoadArguments
from schema.connections import (
    After,
    Before,
    ConnectionRecord,
    FirstUnlessLast,
    Last,
    PageWindow,
    connection_of,
)
from schema.declare import asking
from schema.finding import parameters_of
from schema.ordered_lists import OrderedList
from schema.spans import checked_span

LessonConnection = connection_of(LESSON, counted=True)
IN_ORDER = OrderedList("open lessons", {"day": date, "starts_at": datetime})
OPEN = ("id", "day", "starts_at")
"""The columns of a lesson that a page reads."""
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

    @asking(audience, description, LessonConnection | None, lessons, "id", OPEN)
    def open_lessons(
        record: Any,
        context: Context,
        first_day: FromThisWeek = None,
        last_day: ToToday = None,
        first: FirstUnlessLast = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> LoadArguments:
        window = PageWindow.of(first, after, last, before)
        span = days(context, record.school_id, first_day, last_day)
        return IN_ORDER.load(context, record, window, span, counted)

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
