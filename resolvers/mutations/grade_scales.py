"""Which scale a grade is given in, and what a mark is worth by it."""

from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson

from db.store import Reader
from db.writing.grade_scales import add_scale, scale_of_school, scales_named
from domain.presets import FIVE_POINT, PRESETS
from domain.refusals import UserErrorCode, refused
from domain.scales import Mark, OutsideScale, Scale

IDS = {
    scale.name: UUID(f"00000000-0000-7000-8000-{number:012}")
    for number, scale in enumerate(PRESETS, 5)
}
"""The ids of the ready scales in a school that had none; the same in each, so that two
transactions add one once."""


async def default_scale(reader: Reader, school_id: int) -> tuple[UUID, Any]:
    """The id and definition of the scale of courses that have none: the one that the school has
    chosen, or five-point."""
    chosen = await reader.first(scale_of_school, school=school_id)
    if chosen is not None:
        return chosen.id, chosen.definition
    return await ready_scale(reader, school_id, FIVE_POINT)


async def ready_scale(reader: Reader, school_id: int, scale: Scale) -> tuple[UUID, Any]:
    """The id and definition of the school's scale of that name, which it gets if it has none."""
    found = await reader.fetch(scales_named, school=school_id, new_name=scale.name)
    if found:
        return found[0].id, found[0].definition
    definition = scale.to_data()
    await reader.run(
        add_scale,
        school=school_id,
        new_id=IDS[scale.name],
        new_name=scale.name,
        new_definition=definition,
        new_active=True,
    )
    return IDS[scale.name], definition


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
