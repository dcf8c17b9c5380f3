"""Lessons that are held together: those that were joined to one follow it when it is changed."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from db.tables.lessons import Lesson
from db.writing.lessons import lessons_joined_to
from resolvers.declarations.office import Office
from resolvers.mutations.clashes import Occupied, columns_of
from resolvers.mutations.lesson_changes import day_of, move_what_hangs, with_status
from resolvers.mutations.teachings import course_in_year

HOLDING = ("starts_at", "ends_at", "day", "slot", "room", "room_id", "teacher_id")
"""What lessons that are held together have in common."""


def differs(lesson: Any, to: Mapping[str, Any]) -> bool:
    """Whether the lesson is held at another time, in another room or by another teacher then."""
    return any(name in to and to[name] != lesson[name] for name in HOLDING)


async def following(
    office: Office,
    occupied: Occupied,
    lesson: Any,
    to: Mapping[str, Any],
    but: Collection[UUID] = (),
) -> list[tuple[Lesson, dict[str, Any]]]:
    """What changes of the lessons that are joined to a lesson which changes so, but for some, in
    the order of their ids; what hangs on them moves along. If it is cancelled they stay as they
    are."""
    joins = to.get("joined_id") is not None
    if not joins and not differs(lesson, to):
        return []
    found: list[tuple[Lesson, dict[str, Any]]] = []
    for each in await office.of(lessons_joined_to, [lesson.id]):
        if each.id in but:
            continue
        new = {name: to.get(name, lesson[name]) for name in HOLDING}
        if joins:
            new["joined_id"] = to["joined_id"]
        if await day_of(office, each.course_id, new["starts_at"]) != each.day:
            await move_what_hangs(office, each, new["day"])
        new = await with_status(office, each, new)
        course = await course_in_year(office, each.course_id, "lesson")
        occupied.put(course, columns_of(each) | new)
        found.append((each, new))
    return found
