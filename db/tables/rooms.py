"""Rooms."""

from sqlalchemy import SmallInteger
from sqlmodel import Field

from db.tables.columns import Named, OfSchool
from db.tables.history import history_of


class Room(OfSchool, Named, table=True):
    """`seats` says how many students it holds; lessons do not clash in one that is `shared`."""

    name: str
    seats: int | None = Field(default=None, sa_type=SmallInteger)
    shared: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    active: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    version: int = 1


RoomRevision = history_of(Room, "name", "seats", "shared", "active")
