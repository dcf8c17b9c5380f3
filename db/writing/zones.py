"""The time zone of a school, and the records without an hour, which move with it."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import ClauseElement, Date, select, update

from db.reading.parts import SCHOOL, table
from db.statement import statement
from db.store import Reader
from db.tables.columns import Instant
from db.tables.grades import Grade
from db.tables.lessons import Lesson
from db.tables.schools import School
from db.writing.parts import new, rows_of
from domain.periods import instant_of, time_zone, whole_day


@statement(School)
def zone_to_change() -> ClauseElement:
    """The current zone, locked against concurrent changes."""
    school = table(School)
    held = select(school.c.time_zone).where(school.c.school_id == SCHOOL)
    return held.with_for_update(key_share=True)


@statement(School)
def change_zone() -> ClauseElement:
    school = table(School)
    values = {"time_zone": new(School, "time_zone")}
    return update(school).values(values).where(school.c.school_id == SCHOOL)


@statement(Lesson)
def days_of_lessons() -> ClauseElement:
    lesson = table(Lesson)
    return select(lesson.c.day).where(lesson.c.school_id == SCHOOL).distinct()


@statement(Lesson)
def move_whole_days() -> ClauseElement:
    """Set new times for lessons of the `days` whose times are exactly the old ones."""
    lesson = table(Lesson)
    spans = ("old_starts", "old_ends", "new_starts", "new_ends")
    moved = rows_of({"days": Date(), **dict.fromkeys(spans, Instant)}, "moved")
    values = {
        "starts_at": moved.c.new_starts,
        "ends_at": moved.c.new_ends,
        "version": lesson.c.version + 1,
    }
    same = (
        lesson.c.school_id == SCHOOL,
        lesson.c.day == moved.c.days,
        lesson.c.starts_at == moved.c.old_starts,
        lesson.c.ends_at == moved.c.old_ends,
    )
    return update(lesson).values(values).where(*same).returning(lesson.c.id)


@statement(Grade)
def days_of_grades() -> ClauseElement:
    """The instants at which a roster's grades were given; a roster knows only the day."""
    grade = table(Grade)
    brought = grade.c.school_id == SCHOOL, grade.c.sourced_id.is_not(None)
    return select(grade.c.given_at).where(*brought).distinct()


@statement(Grade)
def move_days_of_grades() -> ClauseElement:
    grade = table(Grade)
    moved = rows_of({"old_at": Instant, "new_at": Instant}, "moved")
    brought = grade.c.school_id == SCHOOL, grade.c.sourced_id.is_not(None)
    change = update(grade).values(given_at=moved.c.new_at)
    return change.where(*brought, grade.c.given_at == moved.c.old_at)


async def set_zone(reader: Reader, school: int, zone: str) -> int | None:
    """Move the school to the zone. Returns how many lessons moved, or None if it is there already.

    Lessons of whole days stay whole days, and grades given on a day without an hour keep the day.
    Lessons with hours keep their instants.
    """
    time_zone(zone)
    known = await reader.first(zone_to_change, school=school)
    if known is None or known.time_zone == zone:
        return None
    await reader.run(change_zone, school=school, new_time_zone=zone)
    given = await reader.fetch(days_of_grades, school=school)
    days = {row.given_at: _day_begun(row.given_at, known.time_zone) for row in given}
    begun = {at: instant_of(day, time(), zone) for at, day in days.items() if day is not None}
    await reader.run(
        move_days_of_grades, school=school, old_at=list(begun), new_at=list(begun.values())
    )
    lessons = [row.day for row in await reader.fetch(days_of_lessons, school=school)]
    old = [whole_day(day, known.time_zone) for day in lessons]
    now = [whole_day(day, zone) for day in lessons]
    moved = await reader.fetch(
        move_whole_days,
        school=school,
        days=lessons,
        old_starts=[starts for starts, _ in old],
        old_ends=[ends for _, ends in old],
        new_starts=[starts for starts, _ in now],
        new_ends=[ends for _, ends in now],
    )
    return len(moved)


def _day_begun(at: datetime, zone: str) -> date | None:
    """The day that begins at the instant, or None."""
    day = at.astimezone(ZoneInfo(zone)).date()
    return day if instant_of(day, time(), zone) == at else None
