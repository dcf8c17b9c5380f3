"""The time zones of schools, set by an import or a command."""

from collections.abc import Mapping
from typing import Any

from db.roster.history import publish_rights
from db.store import Reader
from db.writing.zones import set_zone
from domain.oneroster import Refusal
from domain.periods import time_zone

ONE_AT_A_TIME = 7_162_534_212
"""The advisory lock of imports, and of commands that change a whole school."""
ALL = ""
"""The key of the zone for all schools that have none of their own."""


class BadOption(Refusal):
    """An option of an import that can't be followed; the message says why."""


def check_zones(zones: Mapping[str, str]) -> None:
    """Raise if a zone does not exist."""
    for zone in zones.values():
        time_zone(zone)


def zone_option(zones: Mapping[str, str], sourced_id: str, name: str) -> str | None:
    """The zone for the school: by its roster id, by its name, or the one for all."""
    return zones.get(sourced_id) or zones.get(name) or zones.get(ALL)


async def move_school(connection: Any, school_id: int, zone: str) -> int | None:
    """`set_zone` in its own transaction; publishes the change to the whole school."""
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", ONE_AT_A_TIME)
        moved = await set_zone(Reader(connection), school_id, zone)
        if moved is not None:
            await publish_rights(connection, [school_id])
    return moved
