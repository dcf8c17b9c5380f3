"""A small school with bells, rooms and a week, for whoever tests its timetable."""

from datetime import date, timedelta
from typing import Any

from domain.bells import weekday_of
from tests.gateway.small_school import TODAY
from tests.store.office import in_year
from tests.store.office_room import SCHOOL, ask, done
from tests.store.staff_room import HEAD, StaffRoom

BEGINS = ("08:00", "08:50", "09:50", "10:40")
SHORT = ("08:00", "08:35", "09:10")
ALL_DAYS = "{MONDAY,TUESDAY,WEDNESDAY,THURSDAY,FRIDAY,SATURDAY,SUNDAY}"
OF_LESSONS = """
  query ($id: ID!, $from: Date!, $to: Date!) { course(id: $id) { lessons(from: $from, to: $to) {
    id version date slot startsAt endsAt room location { name } teacher { givenName } status
    pattern { slot } replacement { change reason by date startsAt room teacher { givenName } }
    replaces { id } replacedBy { course { title } } joinedTo { course { title } } } } }
"""


def bells(begins: tuple[str, ...], minutes: int) -> list[dict[str, Any]]:
    return [
        {"slot": slot, "starts": at, "ends": _later(at, minutes)}
        for slot, at in enumerate(begins, 1)
    ]


def _later(at: str, minutes: int) -> str:
    hours, past = divmod(int(at[:2]) * 60 + int(at[3:]) + minutes, 60)
    return f"{hours:02}:{past:02}"


async def set_up(room: StaffRoom) -> dict[str, str]:
    """Give the school four bells a day, two rooms, a year for its class groups, and no days off;
    its zone is Berlin's, and it has lessons on all days of the week. Returns the rooms' ids."""
    await in_year(room)
    await room.rows("DELETE FROM day_off")
    await room.rows("DELETE FROM swapped_day")
    nothing = "room_id = NULL, pattern_id = NULL, planned_on = NULL"
    await room.rows(f"UPDATE lesson SET {nothing}")
    await room.rows("DELETE FROM lesson_pattern")
    await room.rows("DELETE FROM bell_schedule")
    await room.rows("DELETE FROM room")
    await room.rows(f"UPDATE school SET time_zone = 'Europe/Berlin', week_days = '{ALL_DAYS}'")
    await done(
        room,
        "createBellSchedules",
        school=SCHOOL,
        bellSchedules=[{"name": "Usual", "bells": bells(BEGINS, 45)}],
    )
    made = await done(
        room,
        "createRooms",
        "id name",
        school=SCHOOL,
        rooms=[{"name": "12", "seats": 30}, {"name": "13"}],
    )
    return {each["name"]: each["id"] for each in made}


def hour(day: date, slot: int, **more: Any) -> dict[str, Any]:
    """An hour on the day's day of the week."""
    return {"weekDay": weekday_of(day), "slot": slot, **more}


async def set_week(room: StaffRoom, course: str, first: date, *hours: Any, **more: Any) -> Any:
    fields = "id weekDay slot week startsOn endsOn active version"
    given = {"course": course, "from": str(first), "hours": list(hours), **more}
    return await done(room, "setLessonPatterns", fields, **given)


async def generate(room: StaffRoom, first: date, last: date, **more: Any) -> tuple[int, ...]:
    """How many lessons were added, changed, removed and kept."""
    fields = "added changed removed kept"
    given = {"school": SCHOOL, "startsOn": str(first), "endsOn": str(last), **more}
    made = await done(room, "generateLessons", fields, **given)
    return tuple(made[name] for name in fields.split())


async def lessons_of(
    room: StaffRoom, course: str, first: date, last: date, kind: str = HEAD
) -> list[Any]:
    found = await ask(room, kind, OF_LESSONS, id=course, **{"from": str(first), "to": str(last)})
    lessons: list[Any] = found["course"]["lessons"]
    return lessons


def shown(lessons: list[Any], *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(each[name] for name in fields) for each in lessons]


def on(days: int) -> date:
    return TODAY + timedelta(days)
