"""Bell schedules, and the bells of which they consist."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

import strawberry

from domain.audience import ANYONE, MEMBER, OFFICE
from domain.bells import from_data
from domain.calendar import Weekday
from resolvers.bell_schedules import BELL_SCHEDULE
from resolvers.readings import Items
from schema.declare import column, computed, loaded, tell
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import BellScheduleRevisionRef, SchoolRef
from schema.permissions import viewer_may

tell(Weekday)


@strawberry.type(description="When one lesson of the day begins and ends, by the school's clock.")
class Bell:
    slot: int = column(ANYONE, "Which lesson of the day it is, from 1.")
    starts: time = column(ANYONE, "When it begins.")
    ends: time = column(ANYONE, "When it ends.")


def bells_of(data: Mapping[str, Any]) -> Any:
    """As the type's fields read them, in the order of the day."""
    return from_data(data)


@strawberry.type(
    description="When the lessons of a shift begin and end, on some days of the week, perhaps in a "
    "span of days alone. Of several for one day the one for fewer days rings, and then the one for "
    "fewer days of the week."
)
class BellSchedule(Node):
    id: strawberry.ID = id_of("BellSchedule", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    name: str = column(MEMBER, "Its name, such as Short day.")
    shift: int = column(MEMBER, "For which shift it rings, from 1.")
    week_days: list[Weekday] = column(MEMBER, "On which days of the week it rings.", items=Items(5))
    starts_on: date | None = column(
        MEMBER, "From which day on it rings; null for as long as anybody knows."
    )
    ends_on: date | None = column(MEMBER, "Its last day; null where it has none.")
    bells: list[Bell] = computed(MEMBER, "Its bells in the order of the day.", bells_of, "bells")
    active: bool = column(MEMBER, "Whether it is in use.")
    version: int = column(MEMBER, "Grows by one with every change.")
    history: list[BellScheduleRevisionRef] | None = loaded(
        OFFICE, "What was done to it, in order.", BELL_SCHEDULE.revisions, "id", items=Items(2)
    )


BellScheduleRevision = revision_of(
    BellSchedule, BELL_SCHEDULE, "One step of a bell schedule's history."
)
