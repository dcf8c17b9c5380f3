"""Calendars at secret addresses, read as programs read them that subscribe to them."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event

from db.tables.homework import Homework
from db.tables.lessons import Lesson
from domain import clock
from domain.ids import uuid7
from resolvers import global_id
from resolvers.throttle import Allowance
from tests.gateway.front_door import FrontDoor
from tests.gateway.small_school import HERE

GUARDIAN, STUDENT, TEACHER = "guardian of this child", "the student", "the course's teacher"
OTHER_GUARDIAN, HEAD = "guardian of another", "the head"
BERLIN = ZoneInfo("Europe/Berlin")
CALENDARS = """
  { viewer { calendars { id lastReadAt student { givenName } teacher { givenName } } } }
"""


@pytest.fixture
async def october(door: FrontDoor) -> AsyncIterator[datetime]:
    """Noon of a Friday, before the clocks of Berlin go back on Sunday, 25 October 2026."""
    noon = datetime(2026, 10, 23, 10, tzinfo=UTC)
    await door.pool.execute("UPDATE school SET time_zone = 'Europe/Berlin', language = 'en'")
    for table in ("enrolment", "teaching", "membership", "guardianship", "guardian", "student"):
        await door.pool.execute(f"UPDATE {table} SET begins_on = NULL, ends_on = NULL")
    await door.pool.execute("UPDATE lesson SET active = false")
    await door.pool.execute("UPDATE school_event SET day = '2020-01-01', last_day = '2020-01-01'")
    await door.pool.execute(
        "UPDATE academic_year SET starts_on = '2026-09-01', ends_on = '2027-05-31'"
    )
    with clock.at(noon):
        yield noon


async def lesson_on(door: FrontDoor, day: date, **columns: Any) -> Any:
    """A lesson of ours at 8 in Berlin."""
    starts = datetime(day.year, day.month, day.day, 8, tzinfo=BERLIN)
    given: dict[str, Any] = {
        "school_id": HERE, "id": uuid7(), "course_id": door.small.records["Course"], "day": day,
        "teacher_id": door.small.records["Teacher"], "slot": 1, "room": "12; left, upstairs",
        "starts_at": starts, "ends_at": starts + timedelta(minutes=45), **columns,
    }  # fmt: skip
    await insert(door, Lesson(**given))
    return given["id"]


async def insert(door: FrontDoor, record: Any) -> None:
    values = {name: value for name, value in record.model_dump().items() if value is not None}
    names = ", ".join(values)
    places = ", ".join(f"${place}" for place, _ in enumerate(values, 1))
    table = type(record).__tablename__
    await door.pool.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", *values.values())


async def opened(door: FrontDoor, who: str, noun_of: str) -> str:
    """The path of a new calendar."""
    token = await door.token(who)
    answer = await door.do("openCalendar", "address", token, of=await door.id_of(noun_of))
    assert answer["errors"] == []
    return str(httpx.URL(answer["address"]).path)


async def read(door: FrontDoor, path: str, **headers: str) -> httpx.Response:
    door.http.cookies.clear()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return await door.http.get(path, headers=names)


async def calendar(door: FrontDoor, path: str) -> Calendar:
    """As a strict reader takes it, which is no library of ours."""
    answer = await read(door, path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    found = IcsCalendarStream.calendar_from_ics(answer.text)
    uids = [event.uid for event in found.events]
    assert len(set(uids)) == len(uids)
    return found


def by_title(found: Calendar) -> dict[str, Event]:
    return {str(event.summary): event for event in found.events}


async def test_a_childs_calendar_is_read_by_a_program_across_the_change_of_the_clocks(
    door: FrontDoor, october: datetime
) -> None:
    friday, monday = date(2026, 10, 23), date(2026, 10, 26)
    pasted = "\x1bRoots,\x0band\u2028more\x01"  # as other programs end lines
    before = await lesson_on(door, friday, topic=pasted)
    after = await lesson_on(door, monday)
    ours = {"school_id": HERE, "course_id": door.small.records["Course"], "lesson_id": before}
    await insert(door, Homework(**ours, id=uuid7(), lesson_day=friday, due_on=monday,
                                text="Page 9; все задачи", expected_minutes=20))  # fmt: skip
    soon = {**ours, "lesson_id": after, "lesson_day": monday}
    await insert(door, Homework(**soon, id=uuid7(), due_on=monday + timedelta(1), text="Sign",
                                expected_minutes=1))  # fmt: skip
    await door.pool.execute(
        "UPDATE day_off SET name = 'Autumn', starts_on = '2026-10-27', ends_on = '2026-10-30',"
        " class_group_id = NULL, active = true"
    )
    await door.pool.execute(r"UPDATE school SET name = E'Our\nschool\x1b'")
    path = await opened(door, GUARDIAN, STUDENT)
    found = await calendar(door, path)
    (zone,) = found.timezones
    onsets = [
        (str(each.dtstart), each.tz_offset_from.offset, each.tz_offset_to.offset)
        for each in [*zone.daylight, *zone.standard]
        if each.tz_offset_from != each.tz_offset_to
    ]
    winter, summer = timedelta(hours=1), timedelta(hours=2)
    assert (zone.tz_id, onsets) == (
        "Europe/Berlin",
        [("2025-03-30 02:00:00", winter, summer), ("2025-10-26 03:00:00", summer, winter)],
    )
    lessons = {event.uid: event for event in found.events if event.location}
    one, two = [next(e for uid, e in lessons.items() if uid.startswith(glob(id_)))
                for id_ in (before, after)]  # fmt: skip
    for event, day, utc in ((one, friday, 6), (two, monday, 7)):
        start: Any = event.dtstart
        assert start.astimezone(UTC) == datetime(day.year, day.month, day.day, utc, tzinfo=UTC)
        assert (start.hour, str(start.tzinfo)) == (8, "Europe/Berlin")
        assert event.dtend - event.dtstart == timedelta(minutes=45)  # type: ignore[operator]
        assert event.location == "12; left, upstairs"
    assert "Topic: Roots,\nand\nmore" in str(one.description)
    titles = by_title(found)
    due = next(event for event in found.events if "Page 9" in str(event.description))
    assert str(due.summary) == "Homework due: Maths 7B"
    assert (due.dtstart, due.dtend) == (monday, monday + timedelta(1))
    assert due.description == "Page 9; все задачи\nAbout 20 minutes"
    (soon_due,) = [each for each in found.events if "Sign" in str(each.description)]
    assert soon_due.description == "Sign\nAbout a minute"
    autumn = titles["Autumn"]
    assert (autumn.dtstart, autumn.dtend) == (date(2026, 10, 27), date(2026, 10, 31))
    # A child's calendar in Russian, and what moves keeps its UID.
    await door.pool.execute("UPDATE school SET language = 'ru'")
    head = await door.token(HEAD)
    moved = await door.do("moveLesson", token=head, id=glob(after), expectedVersion=1,
                          reason="A trip", startsAt="2026-10-26T09:00:00+00:00")  # fmt: skip
    assert moved["errors"] == []
    await door.do("cancelLesson", token=head, id=glob(before), expectedVersion=1, reason="Ill")
    again = await calendar(door, path)
    now = {event.uid: event for event in again.events}
    start = now[two.uid].dtstart
    assert (start.hour, now[two.uid].sequence, two.sequence) == (10, 1, 0)
    assert "Было: 2026-10-26 08:00, 12; left, upstairs" in str(now[two.uid].description)
    assert (now[one.uid].status, now[one.uid].sequence) == ("CANCELLED", 1)
    assert str(now[one.uid].summary).startswith("Отменён: ")
    assert "Ill" not in str(now[one.uid].description)  # why is for the staff


def glob(id_: Any, noun: str = "Lesson") -> str:
    return global_id.make(noun, HERE, id_)


async def test_a_calendar_shows_what_the_screens_show_and_no_more(
    door: FrontDoor, october: datetime
) -> None:
    friday = date(2026, 10, 23)
    lesson = await lesson_on(door, friday)
    await lesson_on(door, friday + timedelta(121))
    await lesson_on(door, friday - timedelta(29))
    ours = {"school_id": HERE, "course_id": door.small.records["Course"], "lesson_id": lesson,
            "lesson_day": friday}  # fmt: skip
    for text, of in (("Hers", "the student"), ("Another's", "a classmate")):
        students = [door.small.records["Student"]] if of == STUDENT else [uuid7()]
        await insert(door, Homework(**ours, id=uuid7(), due_on=friday, text=text,
                                    student_ids=students))  # fmt: skip
    found = await calendar(door, await opened(door, STUDENT, STUDENT))
    said = [str(event.description) for event in found.events]
    assert [each for each in said if each in ("Hers", "Another's")] == ["Hers"]
    assert len([event for event in found.events if event.location]) == 1
    of_teacher = await calendar(door, await opened(door, TEACHER, TEACHER))
    assert [e.uid for e in of_teacher.events if e.location] == [f"{glob(lesson)}@gradebook"]
    # Nobody opens a calendar of whom they are nothing to, be that somebody or not.
    for who, of in (
        (OTHER_GUARDIAN, STUDENT), (HEAD, STUDENT), (TEACHER, STUDENT), (GUARDIAN, TEACHER),
    ):  # fmt: skip
        token = await door.token(who)
        given = [await door.id_of(of), glob(uuid7(), "Student")]
        for id_ in given:
            answer = await door.do("openCalendar", "address", token, of=id_)
            assert [each["code"] for each in answer["errors"]] == ["NOT_FOUND"]
            assert answer["address"] is None
    for wrong in (glob(lesson), "nonsense"):
        answer = await door.do("openCalendar", "address", await door.token(HEAD), of=wrong)
        assert [(each["code"], each["path"]) for each in answer["errors"]] == [
            ("BAD_INPUT", ["of"])
        ]


async def test_events_are_in_the_calendars_of_those_whom_they_are_for(
    door: FrontDoor, october: datetime
) -> None:
    head, pool = await door.token(HEAD), door.pool
    eighth = await pool.fetchval("SELECT id FROM class_group WHERE name = '8A'")
    starts, ends = (october + timedelta(days=3, hours=each) for each in (0, 2))
    for title, name, place, parts in (
        ("Open day", "addSchoolEvent", {"school": glob(global_id.NIL, "School")}, "toStudents"),
        ("Staff", "addSchoolEvent", {"school": glob(global_id.NIL, "School")}, "toStaff"),
        ("Theirs", "addClassGroupEvent", {"classGroup": glob(eighth, "ClassGroup")}, "toFamilies"),
        ("Exam", "addCourseEvent",
         {"course": glob(door.small.records["Course"], "Course")}, "toFamilies"),
    ):  # fmt: skip
        given = {"kind": "OTHER", "title": title, "location": "The hall", parts: True, **place}
        given |= {"startsAt": starts.isoformat(), "endsAt": ends.isoformat()}
        assert (await door.do(name, "schoolEvent { id }", head, **given))["errors"] == []
    hall = {}
    for who, of in ((GUARDIAN, STUDENT), (STUDENT, STUDENT), (TEACHER, TEACHER)):
        path = await opened(door, who, of)
        found = await calendar(door, path)
        hall[who] = [str(event.summary) for event in found.events if event.location == "The hall"]
    assert hall == {GUARDIAN: ["Exam"], STUDENT: ["Open day"], TEACHER: ["Staff"]}
    await pool.execute(
        "INSERT INTO school_event SELECT (jsonb_populate_record(e,"
        " jsonb_build_object('id', gen_random_uuid(), 'location', 'Page ' || n))).*"
        " FROM school_event e, generate_series(1, 250) n WHERE title = 'Staff'"
    )
    found = await calendar(door, path)  # more than are asked for at once
    of_pages = {event.location for event in found.events if event.location} - {"The hall"}
    assert {f"Page {n}" for n in range(1, 251)} <= of_pages
    await pool.execute("DELETE FROM school_event WHERE location LIKE 'Page %'")
    await pool.execute("UPDATE school_event SET withdrawn = true WHERE title = 'Staff'")
    gone = by_title(await calendar(door, path))["Cancelled: Staff"]
    assert (gone.status, gone.start) == ("CANCELLED", starts.astimezone(BERLIN))


async def test_an_address_is_told_once_and_ends_when_it_is_renewed_revoked_or_the_tie_is_over(
    door: FrontDoor, october: datetime
) -> None:
    await lesson_on(door, date(2026, 10, 23))
    path, token = await opened(door, GUARDIAN, STUDENT), await door.token(GUARDIAN)
    (stored,) = await door.pool.fetch("SELECT * FROM calendar_feed")
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    assert len(secret) == 43
    assert not any(secret.encode() in str(value).encode() for value in dict(stored).values())
    unknown = await read(door, "/calendar/" + "A" * 43 + ".ics")
    nowhere = await read(door, "/nowhere")
    assert (unknown.status_code, unknown.content) == (nowhere.status_code, nowhere.content)
    assert unknown.status_code == 404

    async def status(at: str) -> int:
        answer = await read(door, at)
        if answer.status_code != 200:
            assert answer.content == unknown.content
        return answer.status_code

    (mine,) = (await door.ask(CALENDARS, token))["viewer"]["calendars"]
    assert mine["student"] == {"givenName": "student"}
    assert (mine["teacher"], mine["lastReadAt"]) == (None, None)
    assert await status(path) == 200
    (mine,) = (await door.ask(CALENDARS, token))["viewer"]["calendars"]
    assert mine["lastReadAt"] is not None
    renewed = await door.do("renewCalendar", "address", token, id=mine["id"])
    new = httpx.URL(renewed["address"]).path
    assert (await status(path), await status(new)) == (404, 200)
    # No session is needed, and none is begun; nobody who has one reads it elsewhere.
    assert "set-cookie" not in (await read(door, new)).headers
    guardian = door.small.accounts[GUARDIAN]
    for change, back in (
        ("UPDATE guardianship SET ends_on = '2026-10-22'",
         "UPDATE guardianship SET ends_on = NULL"),
        (f"UPDATE membership SET ends_on = '2026-10-22' WHERE account_id = '{guardian}'",
         f"UPDATE membership SET ends_on = NULL WHERE account_id = '{guardian}'"),
        (f"UPDATE account SET active = false WHERE id = '{guardian}'",
         f"UPDATE account SET active = true WHERE id = '{guardian}'"),
        # The family of one who has left reads on in the diary, and subscribes to nothing.
        ("UPDATE student SET ends_on = '2026-10-22'", "UPDATE student SET ends_on = NULL"),
    ):  # fmt: skip
        await door.pool.execute(change)
        assert await status(new) == 404, change
        await door.pool.execute(back)
        assert await status(new) == 200, change
    gone = await door.do("revokeCalendar", "viewer { calendars { id } }", token, id=mine["id"])
    assert gone["viewer"]["calendars"] == []
    assert await status(new) == 404
    for mutation in ("renewCalendar", "revokeCalendar"):
        answer = await door.do(mutation, token=token, id=mine["id"])
        assert [each["code"] for each in answer["errors"]] == ["NOT_FOUND"]
    for _ in range(20):
        await opened(door, GUARDIAN, STUDENT)
    answer = await door.do("openCalendar", token=token, of=await door.id_of(STUDENT))
    assert [each["code"] for each in answer["errors"]] == ["TOO_MANY"]


async def test_a_program_that_has_it_is_told_so_until_something_changes(
    door: FrontDoor, october: datetime
) -> None:
    lesson = await lesson_on(door, date(2026, 10, 23))
    path = await opened(door, GUARDIAN, STUDENT)
    first = await read(door, path)
    tag, since = first.headers["etag"], first.headers["last-modified"]
    assert since.startswith("Fri, 23 Oct 2026 10:0")  # the clock runs on
    with clock.at(october + timedelta(hours=2)):
        for headers in ({"If_None_Match": tag}, {"If_Modified_Since": since}):
            again = await read(door, path, **headers)
            assert (again.status_code, again.content) == (304, b"")
            assert (again.headers["etag"], again.headers["last-modified"]) == (tag, since)
        assert (await read(door, path)).content == first.content
        await door.pool.execute(
            "UPDATE lesson SET room = 'Hall', version = 2 WHERE id = $1", lesson
        )
        for headers in ({"If_None_Match": tag}, {"If_Modified_Since": since}):
            changed = await read(door, path, **headers)
            assert changed.status_code == 200
            assert changed.headers["last-modified"].startswith("Fri, 23 Oct 2026 12:0")
        assert b"DTSTAMP:20261023T120" in changed.content
        head = await door.http.head(path)
        assert (head.status_code, head.content) == (200, b"")
    for name, value in (("cache-control", "private, no-cache"), ("x-robots-tag", "noindex"),
                        ("referrer-policy", "no-referrer")):  # fmt: skip
        assert first.headers[name] == value


async def test_whoever_asks_too_often_waits_and_others_do_not(
    door: FrontDoor, october: datetime
) -> None:
    path, other = [await opened(door, GUARDIAN, STUDENT) for _ in range(2)]
    throttle, few = door.app.state.process.throttle, Allowance(2, timedelta(minutes=1), "readings")
    door.app.state.process.throttle = type(throttle)(calendars=few, unknown_calendars=few)
    try:
        answers = [(await read(door, path)).status_code for _ in range(3)]
        assert answers == [200, 200, 429]
        assert (await read(door, other)).status_code == 200
        late = await read(door, path)
        assert late.headers["retry-after"] == "60"
        guesses = [(await read(door, f"/calendar/{n:043}.ics")).status_code for n in range(3)]
        assert guesses == [404, 404, 429]
        assert (await read(door, other)).status_code == 200
    finally:
        door.app.state.process.throttle = throttle
