"""The rooms of a school."""

import strawberry

from db.tables.rooms import Room as RoomRecord
from domain.audience import MEMBER, OFFICE
from resolvers.lessons import TimetableByRoom
from resolvers.readings import Items, LoadArguments, daily
from resolvers.rooms import ROOM
from schema.declare import asking, column, loaded
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import RoomRevisionRef, SchoolRef
from schema.permissions import viewer_may
from schema.timetable_days import OF_DAYS as OF_TIMETABLE
from schema.timetable_days import OF_ROOM, FromToday, TimetableDay, ToTomorrow, timetable


@strawberry.type(description="A room of the school.")
class Room(Node):
    id: strawberry.ID = id_of("Room", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    viewer_may = viewer_may()
    name: str = column(MEMBER, "What it is called, such as 214.")
    seats: int | None = column(MEMBER, "How many students it holds; null where nobody said.")
    shared: bool = column(
        MEMBER, "Whether several lessons may be in it at once, as in a gym or a yard."
    )
    active: bool = column(MEMBER, "Whether it is in use.")
    version: int = column(MEMBER, "Grows by one with every change.")
    history: list[RoomRevisionRef] | None = loaded(
        OFFICE, "What was done to it, in order.", ROOM.revisions, "id", items=Items(2)
    )

    @asking(
        OF_ROOM,
        "Its timetable: the days of a span with lessons in it, today and tomorrow unless told.",
        list[TimetableDay] | None,
        TimetableByRoom,
        "id",
        OF_TIMETABLE,
        items=daily(1),
    )
    def timetable(
        record: RoomRecord, first: FromToday = None, last: ToTomorrow = None
    ) -> LoadArguments:
        return timetable(first, last)


RoomRevision = revision_of(Room, ROOM, "One step of a room's history.")
