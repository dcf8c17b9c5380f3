"""The time zones of schools, as whoever imports a roster says."""

from collections.abc import Mapping
from typing import Any

from db.roster.history import publish_rights
from db.store import Reader
from db.writing.zones import set_zone
from domain.periods import time_zone

ONE_AT_A_TIME = 7_162_534_212
"""The advisory lock that imports take, and what else moves all of a school."""
ALL = ""
"""Stands among the zones that were asked for for every school that has none of its own."""


class BadOption(ValueError):
    """An import was asked for what it cannot do; the message says why, to whoever asked."""


def check_zones(zones: Mapping[str, str]) -> None:
    """Refuse a zone that there is not."""
    for zone in zones.values():
        time_zone(zone)


def zone_option(zones: Mapping[str, str], sourced_id: str, name: str) -> str | None:
    """The zone that was asked for the school, by a roster's name for it, by its own, or for all."""
    return zones.get(sourced_id) or zones.get(name) or zones.get(ALL)


async def move_school(connection: Any, school_id: int, zone: str) -> int | None:
    """`set_zone` in a transaction of its own, told to everybody whose days it moves."""
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", ONE_AT_A_TIME)
        moved = await set_zone(Reader(connection), school_id, zone)
        if moved is not None:
            await publish_rights(connection, [school_id])
    return moved
