"""The rooms of a school."""

import strawberry

from domain.audience import MEMBER, OFFICE
from resolvers.readings import Items
from resolvers.rooms import ROOM
from schema.declare import column, loaded
from schema.histories import revision_of
from schema.node import Node, id_of, school_of
from schema.nouns import RoomRevisionRef, SchoolRef
from schema.permissions import viewer_may


@strawberry.type(description="A room of the school.")
class Room(Node):
    id: strawberry.ID = id_of("Room", MEMBER)
    school: SchoolRef | None = school_of(MEMBER)
    name: str = column(MEMBER, "What it is called, such as 214.")
    seats: int | None = column(MEMBER, "How many students it holds; null where nobody said.")
    active: bool = column(MEMBER, "Whether it is in use.")
    version: int = column(MEMBER, "Grows by one with every change.")
    viewer_may = viewer_may()
    history: list[RoomRevisionRef] | None = loaded(
        OFFICE, "What was done to it, in order.", ROOM.revisions, "id", items=Items(2)
    )


RoomRevision = revision_of(Room, ROOM, "One step of a room's history.")
