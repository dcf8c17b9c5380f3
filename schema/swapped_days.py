"""Days that are taught as another day of the week."""

from datetime import date

import strawberry

from domain.audience import MEMBER, OFFICE
from domain.calendar import Weekday
from domain.timetable import Week
from resolvers.class_groups import ClassGroupById
from resolvers.readings import Items
from resolvers.swapped_days import SWAPPED_DAY
from schema.declare import column, loaded, tell
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import ClassGroupRef, SchoolRef, SwappedDayRevisionRef
from schema.permissions import viewer_may

tell(Weekday)
tell(Week)


@strawberry.type(
    description="A day that is taught as another day of the week, such as a Saturday as a Monday."
)
class SwappedDay(Node):
    id: strawberry.ID = id_of("SwappedDay", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    day: date = column(MEMBER, "The day.", called="date")
    works_as: Weekday = column(MEMBER, "The day of the week whose lessons and bells it has.")
    week: Week | None = column(
        MEMBER, "Of which of two weeks; null where of the week that the day is in."
    )
    name: str | None = column(MEMBER, "Why; null where nobody said.")
    class_group: ClassGroupRef | None = loaded(
        MEMBER,
        "The class group whose courses have it so; null where the school has.",
        ClassGroupById,
        "class_group_id",
    )
    active: bool = column(MEMBER, "Whether it is so; false once that was taken back.")
    version: int = column(MEMBER, "Grows by one with every change.")
    history: list[SwappedDayRevisionRef] | None = loaded(
        OFFICE, "What was done to it, in order.", SWAPPED_DAY.revisions, "id", items=Items(2)
    )


SwappedDayRevision = revision_of(
    SwappedDay, SWAPPED_DAY, "One step of the history of a swapped day."
)
