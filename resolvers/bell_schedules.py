"""Bell schedules: to every member of the school; their history to its office."""

from db.tables.bell_schedules import BellSchedule
from db.writing.bell_schedules import BELL_SCHEDULES
from domain.audience import MEMBER, OFFICE
from resolvers.declarations.noun import Event, History, Noun

BELL_SCHEDULE = Noun(
    BellSchedule,
    code="Bs",
    visible_to=MEMBER,
    written=BELL_SCHEDULES,
    history=History("Bv", OFFICE),
    event=Event(
        "A bell schedule that was made, changed or put away.",
        "Bell schedules that are made, changed or put away",
        "Bell schedules of the school.",
    ),
)
