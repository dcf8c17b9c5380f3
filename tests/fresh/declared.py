"""Every mutation that is declared, with an input that is made up, as a kind of change."""

import random
from dataclasses import MISSING, fields, is_dataclass, replace
from typing import Any

from db.telling import tell_of
from resolvers.declarations.mutation import MUTATIONS, Mutation
from tests.gateway.front_door import FrontDoor
from tests.gateway.small_school import HERE
from tests.gateway.test_permissions import (
    BEFORE,
    VALUES,
    made_up,
    named,
    opened_anew,
    reference_of,
    version_of,
)
from tests.store.staff_room import StaffRoom

PUT_AWAY = ("course", "class_group", "academic_year", "period")
WITHDRAWN = ("remark", "homework", "message", "post", "comment", "material", "glossary_term")
WHO = (
    "the head", "the course's teacher", "the student", "guardian of this child",
    "the class teacher", "another teacher", "a secretary",
)  # fmt: skip
"""Who try it, in turn, until one of them may."""
MADE_UP, SAID = "Something", "So "
"""The text that `made_up` gives; each change says another one, as short as a token."""
STANDING = (
    *(f"UPDATE {each} SET active = true" for each in PUT_AWAY),
    "UPDATE school SET second_factor_required = false",
    "UPDATE absence_notice SET state = 'ANNOUNCED'",
    "UPDATE period_grade SET state = 'GRADED', overridden = false",
    "UPDATE period SET locked = false",
    *(f"UPDATE {each} SET withdrawn = false" for each in WITHDRAWN),
)
"""What was done to the records before stands in the way of nothing that comes."""
UNDONE: dict[str, str] = {}
"""Mutations that nobody could do, with what the last one who tried was told."""


def concerned(mutation: Mutation[Any]) -> set[str]:
    """The nouns of the records that it changes or names."""
    return {mutation.noun.name, mutation.at} | {noun for noun, _ in named(mutation)}


async def prepare(door: FrontDoor, name: str) -> None:
    """Have the records be as the mutation needs them, and tell of it as whoever writes by SQL."""
    room = StaffRoom(door.store, door.small)
    await opened_anew(room, name)
    async with door.pool.acquire() as connection, connection.transaction():
        for reset in (*STANDING, *BEFORE.get(name, ())):
            await connection.execute(reset)
        await tell_of(connection, HERE)


async def do(door: FrontDoor, chance: random.Random, name: str) -> bool:
    """Whether somebody could."""
    room, mutation = StaffRoom(door.store, door.small), MUTATIONS[name]
    for who in WHO:
        viewer = await room.viewer(who)
        outcome = await mutation(room.store, viewer, await _input(room, chance, mutation))
        if not outcome.errors:
            UNDONE.pop(name, None)
            return True
        UNDONE[name] = f"{who}: {outcome.errors[0].code} {outcome.errors[0].message}"
    return False


async def _input(room: StaffRoom, chance: random.Random, mutation: Mutation[Any]) -> Any:
    own = dict(VALUES.get(mutation.name, {}))
    noun = mutation.noun.name if reference_of(mutation) else ""
    versions = [each for each in fields(mutation.input) if each.name == "expected_version"]
    if any(noun or each.default is MISSING for each in versions):
        own["expected_version"] = await version_of(room, noun or mutation.at)
    given = made_up(room, mutation.input, own, noun)
    return _said_anew(given, f"{SAID}{chance.randrange(10**6)}")


def _said_anew(given: Any, text: str) -> Any:
    """The input with another text for each that is made up."""
    if given == MADE_UP:
        return text
    if isinstance(given, list):
        return [_said_anew(each, text) for each in given]
    if not is_dataclass(given) or isinstance(given, type):
        return given
    found = {each.name: _said_anew(getattr(given, each.name), text) for each in fields(given)}
    return replace(given, **found)
