"""Which scale a grade is given in, and what a mark is worth by it."""

from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson

from db.store import Reader
from db.writing.grounds import add_scale, scales_named
from domain.presets import FIVE_POINT
from domain.refusals import UserErrorCode, refused
from domain.scales import Mark, OutsideScale, Scale

DEFAULT_ID = UUID("00000000-0000-7000-8000-000000000005")
"""The id of the five-point scale in a school that had none; the same in each, so that two
transactions add it once."""


async def default_scale(reader: Reader, school_id: int) -> tuple[UUID, Any]:
    """The id and definition of the scale of courses that have none: the school's five-point."""
    name = FIVE_POINT.name
    found = await reader.fetch(scales_named, school=school_id, new_name=name)
    if found:
        return found[0].id, found[0].definition
    definition = FIVE_POINT.to_data()
    await reader.run(
        add_scale,
        school=school_id,
        new_id=DEFAULT_ID,
        new_name=name,
        new_definition=definition,
        new_active=True,
    )
    return DEFAULT_ID, definition


def mark_in(definition: Any, value: str, *path: str) -> Mark:
    try:
        return scale_of(definition).mark(value)
    except OutsideScale as error:
        raise refused(UserErrorCode.OUTSIDE_SCALE, f"{error}.", *path) from None


def scale_of(definition: Any) -> Scale:
    """The scale, which is read once: to check that it is sound takes as long as a statement."""
    return _read(orjson.dumps(definition))


@lru_cache(maxsize=1024)
def _read(definition: bytes) -> Scale:
    return Scale.from_data(orjson.loads(definition))
