"""Timetables that were generated: to every member of the school."""

from db.reading.timetables import timetables_by_id
from db.tables.timetables import Timetable
from domain.audience import MEMBER
from resolvers.declarations.noun import Event, Noun

TIMETABLE = Noun(
    Timetable,
    code="Tt",
    visible_to=MEMBER,
    read=timetables_by_id,
    event=Event(
        "Lessons of a span of days that were generated: whoever shows these days loads them anew.",
        "Spans of days of which the lessons are generated from the weekly patterns",
        "Lessons that were generated from weekly patterns: of which days, and how many.",
    ),
)
