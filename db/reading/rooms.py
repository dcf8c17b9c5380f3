"""The rooms of a school."""

from sqlalchemy import ClauseElement, select

from db.reading.listing import in_use
from db.reading.parts import SCHOOL, columns, table
from db.statement import statement
from db.tables.rooms import Room


@statement(Room)
def rooms_of_school() -> ClauseElement:
    room = table(Room)
    found = select(*columns(Room)).where(room.c.school_id == SCHOOL, in_use(room))
    return found.order_by(room.c.sort_key, room.c.id)
