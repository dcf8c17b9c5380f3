"""Swapped days: to every member of the school; their history to its office."""

from db.tables.swapped_days import SwappedDay
from db.writing.swapped_days import SWAPPED_DAYS
from domain.audience import MEMBER, OFFICE
from resolvers.declarations.noun import Event, History, Noun

SWAPPED_DAY = Noun(
    SwappedDay,
    code="Sd",
    visible_to=MEMBER,
    written=SWAPPED_DAYS,
    history=History("Sw", OFFICE),
    event=Event(
        "A day that is taught as another day of the week, or is not any more.",
        "Days that are taught as other days of the week",
        "Days that are taught as other days of the week.",
    ),
)
