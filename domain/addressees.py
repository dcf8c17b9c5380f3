"""Addressees: whom something is for that is said to many at once.

It is for a class group, for a course, or for the whole school; and there for students, for their
families, or for the staff. Whoever belongs there today is reached, however many they are: what is
said is one record, and its addresses are a few ids. Who belonged to the class group or the course
on the day of the record reads on what was said to them.
"""

from collections.abc import Mapping
from enum import IntEnum
from functools import lru_cache
from uuid import UUID

from domain.audience import AUTHOR, OFFICE, Audience
from domain.refusals import UserError, UserErrorCode
from domain.ties import TieName

TO_SCHOOL = OFFICE
TO_CLASS_GROUP = Audience.CLASS_TEACHER | OFFICE
TO_COURSE = Audience.COURSE_TEACHER | OFFICE
"""Who addresses something to each, by what they are to it."""
EDITORS = AUTHOR | OFFICE
"""Who changes and withdraws what is addressed."""


class Part(IntEnum):
    """A part of those who belong to a school, a class group or a course."""

    STUDENTS = 1
    FAMILIES = 2
    STAFF = 3


T = TieName
WHOLE_SCHOOL: Mapping[TieName, Part] = {
    T.STUDENT: Part.STUDENTS,
    T.CHILD: Part.FAMILIES,
    T.TEACHER: Part.STAFF,
}
"""Who has such a tie today is of that part of the school; its office is of the staff too."""
PLACES: Mapping[TieName, Part] = {
    T.CLASS_OF_SELF: Part.STUDENTS,
    T.COURSE_OF_SELF: Part.STUDENTS,
    T.CLASS_OF_CHILD: Part.FAMILIES,
    T.COURSE_OF_CHILD: Part.FAMILIES,
    T.CLASS_LED: Part.STAFF,
    T.CLASS_TAUGHT: Part.STAFF,
    T.COURSE_TAUGHT: Part.STAFF,
    T.COURSE_LED: Part.STAFF,
}
"""Who has such a tie to a class group or a course is of that part of it."""
HIGHEST_BITS = 125


@lru_cache(maxsize=16_384)
def address(part: Part, place: UUID | int) -> UUID:
    """The address of a part of a class group or a course, or of the school of that number.

    It differs from the id of the place in the highest bits, which are zero in ids that have the
    time of their making (UUIDv7): so it is nobody else's.
    """
    number = place if isinstance(place, int) else place.int
    return UUID(int=number ^ (part << HIGHEST_BITS))


def part_of(address: UUID) -> tuple[Part, UUID | int]:
    """Which part an address is, and of what: of a class group or a course by its id, or of a school
    by its number."""
    part, place = divmod(address.int, 1 << HIGHEST_BITS)
    return Part(part), UUID(int=place) if place >> 64 else place


def addresses(
    school_id: int,
    class_group: UUID | None,
    course: UUID | None,
    *,
    students: bool,
    families: bool,
    staff: bool,
) -> list[UUID]:
    """The addresses of a record, in the order of the parts."""
    place = class_group or course or school_id
    asked = {Part.STUDENTS: students, Part.FAMILIES: families, Part.STAFF: staff}
    return [address(part, place) for part, wanted in asked.items() if wanted]


def to_nobody(*, students: bool, families: bool, staff: bool) -> UserError | None:
    """Refuse what is for nobody."""
    if students or families or staff:
        return None
    message = "Say whom it is for: students, families or staff."
    return UserError(UserErrorCode.BAD_INPUT, message)
