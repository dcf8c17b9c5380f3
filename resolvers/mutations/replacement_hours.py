"""Hours of lessons that other courses get, or that lessons share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from db.writing.attendance import lessons_to_take
from domain.policy import takes_place
from domain.refusals import UserErrorCode, refused
from resolvers.declarations.inputs import Parsed
from resolvers.declarations.office import Office
from resolvers.declarations.parsing import not_found
from resolvers.mutations.joined_lessons import HOLDING
from resolvers.mutations.lesson_changes import place_of, rescheduled, teacher_of, with_status
from resolvers.mutations.lessons import NOT_GENERATED
from resolvers.mutations.teachings import course_in_year

Code = UserErrorCode


@dataclass(frozen=True, slots=True)
class Hour:
    """The hour of a lesson that another course gets."""

    id: UUID
    course_id: UUID
    day: date
    starts_at: datetime
    ends_at: datetime
    teacher_id: UUID | None = None
    closed: bool = False


async def lesson_instead(
    office: Office, line: Parsed[Any], lesson: Any, new_id: UUID
) -> dict[str, Any]:
    """The row of a lesson of another course, which gets the hour."""
    id_ = line.id_of("course")
    assert id_ is not None
    if id_ == lesson.course_id:
        message = "This is the course of the lesson itself."
        raise refused(Code.BAD_INPUT, message, "course")
    course = await course_in_year(office, id_, "course")
    told = line.columns(changes=True)
    hour = Hour(new_id, course.id, lesson.day, lesson.starts_at, lesson.ends_at)
    to = await rescheduled(office, hour, told)
    named = told.get("teacher_id")
    teacher = await teacher_of(office, named, course, to["day"])
    place = await place_of(office, told)
    return {
        "id": new_id,
        "course_id": course.id,
        "slot": lesson.slot,
        "room": lesson.room,
        "room_id": lesson.room_id,
        "topic": None,
        "homework_closed": False,
        **to,
        **place,
        "teacher_id": teacher,
        "status": "REPLACED",
        **NOT_GENERATED,
        "replaces_id": lesson.id,
    }


async def joined(
    office: Office, other_id: UUID, lesson: Any, changed: Mapping[str, Any]
) -> dict[str, Any]:
    """The columns of a lesson that is held together with another, of which the same plan has
    `changed` some columns."""
    (other,) = await office.of(lessons_to_take, [other_id]) or (None,)
    if other is None:
        raise not_found("lesson", "joinedTo")
    if other.course_id == lesson.course_id or changed.get("status") == "CANCELLED":
        message = "A lesson is joined to one of another course, which is held."
        raise refused(Code.BAD_INPUT, message, "joinedTo")
    office.transaction.insist(takes_place(other), "joinedTo")
    whole = changed.get("joined_id", other.joined_id) or other.id
    if whole == lesson.id:
        raise refused(Code.BAD_INPUT, "That lesson is joined to this one.", "joinedTo")
    to = {name: changed.get(name, other[name]) for name in HOLDING}
    if to["day"] != lesson.day:
        raise refused(Code.BAD_INPUT, f"That lesson is on {to['day']}.", "joinedTo")
    to["joined_id"] = whole
    return await with_status(office, lesson, to)
