"""Rooms: made, changed and put away."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from strawberry import UNSET
from strawberry.types.unset import UnsetType

from db.reading.rooms import rooms_of_school
from db.tables.rooms import Room
from db.tables.schools import School
from db.writing.rooms import rename_room_of_lessons, room_to_come
from db.writing.versioned import Row
from domain.audience import OFFICE
from domain.history import Step
from domain.names import search_key, sort_key
from domain.refusals import UserError, UserErrorCode, refused
from resolvers.declarations.editing import Edit, edits
from resolvers.declarations.inputs import Checked, GlobalId, Parsed, Text
from resolvers.declarations.office import Refusals, held, sets_up
from resolvers.declarations.transaction import Transaction
from resolvers.rooms import ROOM

Code = UserErrorCode
LONGEST_ROOM = 100
MOST_SEATS = 10_000
SHARED = "Whether several lessons may be in it at once, as in a gym or a yard."
THERE = UserError(Code.ALREADY_THERE, "The school has a room of this name already.", ("name",))


def check_seats(seats: int) -> int:
    if not 0 < seats <= MOST_SEATS:
        raise ValueError(f"A room holds 1 to {MOST_SEATS} students")
    return seats


@dataclass(frozen=True, slots=True)
class RoomToCreate:
    """One of many rooms."""

    name: Annotated[str, "What it is called, such as 214.", Text(LONGEST_ROOM)]
    seats: Annotated[int | None, "How many students it holds.", Checked(check_seats)] = None
    shared: Annotated[bool, SHARED] = False


@dataclass(frozen=True, slots=True)
class CreateRooms:
    """Rooms to create, all of them or none."""

    school: Annotated[str, "The school, by global id.", GlobalId("School")]
    rooms: Annotated[list[RoomToCreate], "The rooms, at most 200."]


@sets_up(ROOM, "Create rooms, all of them or none.", Code.ALREADY_THERE, items="rooms")
async def create_rooms(
    transaction: Transaction, given: Parsed[CreateRooms], school: School
) -> Sequence[Row]:
    there = await transaction.reader.fetch(rooms_of_school, school=school.school_id)
    taken = {search_key(each.name) for each in there}
    refusals, rows = Refusals(), list[Row]()
    for draft in given.items["rooms"]:
        new = draft.given
        refusals.note(THERE if search_key(new.name) in taken else None, *draft.path)
        taken.add(search_key(new.name))
        key = sort_key(school.language, new.name)
        columns = {"name": new.name, "seats": new.seats, "shared": new.shared}
        rows.append({"id": draft.id, "sort_key": key, **columns})
    refusals.check()
    return rows


@dataclass(frozen=True, slots=True)
class ChangeRoom(Edit):
    """What changes of a room."""

    name: Annotated[
        str | UnsetType, "What it is called; as it is, if left out.", Text(LONGEST_ROOM)
    ] = UNSET
    seats: Annotated[
        int | UnsetType | None,
        "How many students it holds; as it is, if left out; null where nobody knows.",
        Checked(check_seats),
    ] = UNSET
    shared: Annotated[bool | UnsetType, f"{SHARED} As it is, if left out."] = UNSET
    active: Annotated[bool | UnsetType, "True takes back what was put away."] = UNSET


@edits(
    ROOM,
    "Change a room, or take back one that was put away. Lessons of today and to come show its new "
    "name; those that were stay as they were.",
    Code.ALREADY_THERE,
    Code.IN_USE,
    step=Step.CHANGED,
    by=OFFICE,
)
async def change_room(transaction: Transaction, given: Parsed[ChangeRoom], room: Room) -> Row:
    school = await held(transaction)
    new = given.columns(changes=True)
    if given.given.active is False:
        await _free(transaction, room, "active")
    name = new.get("name", room.name)
    there = await transaction.reader.fetch(rooms_of_school, school=school.school_id)
    others = {search_key(each.name) for each in there if each.id != room.id}
    transaction.insist(THERE if search_key(name) in others else None)
    if "name" not in new:
        return new
    await transaction.reader.run(
        rename_room_of_lessons,
        school=school.school_id,
        ref=room.id,
        day=transaction.today,
        new_name=name,
    )
    return new | {"sort_key": sort_key(school.language, name)}


@edits(
    ROOM,
    "Put a room out of use; no lesson to come and no pattern may still be in it.",
    Code.IN_USE,
    step=Step.PUT_AWAY,
    by=OFFICE,
)
async def put_away_room(transaction: Transaction, given: Parsed[Edit], room: Room) -> Row:
    await held(transaction)
    await _free(transaction, room, "id")
    return {"active": False}


async def _free(transaction: Transaction, room: Room, *path: str) -> None:
    day, school = transaction.today, transaction.school_id
    used = await transaction.reader.first(room_to_come, school=school, ref=room.id, day=day)
    if used is not None:
        message = "Lessons to come or weekly patterns are in this room: give them another."
        raise refused(Code.IN_USE, message, *path)
