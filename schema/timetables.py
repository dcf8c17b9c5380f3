"""Timetables that were generated."""

from datetime import date, datetime

import strawberry

from domain.audience import MEMBER, OFFICE, STAFF
from schema.declare import column
from schema.node import Node, id_of, school_of
from schema.nouns import SchoolRef
from schema.permissions import viewer_may


@strawberry.type(
    description="The lessons of a span of days as they were generated from weekly patterns. Of each"
    " one no more is told than here: whoever shows these days loads them anew."
)
class Timetable(Node):
    id: strawberry.ID = id_of("Timetable", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    starts_on: date = column(MEMBER, "The first day.")
    ends_on: date = column(MEMBER, "The last day.")
    added: int = column(MEMBER, "How many lessons were added.")
    changed: int = column(MEMBER, "How many got another time, room or teacher.")
    removed: int = column(MEMBER, "How many were taken off, of which nothing was entered yet.")
    kept: int = column(
        MEMBER,
        "How many stayed that no pattern has any more, since something is entered at them.",
    )
    by: str | None = column(STAFF | OFFICE, "Who generated them.", name="account_name")
    version: int = column(MEMBER, "Always 1: it never changes.")
    generated_at: datetime = column(MEMBER, "When it was done.")
    reason: str | None = column(
        OFFICE, "Why lessons may be at once that clash; null where nobody had to say so."
    )
