"""Spans of days as arguments, and the range of an index that they become."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from domain.errors import bad_input
from resolvers import global_id
from resolvers.readings import LoadArguments

LONGEST = 400
FIRST_DAY = "The first day, in the school's time zone."
LAST_DAY = f"The last day, at most {LONGEST} days on."
From = Annotated[date, strawberry.argument(name="from", description=FIRST_DAY)]
To = Annotated[date, strawberry.argument(name="to", description=LAST_DAY)]
FromUnlessPeriod = Annotated[date | None, strawberry.argument(name="from", description=FIRST_DAY)]
ToUnlessPeriod = Annotated[date | None, strawberry.argument(name="to", description=LAST_DAY)]
InPeriod = Annotated[
    strawberry.ID | None,
    strawberry.argument(name="period", description="A period by global id, instead of days."),
]
InYear = Annotated[
    strawberry.ID | None,
    strawberry.argument(name="year", description="An academic year by global id."),
]


def checked_span(first: date, last: date) -> None:
    """Raise BAD_INPUT for a span that is backwards or too long."""
    if last < first:
        raise bad_input(f"The span is backwards: {last} comes before {first}.")
    if (last - first).days >= LONGEST:
        raise bad_input(f"A span has at most {LONGEST} days.")


def span(first: date, last: date) -> LoadArguments:
    checked_span(first, last)
    return LoadArguments({"first": first, "last": last})


def span_or_period(
    school_id: int, first: date | None, last: date | None, period: str | None
) -> dict[str, object]:
    """The parameters of a span, or of a period of the school."""
    if period is None:
        if first is None or last is None:
            raise bad_input("Name the first and the last day, or a period.")
        return dict(span(first, last).parameters)
    if first is not None or last is not None:
        raise bad_input("Name days or a period, not both.")
    return {"first": None, "last": None, "period": id_in(school_id, period, "Period")}


def of_year(school_id: int, year: str | None) -> LoadArguments:
    """The parameters of what is asked for of a year of the school, or of today."""
    if year is None:
        return LoadArguments()
    return LoadArguments({"year": id_in(school_id, year, "AcademicYear")})


def id_in(school_id: int, text: str, noun: str) -> UUID:
    """The id in this school; BAD_INPUT where it is of another school's record."""
    school, id_ = global_id.parse(text, noun)
    if school != school_id:
        raise bad_input(f"{text!r} is the id of a {noun} of another school.")
    return id_
