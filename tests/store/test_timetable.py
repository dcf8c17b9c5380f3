"""A timetable: bells, rooms and weekly patterns, and the lessons that are generated of them."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from graphql import graphql

from domain import clock
from domain.timetable import week_of
from resolvers.context import Context
from resolvers.execution.compiled_executor import CompiledExecutor
from schema.build import schema
from tests.gateway.small_school import TODAY
from tests.store import office
from tests.store.office_room import SCHOOL, act, ask, done, why
from tests.store.school_week import (
    SHORT,
    bells,
    generate,
    hour,
    lessons_of,
    on,
    set_up,
    set_week,
    shown,
)
from tests.store.staff_room import (
    CLASSMATE,
    GUARDIAN,
    HEAD,
    OTHER_GUARDIAN,
    STRANGER,
    STUDENT,
    TEACHER,
    StaffRoom,
)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """The lessons of today have been held."""
    with clock.at(datetime.combine(TODAY, time(12), UTC)):
        yield


def instant(day: date, at: str) -> str:
    local = datetime.combine(day, time.fromisoformat(at), ZoneInfo("Europe/Berlin"))
    return local.astimezone(UTC).isoformat()


def edit(of: Any, **more: Any) -> dict[str, Any]:
    return {"id": of["id"], "expectedVersion": of["version"], "reason": "So it is", **more}


async def test_lessons_of_a_span_are_generated_of_the_week_once(room: StaffRoom) -> None:
    rooms, ours = await set_up(room), room.id("Course")
    first, last = on(10), on(37)
    each_week, every_second = hour(on(10), 1, location=rooms["12"]), hour(on(12), 2, week="B")
    patterns = await set_week(room, ours, first, each_week, every_second)
    assert [each["slot"] for each in patterns] == [1, 2]
    year = date.fromisoformat(str(on(-100)))
    of_b = [on(12 + 7 * n) for n in range(4) if week_of(on(12 + 7 * n), year) == "B"]
    assert await generate(room, first, last) == (4 + len(of_b), 0, 0, 0)
    made = await lessons_of(room, ours, first, last)
    expected = [(str(on(10 + 7 * n)), 1, "12") for n in range(4)] + [
        (str(day), 2, None) for day in of_b
    ]
    assert [
        (each["date"], each["slot"], (each["location"] or {}).get("name")) for each in made
    ] == sorted(expected)
    assert shown(made[:1], "startsAt", "endsAt", "room", "status") == [
        (instant(on(10), "08:00"), instant(on(10), "08:45"), "12", "PLANNED")
    ]
    assert {each["teacher"]["givenName"] for each in made} == {"course_teacher"}
    assert made[0]["pattern"] == {"slot": 1}
    assert await generate(room, first, last) == (0, 0, 0, 0)
    assert await lessons_of(room, ours, first, last) == made
    topics = {row[1] for row in await room.events()}
    assert "TIMETABLE" in topics
    assert "LESSON" not in topics  # one event tells of all
    steps = await room.rows("SELECT change, account_id FROM lesson_revision")
    assert {(row["change"], row["account_id"]) for row in steps} == {
        ("GENERATED", room.small.accounts[HEAD])
    }


async def test_days_off_short_days_and_bells_are_followed_by_what_is_to_come(
    room: StaffRoom,
) -> None:
    await set_up(room)
    ours, first, last = room.id("Course"), on(10), on(23)
    await set_week(room, ours, first, hour(on(10), 1), hour(on(10), 4))
    await generate(room, first, last)
    made = await lessons_of(room, ours, first, last)
    assert len(made) == 4
    off = {"name": "Trip", "startsOn": str(on(17)), "endsOn": str(on(17))}
    group = await office.class_group(room, "8A")
    await done(
        room, "addDaysOff", "id version", school=SCHOOL, daysOff=[{**off, "classGroup": group}]
    )
    assert await generate(room, first, last) == (0, 0, 0, 0)  # 8A is another class
    mine = {**off, "classGroup": room.id("ClassGroup")}
    (trip,) = await done(room, "addDaysOff", "id version", school=SCHOOL, daysOff=[mine])
    assert await generate(room, first, last) == (0, 0, 2, 0)
    assert await lessons_of(room, ours, first, last) == made[:2]
    await done(room, "removeDayOff", **edit(trip))
    assert await generate(room, first, last) == (0, 2, 0, 0)  # the same lessons come back
    again = await lessons_of(room, ours, first, last)
    assert [each["id"] for each in again] == [each["id"] for each in made]
    short = {"name": "Short", "bells": bells(SHORT, 30), "startsOn": str(on(17))}
    (short_day,) = await done(
        room, "createBellSchedules", "id version weekDays", school=SCHOOL,
        bellSchedules=[{**short, "endsOn": str(on(17))}],
    )  # fmt: skip
    assert len(short_day["weekDays"]) == 7
    # The first lesson is shorter; there is no fourth.
    assert await generate(room, first, last) == (0, 1, 1, 0)
    on_the_day = await lessons_of(room, ours, on(17), on(17))
    assert shown(on_the_day, "slot", "startsAt", "endsAt") == [
        (1, instant(on(17), "08:00"), instant(on(17), "08:30"))
    ]
    await done(room, "putAwayBellSchedule", **edit(short_day))
    assert await generate(room, first, last) == (0, 2, 0, 0)
    times = ("id", "startsAt", "endsAt", "status", "replacement")
    assert shown(await lessons_of(room, ours, first, last), *times) == shown(made, *times)


async def test_each_shift_has_bells_of_its_own_and_each_day_of_the_week_too(
    room: StaffRoom,
) -> None:
    await set_up(room)
    ours, first, last = room.id("Course"), on(10), on(16)
    await room.rows("UPDATE lesson SET active = false")
    afternoon = {"name": "Afternoon", "shift": 2, "bells": bells(("14:00", "14:50"), 45)}
    late = {"name": "Late", "shift": 2, "bells": bells(("15:10", "16:00"), 40)}
    late["weekDays"] = [hour(on(12), 1)["weekDay"]]
    await done(room, "createBellSchedules", school=SCHOOL, bellSchedules=[afternoon, late])
    hours = [hour(on(10), 1), hour(on(10), 2, shift=2), hour(on(12), 1, shift=2)]
    await set_week(room, ours, first, *hours)
    assert await generate(room, first, last) == (3, 0, 0, 0)
    made = await lessons_of(room, ours, first, last)
    assert shown(made, "date", "startsAt", "endsAt") == [
        (str(on(10)), instant(on(10), "08:00"), instant(on(10), "08:45")),
        (str(on(10)), instant(on(10), "14:50"), instant(on(10), "15:35")),
        (str(on(12)), instant(on(12), "15:10"), instant(on(12), "15:50")),
    ]


async def test_a_changed_week_changes_only_what_is_to_come_and_untouched(room: StaffRoom) -> None:
    rooms, ours = await set_up(room), room.id("Course")
    first, last = on(-14), on(21)
    # Every day of the week but the one of tomorrow, as of two weeks ago.
    days = [on(n) for n in range(2, 8)]
    await set_week(room, ours, first, *(hour(day, 2) for day in days))
    await room.rows("UPDATE lesson SET active = false")  # the small school's own
    added, *rest = await generate(room, first, last)
    assert (added, rest) == (31, [0, 0, 0])
    old = {each["date"]: each for each in await lessons_of(room, ours, first, last)}
    marked, homework, moved = old[str(on(-3))], old[str(on(10))], old[str(on(11))]
    ours_of = {"student": room.id("Student"), "lesson": marked["id"]}
    await done(room, "giveGrade", workType=room.id("WorkType"), value="5", **ours_of)
    await done(room, "setHomework", lesson=marked["id"], text="Page 9", dueLesson=homework["id"])
    planned = old[str(on(12))]
    await done(room, "setLessonTopic", lesson=planned["id"], expectedVersion=1, topic="Roots")
    await done(room, "moveLesson", **edit(moved, location=rooms["13"]))
    early = {"course": ours, "from": str(TODAY), "hours": [hour(on(1), 2)]}
    assert await why(room, "setLessonPatterns", **early) == [("BAD_INPUT", "from")]
    # From tomorrow on the lessons are on tomorrow's day of the week, and on one of the old days.
    week = await set_week(
        room, ours, on(1), hour(on(1), 1), hour(days[0], 3, location=rooms["12"]), reason="New"
    )
    assert [(each["slot"], each["startsOn"], each["endsOn"]) for each in week] == [
        (1, str(on(1)), None), (3, str(on(1)), None),
    ]  # fmt: skip
    before = {each["date"]: each for each in await lessons_of(room, ours, first, TODAY)}
    counts = await generate(room, first, last)
    now = {each["date"]: each for each in await lessons_of(room, ours, first, last)}
    new_days = [on(1 + 7 * n) for n in range(3)]
    same_day = [on(2 + 7 * n) for n in range(3)]
    # Nothing of the past has changed, and nothing of the new week is missing there.
    assert {day: each for day, each in now.items() if day <= str(TODAY)} == before
    assert all(str(on(1 - 7 * n)) not in now for n in (1, 2))
    # What was entered at, and what was moved by hand, stays; the rest follows.
    kept = [homework, moved, planned]
    to_come = {day for day in now if day > str(TODAY)}
    assert to_come == {
        *map(str, new_days), *map(str, same_day), *(each["date"] for each in kept)
    }  # fmt: skip
    assert counts == (3, 3, 12, 2)
    for each in kept:
        assert now[each["date"]]["id"] == each["id"]
    changed = now[str(same_day[0])]
    assert (changed["id"], changed["slot"]) == (old[str(same_day[0])]["id"], 3)
    assert (changed["room"], changed["status"]) == ("12", "PLANNED")
    (due,) = await room.rows("SELECT due_lesson_id, withdrawn FROM homework WHERE text = 'Page 9'")
    assert (due["due_lesson_id"], due["withdrawn"]) == (office.uuid(homework["id"]), False)
    assert await generate(room, first, last) == (0, 0, 0, 2)
    versions = await room.rows(
        "SELECT change, reason FROM lesson_pattern_revision WHERE version = 2"
    )
    assert {tuple(row) for row in versions} == {("CHANGED", "New")}


TIMETABLE = """
  query ($id: ID!, $from: Date, $to: Date) { node(id: $id) {
    ... on %s { timetable(from: $from, to: $to) {
      date weekDay today tomorrow lessons { slot status course { title } } } } } }
"""


async def test_timetables_are_read_by_the_schools_own_day(room: StaffRoom) -> None:
    rooms, ours = await set_up(room), room.id("Course")
    hours = [hour(on(n), 2, location=rooms["12"]) for n in range(7)]
    await room.rows("UPDATE lesson SET active = false")
    await set_week(room, ours, on(-7), *hours)
    eighth = await office.course(room, "Maths 8A")
    await set_week(room, eighth, on(1), hour(on(1), 3))
    await generate(room, on(-7), on(7))
    of = {
        "Student": room.id("Student"),
        "ClassGroup": room.id("ClassGroup"),
        "Teacher": room.id("Teacher"),
        "Room": rooms["12"],
    }
    seventh = [{"slot": 2, "status": "PLANNED", "course": {"title": "Maths 7B"}}]
    two_days = [
        {"date": str(on(n)), "weekDay": hour(on(n), 1)["weekDay"], "today": n == 0,
         "tomorrow": n == 1, "lessons": seventh}
        for n in (0, 1)
    ]  # fmt: skip

    async def timetable(noun: str, kind: str, **days: str) -> Any:
        found = await ask(room, kind, TIMETABLE % noun, id=of[noun], **days)
        return found["node"] and found["node"]["timetable"]

    for noun in of:
        assert await timetable(noun, HEAD) == two_days, noun
        week = await timetable(noun, HEAD, **{"from": str(on(-7)), "to": str(on(7))})
        assert [each["date"] for each in week] == [str(on(n)) for n in range(-7, 8)]
        assert [each["today"] for each in week].count(True) == 1
    of["ClassGroup"] = await office.class_group(room, "8A")
    assert [len(day["lessons"]) for day in await timetable("ClassGroup", HEAD)] == [1]
    of["ClassGroup"] = room.id("ClassGroup")
    # Ten minutes before midnight in Berlin it is the next day in Auckland.
    with clock.at(datetime.combine(TODAY, time(22, 50), UTC)):
        assert await today(room) == str(TODAY)
        assert (await timetable("Student", STUDENT))[0]["date"] == str(TODAY)
        await done(room, "setTimeZone", "timeZone", school=SCHOOL, timeZone="Pacific/Auckland")
        assert await today(room) == str(on(1))
        first = (await timetable("Student", STUDENT))[0]
        assert (first["date"], first["today"], first["tomorrow"]) == (str(on(1)), True, False)


async def today(room: StaffRoom) -> str:
    query = "query ($id: ID!) { node(id: $id) { ... on School { today } } }"
    found = await ask(room, STUDENT, query, id=SCHOOL)
    answer: str = found["node"]["today"]
    return answer


async def test_each_timetable_is_for_its_own_people(room: StaffRoom) -> None:
    rooms = await set_up(room)
    of = {
        "Student": (room.id("Student"), {HEAD, STUDENT, GUARDIAN}),
        "ClassGroup": (room.id("ClassGroup"), {HEAD, STUDENT, GUARDIAN, CLASSMATE, TEACHER}),
        "Room": (rooms["12"], {HEAD, TEACHER}),
        "Teacher": (
            room.id("Teacher"), {HEAD, STUDENT, GUARDIAN, CLASSMATE, TEACHER, OTHER_GUARDIAN}
        ),
    }  # fmt: skip
    for noun, (id_, readers) in of.items():
        for kind in (HEAD, STUDENT, GUARDIAN, CLASSMATE, TEACHER, OTHER_GUARDIAN, STRANGER):
            answer = await asked(room, kind, TIMETABLE % noun, id_)
            node = (answer.data or {}).get("node")
            reads = node is not None and node["timetable"] is not None
            assert reads == (kind in readers), (noun, kind)
            denied = [error.message for error in answer.errors or []]
            expected = [] if reads or node is None else ["You may not read this field."]
            assert denied == expected, (noun, kind)


async def asked(room: StaffRoom, kind: str, query: str, id_: str) -> Any:
    context = Context(room.store, await room.viewer(kind))
    return await graphql(
        schema._schema, query, context_value=context, variable_values={"id": id_},
        executor_class=CompiledExecutor,
    )  # fmt: skip


async def test_what_would_not_do_is_refused_and_leaves_nothing(room: StaffRoom) -> None:
    rooms, ours = await set_up(room), room.id("Course")
    again = [{"name": "14"}, {"name": " 12 "}, {"name": "14"}]
    assert await why(room, "createRooms", school=SCHOOL, rooms=again) == [
        ("ALREADY_THERE", "rooms.1.name"), ("ALREADY_THERE", "rooms.2.name"),
    ]  # fmt: skip
    for wrong, path in (
        (bells(("08:00", "08:40"), 45), "bells"),
        ([{"slot": 1, "starts": "09:00", "ends": "08:00"}], "bells"),
        ([*bells(("08:00",), 45), *bells(("09:00",), 45)], "bells"),
        ([], "bells"),
        ([{"slot": 0, "starts": "09:00", "ends": "10:00"}], "bells"),
    ):
        schedule = {"name": "Wrong", "bells": wrong}
        given = {"school": SCHOOL, "bellSchedules": [schedule]}
        assert await why(room, "createBellSchedules", **given) == [
            ("BAD_INPUT", f"bellSchedules.0.{path}")
        ], wrong
    twice = [hour(on(1), 1), hour(on(1), 1, week="A")]
    both = [hour(on(1), 1, week="B"), hour(on(1), 1, week="A")]
    week = {"course": ours, "from": str(on(1))}
    assert await why(room, "setLessonPatterns", **week, hours=twice) == [
        ("BAD_INPUT", "hours.1.slot")
    ]
    assert await why(room, "setLessonPatterns", TEACHER, **week, hours=both) == [
        ("FORBIDDEN", "course")
    ]
    assert await why(room, "setLessonPatterns", STRANGER, **week, hours=both) == [
        ("NOT_FOUND", "course")
    ]
    assert await why(room, "setLessonPatterns", course=ours, hours=both,
                     **{"from": str(on(200))}) == [("OUTSIDE_YEAR", "from")]  # fmt: skip
    await room.rows("UPDATE school SET week_days = '{MONDAY}'")
    sunday = {"weekDay": "SUNDAY", "slot": 1}
    assert await why(room, "setLessonPatterns", **week, hours=[sunday]) == [
        ("BAD_INPUT", "hours.0.weekDay")
    ]
    span = {"school": SCHOOL, "startsOn": str(on(1)), "endsOn": str(on(7))}
    assert await why(room, "generateLessons", TEACHER, **span) == [("FORBIDDEN", "school")]
    assert await why(room, "generateLessons", **span, overrule=True) == [("BAD_INPUT", "reason")]
    monday = {"weekDay": "MONDAY", "slot": 1, "location": rooms["12"], "shift": 2}
    await set_week(room, ours, on(1), monday)
    assert await why(room, "generateLessons", **span) == [("BAD_INPUT", "school")]
    of_room = {"id": rooms["12"], "expectedVersion": 1, "reason": "It burnt"}
    assert await why(room, "putAwayRoom", **of_room) == [("IN_USE", "id")]
    await set_week(room, ours, on(1))
    assert (await done(room, "putAwayRoom", "active", **of_room)) == {"active": False}


async def test_a_room_has_its_new_name_in_lessons_to_come(room: StaffRoom) -> None:
    rooms, ours = await set_up(room), room.id("Course")
    await room.rows("UPDATE lesson SET active = false")
    await set_week(room, ours, on(-7), hour(on(-1), 1, location=rooms["12"]))
    await generate(room, on(-7), on(7))
    await done(room, "changeRoom", id=rooms["12"], expectedVersion=1, reason="New", name="Hall")
    lessons = await lessons_of(room, ours, on(-7), on(7))
    assert [each["room"] for each in lessons] == ["12", "Hall"]
    assert [each["location"]["name"] for each in lessons] == ["Hall", "Hall"]
    assert await generate(room, on(-7), on(7)) == (0, 0, 0, 0)


async def test_a_span_is_generated_once_by_two_at_once_and_by_a_retry(room: StaffRoom) -> None:
    await set_up(room)
    ours = room.id("Course")
    await set_week(room, ours, on(1), hour(on(3), 1))
    given = {"school": SCHOOL, "startsOn": str(on(1)), "endsOn": str(on(28))}
    answers = await asyncio.gather(
        *(act(room, "generateLessons", "added", HEAD, **given) for _ in range(2))
    )
    assert sorted(each["found"]["added"] for each in answers) == [0, 4]
    given |= {"endsOn": str(on(35)), "idempotencyKey": "k"}
    first = await done(room, "generateLessons", "id added by", **given)
    assert (first["added"], first["by"]) == (1, HEAD)
    assert await done(room, "generateLessons", "id added by", **given) == first
    assert len(await lessons_of(room, ours, on(1), on(35))) == 5


async def test_locked_days_and_lessons_added_by_hand_stay_as_they_are(room: StaffRoom) -> None:
    await set_up(room)
    ours = room.id("Course")
    await room.lock(on(10))
    own = {"startsAt": instant(on(3), "08:30"), "endsAt": instant(on(3), "09:15")}
    await done(room, "addLesson", course=ours, **own)
    await set_week(room, ours, on(1), hour(on(3), 1))
    assert await generate(room, on(1), on(28)) == (2, 0, 0, 0)
    days = [each["date"] for each in await lessons_of(room, ours, on(1), on(28))]
    assert days == [str(on(3)), str(on(17)), str(on(24))]
