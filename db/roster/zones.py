"""The time zone of a school: set, and followed by what has a day and no hour."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, Date, FromClause, column, func, literal, select, update
from sqlalchemy.types import TypeEngine

from db.roster.sql import execute, fetch, of_schools, table
from db.roster.steps import tell_rights
from db.tables.columns import Instant
from domain.periods import instant_of, time_zone, whole_day

ONE_AT_A_TIME = 7_162_534_212
"""The advisory lock that imports take, and what else moves all of a school."""
ALL = ""
"""Stands among the zones that were asked for for every school that has none of its own."""


class BadOption(ValueError):
    """An import was asked for what it cannot do; the message says why, to whoever asked."""


def checked(zones: Mapping[str, str]) -> None:
    """Refuse a zone that there is not."""
    for zone in zones.values():
        time_zone(zone)


def asked_for(zones: Mapping[str, str], sourced_id: str, name: str) -> str | None:
    """The zone that was asked for the school, by a roster's name for it, by its own, or for all."""
    return zones.get(sourced_id) or zones.get(name) or zones.get(ALL)


async def set_zone(connection: Any, school_id: int, zone: str) -> int | None:
    """Move the school to the zone; how many lessons went along, or None where it is there.

    Lessons of whole days stay whole days, and grades given on a day, without an hour, keep it.
    Lessons with hours were at an instant, and are.
    """
    time_zone(zone)
    school = table("school")
    same = of_schools(school, [school_id])
    (row,) = await fetch(
        connection, select(school.c.time_zone).where(same).with_for_update(key_share=True)
    )
    if row["time_zone"] == zone:
        return None
    await execute(connection, update(school).where(same).values(time_zone=zone))
    await _follow_grades(connection, school_id, row["time_zone"], zone)
    return await _follow_lessons(connection, school_id, row["time_zone"], zone)


async def move_school(connection: Any, school_id: int, zone: str) -> int | None:
    """`set_zone` in a transaction of its own, told to everybody whose days it moves."""
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", ONE_AT_A_TIME)
        moved = await set_zone(connection, school_id, zone)
        if moved is not None:
            await tell_rights(connection, [school_id])
    return moved


async def _follow_lessons(connection: Any, school_id: int, old: str, new: str) -> int:
    lesson = table("lesson")
    query = select(lesson.c.day).where(of_schools(lesson, [school_id])).distinct()
    days = [row["day"] for row in await fetch(connection, query)]
    before, after = [whole_day(day, old) for day in days], [whole_day(day, new) for day in days]
    moved = _rows(
        day=(Date(), days),
        old_start=(Instant, [starts for starts, _ in before]),
        old_end=(Instant, [ends for _, ends in before]),
        new_start=(Instant, [starts for starts, _ in after]),
        new_end=(Instant, [ends for _, ends in after]),
    )
    values = {
        "starts_at": moved.c.new_start,
        "ends_at": moved.c.new_end,
        "version": lesson.c.version + 1,
    }
    change = update(lesson).values(values).where(of_schools(lesson, [school_id]))
    change = change.where(
        lesson.c.day == moved.c.day,
        lesson.c.starts_at == moved.c.old_start,
        lesson.c.ends_at == moved.c.old_end,
    )
    return await execute(connection, change)


async def _follow_grades(connection: Any, school_id: int, old: str, new: str) -> None:
    """A roster's grades are given at the beginning of a day."""
    grade = table("grade")
    brought = of_schools(grade, [school_id]) & grade.c.sourced_id.is_not(None)
    query = select(grade.c.given_at).where(brought).distinct()
    instants = [row["given_at"] for row in await fetch(connection, query)]
    days = {at: _day_begun(at, old) for at in instants}
    begun = {at: instant_of(day, time(), new) for at, day in days.items() if day is not None}
    moved = _rows(old=(Instant, list(begun)), new=(Instant, list(begun.values())))
    change = update(grade).values(given_at=moved.c.new)
    await execute(connection, change.where(brought, grade.c.given_at == moved.c.old))


def _day_begun(at: datetime, zone: str) -> Any:  # a date, or None
    day = at.astimezone(ZoneInfo(zone)).date()
    return day if instant_of(day, time(), zone) == at else None


def _rows(**columns: tuple[TypeEngine[Any], list[Any]]) -> FromClause:
    """Rows for a statement, given column by column."""
    arrays = [literal(values, ARRAY(type_)) for type_, values in columns.values()]
    named = [column(name, type_) for name, (type_, _) in columns.items()]
    return func.unnest(*arrays).table_valued(*named).render_derived(name="moved")
