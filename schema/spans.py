"""Spans of days as arguments, and the range of an index that they become."""

from datetime import date
from typing import Annotated

import strawberry

from domain.errors import bad_input
from resolvers.readings import Asked

LONGEST = 400
From = Annotated[
    date, strawberry.argument(name="from", description="The first day, in the school's time zone.")
]
To = Annotated[
    date, strawberry.argument(name="to", description=f"The last day, at most {LONGEST} days on.")
]


def checked_span(first: date, last: date) -> None:
    """Raise BAD_INPUT for a span that is backwards or too long."""
    if last < first:
        raise bad_input(f"The span is backwards: {last} comes before {first}.")
    if (last - first).days >= LONGEST:
        raise bad_input(f"A span has at most {LONGEST} days.")


def span(first: date, last: date) -> Asked:
    checked_span(first, last)
    return Asked({"first": first, "last": last})
