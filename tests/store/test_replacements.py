"""Lessons replaced, one and all of a day, and lessons that clash."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time
from typing import Any

import pytest

from db.tables.courses import Course, Enrolment, Teaching
from domain import clock
from domain.ids import uuid7
from resolvers.feed import Feed
from tests.gateway.small_school import HERE, TODAY
from tests.store import office
from tests.store.listening import delivered, listening
from tests.store.office_room import SCHOOL, act, ask, done, why
from tests.store.school_week import generate, hour, lessons_of, on, set_up, set_week
from tests.store.staff_room import GUARDIAN, HEAD, OTHER_TEACHER, SECRETARY, TEACHER, StaffRoom
from tests.store.test_timetable import edit, instant

REPLACED = (
    "id version status startsAt room topic teacher { givenName } location { name }"
    " course { title } replaces { id status } joinedTo { course { title } }"
    " replacement { change reason by date slot startsAt room teacher { givenName } }"
)


@pytest.fixture
async def week(room: StaffRoom) -> AsyncIterator[dict[str, Any]]:
    """Tomorrow 7B has maths in the first and the second hour, and 8A in the first, with another
    teacher in another room; it is noon."""
    with clock.at(datetime.combine(TODAY, time(12), UTC)):
        rooms = await set_up(room)
        await room.rows("UPDATE lesson SET active = false")
        ours, eighth = room.id("Course"), await office.course(room, "Maths 8A")
        await set_week(room, ours, on(1), *(hour(on(1), n, location=rooms["12"]) for n in (1, 2)))
        await set_week(room, eighth, on(1), hour(on(1), 1, location=rooms["13"]))
        await generate(room, on(1), on(7))
        first, second = await lessons_of(room, ours, on(1), on(1))
        (other,) = await lessons_of(room, eighth, on(1), on(1))
        yield {"first": first, "second": second, "other": other, "rooms": rooms,
               "ours": ours, "eighth": eighth}  # fmt: skip


async def a_course(room: StaffRoom, title: str, teacher: str | None = None, **of: Any) -> str:
    id_ = uuid7()
    await room.add(Course(school_id=HERE, id=id_, title=title, whole_class=False, **of))
    if teacher is not None:
        given = office.uuid(await office.teacher(room, teacher))
        await room.add(Teaching(school_id=HERE, course_id=id_, teacher_id=given))
    return room.id("Course", id_)


async def messages(room: StaffRoom, name: str, **given: Any) -> list[tuple[str, str]]:
    """The paths and messages of what clashes; nothing was changed."""
    before = await room.written()
    noun = (
        "lessons" if name == "replaceLessons" else "timetable" if "generate" in name else "lesson"
    )
    kind = name[0].upper() + name[1:]
    document = (
        f"mutation ($input: {kind}Input!) {{ it: {name}(input: $input) {{"
        f" {noun} {{ id }} errors {{ code message path }} }} }}"
    )
    answer = (await ask(room, HEAD, document, input=given))["it"]
    assert {error["code"] for error in answer["errors"]} == {"CLASH"}
    assert await room.written() == before
    return [(".".join(error["path"]), error["message"]) for error in answer["errors"]]


async def test_what_clashes_is_refused_with_both_lessons_unless_overruled(
    room: StaffRoom, week: dict[str, Any]
) -> None:
    at = {"startsAt": instant(on(1), "08:10"), "endsAt": instant(on(1), "08:55")}
    day, rooms = on(1), week["rooms"]
    new, old = f"({day}, 08:10–08:55)", f"({day}, 08:00–08:45)"
    later, with_him = f"({day}, 08:50–09:35)", "with course_teacher Sommer."
    art = await a_course(room, "Art", "class_teacher")
    music = await a_course(room, "Music", "course_teacher")
    half = await a_course(
        room, "French", "class_teacher", class_group_id=room.small.records["ClassGroup"]
    )
    add = {"course": art, **at}
    assert await messages(room, "addLesson", **add, location=rooms["13"]) == [
        ("location", f"Art {new} and Maths 8A {old} are at the same time, in the same room.")
    ]
    busy = await messages(room, "addLesson", course=music, **at)
    assert busy == [
        ("teacher", f"Music {new} and Maths 7B {each} are at the same time, {with_him}")
        for each in (old, later)
    ]
    of_class = await messages(room, "addLesson", course=half, **at)
    assert [message.split(", ")[-1] for _, message in of_class] == ["for the same class."] * 2
    await room.add(
        Enrolment(
            school_id=HERE,
            student_id=room.small.records["Student"],
            course_id=office.uuid(art),
            begins_on=on(1),
        )
    )
    learns = await messages(room, "addLesson", **add)
    assert [message.split(", ")[-1] for _, message in learns] == [
        "and somebody learns in both."
    ] * 2
    await room.rows("UPDATE enrolment SET ends_on = $1 WHERE course_id IS NOT NULL", on(0))
    await room.rows("UPDATE enrolment SET begins_on = $1 WHERE course_id IS NOT NULL", on(-9))
    assert (await done(room, "addLesson", "status", **add))["status"] == "PLANNED"
    # The halves of a class are at the same time, as nobody learns in both.
    other_half = await a_course(
        room, "Latin", "other_teacher", class_group_id=room.small.records["ClassGroup"]
    )
    at_ten = {"startsAt": instant(day, "10:40"), "endsAt": instant(day, "11:25")}
    for course in (half, other_half):
        await done(room, "addLesson", course=course, **at_ten)
    given = {"course": music, **at, "overrule": True}
    assert await why(room, "addLesson", **given) == [("BAD_INPUT", "reason")]
    extra = await done(
        room, "addLesson", "id history { change reason by }", **given, reason="Choir"
    )
    assert extra["history"] == [{"change": "ADDED", "reason": "Choir", "by": HEAD}]
    first = week["first"]
    move = edit(first, location=rooms["13"])
    assert set(await messages(room, "moveLesson", **move)) == {
        ("location", f"Maths 7B {old} and Maths 8A {old} are at the same time, in the same room."),
        ("teacher", f"Maths 7B {old} and Music {new} are at the same time, {with_him}"),
    }
    moved = await done(room, "moveLesson", REPLACED, **move, overrule=True)
    assert (moved["status"], moved["location"]) == ("REPLACED", {"name": "13"})
    # Generated lessons clash like any other, and are told with both.
    await room.rows("UPDATE lesson SET active = false WHERE id = $1", office.uuid(extra["id"]))
    await set_week(room, music, on(1), hour(on(1), 1))
    span = {"school": SCHOOL, "startsOn": str(on(1)), "endsOn": str(on(3))}
    assert await messages(room, "generateLessons", **span) == [
        ("teacher", f"Music {old} and Maths 7B {old} are at the same time, {with_him}")
    ]
    assert await generate(room, on(1), on(3), overrule=True, reason="Choir") == (1, 0, 0, 0)


async def test_a_lesson_shows_what_it_was_and_is_as_planned_when_it_is_back(
    room: StaffRoom, week: dict[str, Any]
) -> None:
    first, sub = week["first"], await office.teacher(room, "class_teacher")
    given = {"lesson": first["id"], "expectedVersion": 1, "reason": "Ill", "teacher": sub}
    now = await done(room, "replaceLesson", REPLACED, **given)
    assert (now["id"], now["version"], now["status"]) == (first["id"], 2, "REPLACED")
    assert now["teacher"] == {"givenName": "class_teacher"}
    was = {
        "change": "REPLACED", "reason": "Ill", "by": HEAD, "date": str(on(1)), "slot": 1,
        "startsAt": first["startsAt"], "room": "12", "teacher": {"givenName": "course_teacher"},
    }  # fmt: skip
    assert now["replacement"] == was
    when = "query ($id: ID!) { node(id: $id) { ... on Lesson { replacement { at } } } }"
    decided = (await ask(room, HEAD, when, id=first["id"]))["node"]["replacement"]["at"]
    (step,) = await room.rows("SELECT at FROM lesson_revision WHERE change = 'REPLACED'")
    assert datetime.fromisoformat(decided) == step["at"]
    # Whoever stands in writes in the course on that day, and on no other.
    ties = await room.rows(
        "SELECT begins_on, ends_on, main, active FROM teaching WHERE teacher_id = $1",
        office.uuid(sub),
    )
    assert [tuple(row) for row in ties] == [(on(1), on(1), False, True)]
    moved = await done(room, "moveLesson", REPLACED, **edit(now, location=week["rooms"]["13"],
        startsAt=instant(on(1), "10:40")))  # fmt: skip
    assert moved["replacement"] == was | {"change": "MOVED", "reason": "So it is"}
    gone = await done(room, "cancelLesson", REPLACED, **edit(moved))
    assert (gone["status"], gone["replacement"]["change"]) == ("CANCELLED", "CANCELLED")
    again = await done(room, "restoreLesson", REPLACED, **edit(gone))
    assert (again["status"], again["replacement"]["change"]) == ("REPLACED", "CANCELLED")
    back = await done(room, "moveLesson", REPLACED, **edit(
        again, location=week["rooms"]["12"], startsAt=first["startsAt"], teacher=room.id("Teacher"),
    ))  # fmt: skip
    assert (back["status"], back["replacement"]) == ("PLANNED", None)
    (tie,) = await room.rows("SELECT active FROM teaching WHERE teacher_id = $1", office.uuid(sub))
    assert tie["active"] is False
    # By the word of a secretary they hold it too, but write nowhere.
    given |= {"expectedVersion": 6}
    answer = await act(room, "replaceLesson", "status", SECRETARY, **given)
    assert (answer["found"], answer["errors"]) == ({"status": "REPLACED"}, [])
    ties = await room.rows("SELECT active FROM teaching WHERE teacher_id = $1", office.uuid(sub))
    assert [tie["active"] for tie in ties] == [False]
    # A family sees what it was, and not why.
    await done(room, "replaceLesson", lesson=first["id"], expectedVersion=7, reason="Ill",
               cancelled=True)  # fmt: skip
    query = """query ($id: ID!) { node(id: $id) { ... on Lesson { status
               replacement { change date teacher { givenName } } } } }"""
    seen = (await ask(room, GUARDIAN, query, id=first["id"]))["node"]
    assert seen["status"] == "CANCELLED"
    assert seen["replacement"] == {
        "change": "CANCELLED", "date": str(on(1)), "teacher": {"givenName": "course_teacher"},
    }  # fmt: skip


async def test_a_days_plan_is_carried_out_whole_or_not_at_all(
    room: StaffRoom, week: dict[str, Any]
) -> None:
    first, second, other = week["first"], week["second"], week["other"]
    sub = await office.teacher(room, "class_teacher")
    art = await a_course(
        room, "Art", "class_teacher", class_group_id=room.small.records["ClassGroup"]
    )
    (free, late) = [
        (await ask(room, HEAD, FREE, id=lesson["id"], absent=[sub]))["node"]
        for lesson in (first, second)
    ]
    assert "other_teacher" not in {each["teacher"]["givenName"] for each in free["freeTeachers"]}
    names = [each["teacher"]["givenName"] for each in late["freeTeachers"]]
    assert "other_teacher" in names
    assert "class_teacher" not in names
    assert [each["name"] for each in late["freeRooms"]] == ["12", "13"]
    assert [each["name"] for each in free["freeRooms"]] == ["12"]
    plan = {"school": SCHOOL, "date": str(on(1)), "reason": "Mr Sommer is ill"}
    lines = [
        {"lesson": first["id"], "expectedVersion": 1, "joinedTo": other["id"]},
        {"lesson": second["id"], "expectedVersion": 1, "course": art, "reason": "Art instead"},
    ]
    wrong = [
        lines[0] | {"expectedVersion": 2},
        lines[1] | {"cancelled": True},
        lines[1],
        lines[1],
    ]
    assert await why(room, "replaceLessons", **plan, lessons=wrong[:2]) == [
        ("BAD_INPUT", "lessons.1")
    ]
    assert await why(room, "replaceLessons", **plan, lessons=[wrong[0], *wrong[2:]]) == [
        ("CONFLICT", "lessons.0.expectedVersion"), ("BAD_INPUT", "lessons.2.lesson"),
    ]  # fmt: skip
    assert await why(room, "replaceLessons", TEACHER, **plan, lessons=lines) == [
        ("FORBIDDEN", "school")
    ]
    swapped = [
        {"lesson": first["id"], "expectedVersion": 1, "location": week["rooms"]["13"]},
        {"lesson": other["id"], "expectedVersion": 1, "location": week["rooms"]["12"]},
    ]
    ((path, _),) = await messages(room, "replaceLessons", **plan, lessons=swapped[:1])
    assert path == "lessons.0.location"
    done_ = await done(room, "replaceLessons", REPLACED, **plan, lessons=lines, idempotencyKey="k")
    joined, instead = done_
    assert (joined["status"], joined["teacher"]) == ("REPLACED", {"givenName": "other_teacher"})
    assert (joined["room"], joined["joinedTo"]["course"]["title"]) == ("13", "Maths 8A")
    assert joined["replacement"]["room"] == "12"
    assert (instead["course"]["title"], instead["status"]) == ("Art", "REPLACED")
    assert instead["replaces"] == {"id": second["id"], "status": "CANCELLED"}
    assert instead["startsAt"] == second["startsAt"]
    assert (instead["teacher"], instead["room"]) == ({"givenName": "class_teacher"}, "12")
    _, cancelled = await lessons_of(room, week["ours"], on(1), on(1))
    assert cancelled["replacedBy"] == [{"course": {"title": "Art"}}]
    assert cancelled["replacement"]["reason"] == "Art instead"
    again = await done(room, "replaceLessons", REPLACED, **plan, lessons=lines, idempotencyKey="k")
    assert again == done_
    # The generator leaves alone what was replaced.
    assert await generate(room, on(1), on(7)) == (0, 0, 0, 0)


FREE = """
  query ($id: ID!, $absent: [ID!]) { node(id: $id) { ... on Lesson {
    freeTeachers(absent: $absent) { teacher { givenName } teachesCourse teachesSubject teachesClass
                                    lessonsOnDay }
    freeRooms { name } } } }
"""


EVERYTHING = "subscription { diaryChanged { change node { id } } }"
"""Each noun in each change would be more fields than an operation may have."""


async def test_a_swap_of_rooms_is_one_plan_and_no_two_clashes(
    room: StaffRoom, week: dict[str, Any], feed: Feed
) -> None:
    first, other, rooms = week["first"], week["other"], week["rooms"]
    plan = {"school": SCHOOL, "date": str(on(1)), "reason": "The beamer is there"}
    swapped = [
        {"lesson": first["id"], "expectedVersion": 1, "location": rooms["13"]},
        {"lesson": other["id"], "expectedVersion": 1, "location": rooms["12"]},
    ]
    lesson = "subscription { lessonChanged { change lesson { room replacement { room } } } }"
    days = "subscription { timetableChanged { change timetable { startsOn added } } }"
    async with (
        listening(room, feed, GUARDIAN, lesson) as told,
        listening(room, feed, GUARDIAN, days) as generated,
        listening(room, feed, OTHER_TEACHER, lesson) as teacher,
        listening(room, feed, GUARDIAN, EVERYTHING) as everything,
    ):
        found = await done(room, "replaceLessons", "room status", **plan, lessons=swapped)
        await room.rows("UPDATE lesson_pattern SET slot = 3 WHERE slot = 2")
        await generate(room, on(1), on(7))
        await delivered(room, feed)
        # The parent of 7B is told of its lesson alone; of what was generated, once of all.
        shown = {"room": "13", "replacement": {"room": "12"}}
        assert told.events == [{"change": "REPLACED", "lesson": shown}]
        assert [each["lesson"]["room"] for each in teacher.events] == ["12"]
        nodes = [(each["change"], each["node"]["id"]) for each in everything.events]
        assert nodes[0] == ("REPLACED", first["id"])
        (event,) = generated.events
        assert event == {
            "change": "GENERATED", "timetable": {"startsOn": str(on(1)), "added": 0},
        }  # fmt: skip
    assert found == [{"room": "13", "status": "REPLACED"}, {"room": "12", "status": "REPLACED"}]
