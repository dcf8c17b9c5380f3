"""The office of the small school: what it does, and what is refused to it and changes nothing."""

from typing import Any
from uuid import UUID

from db.sort_keys import keys_of
from db.tables.class_groups import ClassGroup
from db.tables.periods import AcademicYear
from domain.ids import uuid7
from resolvers import global_id
from resolvers.declarations.mutation import Mutation
from tests.gateway.small_school import HERE
from tests.store.staff_room import HEAD, StaffRoom, told

KEPT = (
    "student", "guardian", "teacher", "class_group", "course", "enrolment", "teaching",
    "guardianship", "membership", "lesson", "lesson_revision", "grade", "homework", "outbox",
    "receipt",
)  # fmt: skip
RIGHTS = [("RIGHTS", "CHANGED")]


async def kept(room: StaffRoom) -> dict[str, list[str]]:
    """Everything that the office may have touched."""
    return await room.rows_of(KEPT)


async def done(room: StaffRoom, do: Mutation[Any], given: Any, kind: str = HEAD) -> Any:
    """The record that the mutation answers, or the records where it is of many."""
    outcome = await do(room.store, await room.viewer(kind), given)
    assert outcome.errors == []
    return outcome.records if do.many else outcome.record


async def refusals(room: StaffRoom, do: Mutation[Any], given: Any, kind: str = HEAD) -> Any:
    """The errors as (code, path), of a mutation that has changed nothing."""
    before = await kept(room)
    outcome = await do(room.store, await room.viewer(kind), given)
    assert await kept(room) == before
    return told(outcome)


async def feed(room: StaffRoom) -> list[tuple[str, str]]:
    """What the feed was told since it was asked last, as (topic, change)."""
    rows = await room.rows("SELECT topic, change FROM outbox ORDER BY xid, seq")
    await room.rows("DELETE FROM outbox")
    return [tuple(row) for row in rows]


async def one(room: StaffRoom, query: str, *arguments: object) -> tuple[Any, ...]:
    (row,) = await room.rows(query, *arguments)
    return tuple(row)


async def in_year(room: StaffRoom) -> None:
    """Give 7B and 8A the year that their courses have."""
    await room.rows(
        "UPDATE class_group SET academic_year_id = $1", room.small.records["AcademicYear"]
    )


async def class_group(room: StaffRoom, name: str) -> str:
    (row,) = await room.rows("SELECT id FROM class_group WHERE name = $1", name)
    return room.id("ClassGroup", row["id"])


async def course(room: StaffRoom, title: str) -> str:
    (row,) = await room.rows("SELECT id FROM course WHERE title = $1", title)
    return room.id("Course", row["id"])


async def teacher(room: StaffRoom, given_name: str) -> str:
    (row,) = await room.rows("SELECT id FROM teacher WHERE given_name = $1", given_name)
    return room.id("Teacher", row["id"])


async def guardian(room: StaffRoom, given_name: str) -> str:
    (row,) = await room.rows("SELECT id FROM guardian WHERE given_name = $1", given_name)
    return room.id("Guardian", row["id"])


async def year(room: StaffRoom, starts: Any, ends: Any, *groups: str) -> str:
    """Another year, with class groups of the names."""
    id_ = uuid7()
    made = AcademicYear(school_id=HERE, id=id_, name=f"{starts}", starts_on=starts, ends_on=ends)
    await room.add(made)
    for name in groups:
        keys = keys_of("class_group", "und", {"name": name})
        await room.add(ClassGroup(school_id=HERE, name=name, academic_year_id=id_, **keys))
    return room.id("AcademicYear", id_)


def uuid(global_id_: str) -> UUID:
    return global_id.read(global_id_)[2]
