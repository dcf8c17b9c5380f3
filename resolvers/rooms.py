"""Rooms: to every member of the school; their history to its office."""

from db.projection import Source
from db.tables.rooms import Room
from db.writing.rooms import ROOMS
from domain.audience import MEMBER, OFFICE
from resolvers.declarations.noun import Event, History, Noun

ROOM = Noun(
    Room,
    code="Ro",
    visible_to=MEMBER,
    joined=Source(Room),
    written=ROOMS,
    history=History("Rv", OFFICE),
    event=Event(
        "A room that was made, changed or put away.",
        "Rooms that are made, changed or put away",
        "Rooms of the school.",
    ),
)
RoomById = ROOM.by_id
