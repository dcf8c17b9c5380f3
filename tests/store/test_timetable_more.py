"""A timetable's odd days: days swapped, weeks counted anew, rooms by name, and lessons at which
somebody writes as they are taken off."""

import asyncio
from collections.abc import Awaitable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import asyncpg
import pytest

from domain import clock
from domain.ids import uuid7
from domain.timetable import WeekCount, Weeks, week_of
from tests.cluster import until_somebody_waits
from tests.gateway.small_school import HERE, TODAY
from tests.store import office
from tests.store.office_room import SCHOOL, act, ask, done, why
from tests.store.school_week import generate, hour, lessons_of, on, set_up, set_week, shown
from tests.store.staff_room import GUARDIAN, HEAD, TEACHER, StaffRoom
from tests.store.test_replacements import REPLACED
from tests.store.test_timetable import edit, instant


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(datetime.combine(TODAY, time(12), UTC)):
        yield


class Off:
    def __init__(self, first: date, last: date, class_group_id: Any = None) -> None:
        self.starts_on, self.ends_on, self.class_group_id = first, last, class_group_id


WORKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")
BEGIN = date(2026, 9, 1)  # a Tuesday


def letters(count: WeekCount, *off: Off, weeks: int = 9) -> str:
    counted = Weeks(count, WORKDAYS, off)
    return "".join(counted.of(BEGIN + timedelta(weeks=n), BEGIN) for n in range(weeks))


def test_weeks_are_counted_as_the_school_says() -> None:
    monday = date(2026, 9, 21)  # the fourth week is off
    holidays = Off(monday, monday + timedelta(4))
    assert letters(WeekCount.EVERY_WEEK, holidays) == "ABABABABA"
    assert letters(WeekCount.WEEKS_OF_LESSONS, holidays) == "ABABBABAB"
    assert letters(WeekCount.ANEW, holidays) == "ABABABABA"  # the fifth would be an A anyhow
    two = Off(monday - timedelta(7), monday + timedelta(4))
    assert letters(WeekCount.ANEW, two) == "ABABABABA"
    third = Off(monday - timedelta(7), monday - timedelta(3))
    assert letters(WeekCount.ANEW, third) == "ABAABABAB"
    # From a Wednesday to the next Tuesday the school is off for a week: what follows is new.
    assert letters(WeekCount.ANEW, Off(date(2026, 9, 16), date(2026, 9, 22))) == "ABAABABAB"
    # A long weekend is no holidays, nor is a trip of one class.
    assert letters(WeekCount.ANEW, Off(date(2026, 9, 18), date(2026, 9, 21))) == "ABABABABA"
    assert letters(WeekCount.ANEW, Off(monday, monday + timedelta(11), "7B")) == "ABABABABA"
    touching = Off(date(2026, 9, 16), date(2026, 9, 18)), Off(date(2026, 9, 21), date(2026, 9, 23))
    assert letters(WeekCount.ANEW, *touching) == "ABAABABAB"
    assert Weeks(WeekCount.ANEW, WORKDAYS, ()).of(BEGIN, None) == week_of(BEGIN, None)


async def test_a_saturday_works_as_a_monday(room: StaffRoom) -> None:
    rooms, ours = await set_up(room), room.id("Course")
    await room.rows("UPDATE lesson SET active = false")
    eighth = await office.course(room, "Maths 8A")
    first, last, day, other = on(1), on(14), on(3), on(5)
    like = hour(other, 1)["weekDay"]
    await set_week(room, ours, first, hour(other, 1, location=rooms["12"]), hour(day, 2))
    await set_week(room, eighth, first, hour(other, 1))
    assert await generate(room, first, last) == (6, 0, 0, 0)
    days = [{"date": str(day), "worksAs": like, "name": "By decree"}]
    (swapped,) = await done(
        room, "swapDays", "id version date worksAs week name classGroup { name }",
        school=SCHOOL, days=days,
    )  # fmt: skip
    assert shown([swapped], "date", "worksAs", "week", "name") == [
        (str(day), like, None, "By decree")
    ]
    # What was on the day's own week is another hour now; 8A, which had none then, has one more.
    assert await generate(room, first, last) == (1, 1, 0, 0)
    on_the_day = await lessons_of(room, ours, day, day)
    assert shown(on_the_day, "slot", "room", "startsAt") == [(1, "12", instant(day, "08:00"))]
    listed = "query ($id: ID!) { school(id: $id) { swappedDays { date worksAs } } }"
    for kind in (GUARDIAN, TEACHER):
        found = (await ask(room, kind, listed, id=SCHOOL))["school"]["swappedDays"]
        assert found == [{"date": str(day), "worksAs": like}]
    # A class group's own day is nearer than the school's; and a day off stays one.
    mine = {"date": str(day), "worksAs": hour(day, 1)["weekDay"], "week": "A"}
    of_group = [mine | {"classGroup": room.id("ClassGroup")}]
    await done(room, "swapDays", school=SCHOOL, days=of_group)
    assert await generate(room, first, last) == (0, 1, 0, 0)
    assert shown(await lessons_of(room, ours, day, day), "slot") == [(2,)]
    await done(room, "unswapDay", **edit(swapped))
    off = {"name": "Snow", "startsOn": str(day), "endsOn": str(day)}
    await done(room, "addDaysOff", school=SCHOOL, daysOff=[off])
    assert await generate(room, first, last) == (0, 0, 2, 0)
    given = {"school": SCHOOL, "days": [mine | {"worksAs": like}] * 2}
    assert await why(room, "swapDays", **given) == [("ALREADY_THERE", "days.1.date")]
    itself = {"date": str(day), "worksAs": mine["worksAs"]}
    assert await why(room, "swapDays", school=SCHOOL, days=[itself]) == [
        ("BAD_INPUT", "days.0.worksAs")
    ]
    nowhere = days[0] | {"classGroup": room.id("ClassGroup", uuid7())}
    assert await why(room, "swapDays", school=SCHOOL, days=[nowhere]) == [
        ("NOT_FOUND", "days.0.classGroup")
    ]
    assert await why(room, "swapDays", TEACHER, school=SCHOOL, days=days) == [
        ("FORBIDDEN", "school")
    ]


async def test_a_generated_week_follows_how_the_school_counts(room: StaffRoom) -> None:
    await set_up(room)
    ours, first, last = room.id("Course"), on(1), on(28)
    await room.rows("UPDATE lesson SET active = false")
    holidays = {"name": "Holidays", "startsOn": str(on(7)), "endsOn": str(on(14))}
    await done(room, "addDaysOff", school=SCHOOL, daysOff=[holidays])
    await set_week(room, ours, first, hour(on(15), 1, week="A"))
    await generate(room, first, last)
    changed = await done(room, "changeSchool", "weekCount", school=SCHOOL, weekCount="ANEW")
    assert changed == {"weekCount": "ANEW"}
    await generate(room, first, last)
    days = [each["date"] for each in await lessons_of(room, ours, on(7), last)]
    assert days == [str(on(15))]


async def test_lessons_that_are_joined_follow_their_partner(room: StaffRoom) -> None:
    rooms, ours = await set_up(room), room.id("Course")
    await room.rows("UPDATE lesson SET active = false")
    eighth = await office.course(room, "Maths 8A")
    await set_week(room, ours, on(1), hour(on(1), 1, location=rooms["12"]))
    await set_week(room, eighth, on(1), hour(on(1), 1, location=rooms["13"]))
    await generate(room, on(1), on(7))
    (one,), (other,) = [await lessons_of(room, of, on(1), on(1)) for of in (ours, eighth)]
    joined = await done(room, "replaceLesson", REPLACED, lesson=one["id"], expectedVersion=1,
                        reason="One teacher for both", joinedTo=other["id"])  # fmt: skip
    homework = {"lesson": joined["id"], "text": "Page 9", "dueOn": str(on(9))}
    await done(room, "setHomework", **homework)

    async def both() -> list[tuple[Any, ...]]:
        query = f"query ($id: ID!) {{ node(id: $id) {{ ... on Lesson {{ {REPLACED} }} }} }}"
        found = [(await ask(room, HEAD, query, id=each["id"]))["node"] for each in (one, other)]
        return [
            (each["startsAt"], each["room"], (each["joinedTo"] or {}).get("course"))
            for each in found
        ]

    to = instant(on(2), "09:50")
    await done(room, "moveLesson", **edit(other, startsAt=to, location=rooms["12"]))
    partner = {"title": "Maths 8A"}
    assert await both() == [(to, "12", partner), (to, "12", None)]
    (moved,) = await room.rows("SELECT lesson_day FROM homework WHERE text = 'Page 9'")
    assert moved["lesson_day"] == on(2)
    steps = await room.rows(
        "SELECT change, reason FROM lesson_revision WHERE lesson_id = $1 ORDER BY version",
        office.uuid(one["id"]),
    )
    assert [tuple(each) for each in steps][-1] == ("MOVED", "So it is")
    # A day's plan takes along what no line of it tells otherwise.
    back = {"lesson": other["id"], "expectedVersion": 2, "startsAt": instant(on(2), "08:00")}
    plan = {"school": SCHOOL, "date": str(on(2)), "reason": "Earlier"}
    await done(room, "replaceLessons", **plan, lessons=[back])
    assert (await both())[0] == (instant(on(2), "08:00"), "12", partner)
    # What is moved by itself is on its own.
    (now,) = await lessons_of(room, ours, on(2), on(2))
    await done(room, "moveLesson", **edit(now, startsAt=instant(on(2), "10:40")))
    assert await both() == [
        (instant(on(2), "10:40"), "12", None), (instant(on(2), "08:00"), "12", None),
    ]  # fmt: skip


async def test_lessons_are_joined_in_no_circle_and_to_none_that_is_gone(room: StaffRoom) -> None:
    rooms, ours = await set_up(room), room.id("Course")
    await room.rows("UPDATE lesson SET active = false")
    eighth = await office.course(room, "Maths 8A")
    await set_week(room, ours, on(1), hour(on(1), 1, location=rooms["12"]))
    await set_week(room, eighth, on(1), hour(on(1), 1, location=rooms["13"]))
    await generate(room, on(1), on(7))
    (one,), (other,) = [await lessons_of(room, of, on(1), on(1)) for of in (ours, eighth)]
    given = {"reason": "One teacher for both"}
    plan = {"school": SCHOOL, "date": str(on(1)), **given, "overrule": True}
    each_other = [
        {"lesson": a["id"], "expectedVersion": 1, "joinedTo": b["id"]}
        for a, b in ((one, other), (other, one))
    ]
    assert await why(room, "replaceLessons", **plan, lessons=each_other) == [
        ("BAD_INPUT", "lessons.1.joinedTo")
    ]
    joined = await done(room, "replaceLesson", "id version", lesson=one["id"], expectedVersion=1,
                        joinedTo=other["id"], **given)  # fmt: skip
    back = {"lesson": other["id"], "expectedVersion": 1, "joinedTo": one["id"], **given}
    assert await why(room, "replaceLesson", **back) == [("BAD_INPUT", "joinedTo")]
    assert await why(room, "removeLesson", **edit(other)) == [("IN_USE", "id")]
    # One that is cancelled does not follow, and is on its own when it is held after all.
    gone = await done(room, "cancelLesson", "id version", **edit(joined))
    moved = await done(room, "moveLesson", "id version",
                       **edit(other, startsAt=instant(on(1), "09:50")))  # fmt: skip
    again = await done(room, "restoreLesson", REPLACED, **edit(gone))
    assert (again["startsAt"], again["joinedTo"]) == (instant(on(1), "08:00"), None)
    await done(room, "removeLesson", **edit(moved))


async def test_what_is_joined_follows_the_week_and_keeps_its_partner(room: StaffRoom) -> None:
    rooms, ours = await set_up(room), room.id("Course")
    await room.rows("UPDATE lesson SET active = false")
    eighth = await office.course(room, "Maths 8A")
    await set_week(room, ours, on(1), hour(on(2), 1, location=rooms["12"]))
    await set_week(room, eighth, on(1), hour(on(2), 1, location=rooms["13"]))
    await generate(room, on(1), on(7))
    (one,), (other,) = [await lessons_of(room, of, on(2), on(2)) for of in (ours, eighth)]
    await done(room, "replaceLesson", lesson=one["id"], expectedVersion=1, reason="Together",
               joinedTo=other["id"])  # fmt: skip
    await set_week(room, eighth, on(1), hour(on(2), 3, location=rooms["13"]))
    assert await generate(room, on(1), on(7)) == (0, 2, 0, 0)
    for of in (ours, eighth):
        (lesson,) = await lessons_of(room, of, on(2), on(2))
        assert shown([lesson], "slot", "room", "startsAt") == [(3, "13", instant(on(2), "09:50"))]
    await set_week(room, eighth, on(1))
    assert await generate(room, on(1), on(7)) == (0, 0, 0, 1)


async def test_rooms_clash_by_name_too_unless_they_are_shared(room: StaffRoom) -> None:
    rooms, ours = await set_up(room), room.id("Course")
    await room.rows("UPDATE lesson SET active = false")
    eighth = await office.course(room, "Maths 8A")
    at = {"startsAt": instant(on(1), "08:00"), "endsAt": instant(on(1), "08:45")}
    await done(room, "addLesson", course=ours, room="The  Yard", **at)
    for name in ("the yard", "THE YARD"):
        assert await why(room, "addLesson", course=eighth, room=name, **at) == [
            ("CLASH", "location")
        ]
    made = await done(
        room, "createRooms", "id shared", school=SCHOOL, rooms=[{"name": "Yard", "shared": True}]
    )
    assert made[0]["shared"] is True
    given = {"course": eighth, **at, "room": "the yard"}
    lesson = await done(room, "addLesson", "id version", **given | {"room": "Yard"})
    # A room of the list is the same one by its name alone.
    await done(room, "moveLesson", **edit(lesson, room="12"))
    (yard,) = await lessons_of(room, ours, on(1), on(1))
    assert await why(room, "moveLesson", **edit(yard, location=rooms["12"])) == [
        ("CLASH", "location")
    ]
    free = "query ($id: ID!) { node(id: $id) { ... on Lesson { freeRooms { name } } } }"
    found = (await ask(room, HEAD, free, id=yard["id"]))["node"]["freeRooms"]
    assert [each["name"] for each in found] == ["13", "Yard"]


LESSON = f"school_id = {HERE} AND id = $1"


async def blocked(url: str, act: Awaitable[Any]) -> "asyncio.Future[Any]":
    """The act, once it waits for what somebody holds."""
    task = asyncio.ensure_future(act)
    await until_somebody_waits(url)
    return task


@pytest.mark.parametrize("what", ["homework", "grade", "attendance"])
async def test_nothing_is_written_at_a_lesson_that_is_taken_off_in_the_same_instant(
    room: StaffRoom, room_url: str, what: str
) -> None:
    lesson = await room.lesson(on(-1))
    id_ = office.uuid(lesson)
    writing_at: dict[str, tuple[str, dict[str, Any]]] = {
        "homework": ("setHomework", {"lesson": lesson, "text": "Late", "dueOn": str(on(3))}),
        "grade": (
            "giveGrade",
            {"lesson": lesson, "student": room.id("Student"), "workType": room.id("WorkType"),
             "value": "5"},
        ),
        "attendance": (
            "takeAttendance",
            {"lesson": lesson, "rows": [{"student": room.id("Student"), "kind": "ILL"}]},
        ),
    }  # fmt: skip
    name, given = writing_at[what]
    connection = await asyncpg.connect(room_url)
    try:
        # Whoever takes the lesson off holds it, and sees nothing that is written at it.
        await connection.execute("BEGIN")
        await connection.execute(f"SELECT FROM lesson WHERE {LESSON} FOR UPDATE", id_)
        writing = await blocked(room_url, act(room, name, "id", TEACHER, **given))
        gone = f"UPDATE lesson SET active = false, version = version + 1 WHERE {LESSON}"
        await connection.execute(gone, id_)
        await connection.execute("COMMIT")
        answer = await writing
        assert [each["code"] for each in answer["errors"]] == ["LESSON_CANCELLED"]
        for table in ("homework", "grade", "attendance", "attendance_taking"):
            key = "id" if table == "attendance_taking" else "lesson_id"
            assert await room.rows(f"SELECT 1 FROM {table} WHERE {key} = $1", id_) == []
    finally:
        await connection.close()


async def test_a_lesson_stays_that_somebody_is_writing_at(room: StaffRoom, room_url: str) -> None:
    await set_up(room)
    ours = room.id("Course")
    await room.rows("UPDATE lesson SET active = false")
    await set_week(room, ours, on(1), hour(on(1), 1), hour(on(2), 1))
    await generate(room, on(1), on(7))
    (lesson, second) = await lessons_of(room, ours, on(1), on(2))
    await set_week(room, ours, on(1))
    connection = await asyncpg.connect(room_url)
    try:
        for number, (at, name, given) in enumerate([
            (lesson, "generateLessons",
             {"school": SCHOOL, "startsOn": str(on(1)), "endsOn": str(on(7))}),
            (second, "removeLesson", edit(second | {"version": 2})),
        ]):  # fmt: skip
            # As `setHomework` does: it holds the lesson, and writes.
            await connection.execute("BEGIN")
            held = f"SELECT FROM lesson WHERE {LESSON} FOR KEY SHARE"
            await connection.execute(held, office.uuid(at["id"]))
            fields = "kept removed" if number == 0 else "id"
            taking = await blocked(room_url, act(room, name, fields, **given))
            await connection.execute(
                "INSERT INTO homework (school_id, id, lesson_id, course_id, lesson_day, due_on,"
                " text, set_at, withdrawn, version) SELECT school_id, gen_random_uuid(),"
                " id, course_id, day, day, 'Just now', now(), false, 1"
                " FROM lesson WHERE id = $1",
                office.uuid(at["id"]),
            )
            await connection.execute("COMMIT")
            answer = await taking
            if number == 0:
                assert answer["found"] == {"kept": 1, "removed": 1}
                await room.rows("UPDATE lesson SET active = true WHERE id = $1",
                                office.uuid(second["id"]))  # fmt: skip
            else:
                assert [each["code"] for each in answer["errors"]] == ["IN_USE"]
    finally:
        await connection.close()
