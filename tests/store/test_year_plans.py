"""The turn of the year: the plan that is shown, the year that is opened, and taken back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from db.reading.parts import table
from db.sort_keys import renew_keys
from db.tables import metadata
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Enrolment, Teaching
from db.tables.periods import DayOff
from db.writing.year_plans import writing_in_year
from domain.addressees import Part, address
from domain.ids import uuid7
from domain.ties import TieName
from domain.year_plans import years_on
from resolvers import global_id
from resolvers.declarations.noun import NOUNS
from resolvers.viewer import Viewer
from tests.gateway.small_school import ELSEWHERE, HERE, TODAY, SmallSchool
from tests.gateway.test_finding import ask as asked
from tests.store.office_room import SCHOOL, act, ask, done, refusals
from tests.store.staff_room import (
    CLASS_TEACHER,
    CLASSMATE,
    GUARDIAN,
    HEAD,
    OTHER_TEACHER,
    STRANGER,
    STUDENT,
    TEACHER,
    StaffRoom,
    opened,
)  # fmt: skip
from tests.tables import texts

LAST_DAY = TODAY + timedelta(100)


@pytest.fixture
async def room(room_url: str, small_school: SmallSchool) -> AsyncIterator[StaffRoom]:
    """7B and 8A of this year; 8A is the last. A part of 7B learns French, and some of both sing;
    who teaches French leaves before the next year."""
    async with opened(room_url, small_school) as room:
        ids = {name: uuid7() for name in ("french", "choir", "other_maths")}
        people = {
            row["given_name"]: row["id"]
            for row in await room.rows(
                "SELECT given_name, id FROM student UNION SELECT given_name, id FROM teacher"
            )
        }
        year = room.small.records["AcademicYear"]
        ours = room.small.records["ClassGroup"]
        await room.rows("UPDATE class_group SET academic_year_id = $1", year)
        await room.rows("UPDATE class_group SET name = 'Blue' WHERE name LIKE '9C%'")
        of_year: dict[str, Any] = {"school_id": HERE, "academic_year_id": year}
        place: dict[str, Any] = {"school_id": HERE}
        await room.add(
            Course(
                id=ids["french"], title="French 7B, half", class_group_id=ours, code="F",
                subject_id=room.small.records["Subject"], **of_year,
            ),
            Course(id=ids["choir"], title="Choir 7B/8A", room="Hall", **of_year),
            Enrolment(student_id=people["student"], course_id=ids["french"], **place),
            Enrolment(student_id=people["student"], course_id=ids["choir"], **place),
            Enrolment(student_id=people["other_student"], course_id=ids["choir"], **place),
            Teaching(course_id=ids["french"], teacher_id=people["other_teacher"], **place),
            Teaching(course_id=ids["choir"], teacher_id=people["class_teacher"], **place),
            Teaching(
                course_id=ids["choir"], teacher_id=people["course_teacher"], main=False, **place
            ),
            DayOff(
                name="Whole week", starts_on=TODAY + timedelta(20), ends_on=TODAY + timedelta(26),
                **place,
            ),
        )  # fmt: skip
        await room.rows(
            "UPDATE teacher SET ends_on = $1 WHERE given_name = 'other_teacher'",
            LAST_DAY + timedelta(3),
        )
        async with room.store.pool.acquire() as connection:
            await renew_keys(connection, HERE)
        yield room


async def snapshot(room: StaffRoom, *, in_use: bool = False) -> dict[str, list[str]]:
    """All rows of all tables; or those that are in use, without what tells of changes."""
    tables = {}
    for each in metadata.sorted_tables:
        told = each.name.endswith("_revision") or each.name in (
            "outbox",
            "table_change",
            "audit_note",
            "year_opening",
        )
        if in_use and told:
            continue
        tables[each.name] = "WHERE active" if in_use and "active" in each.c else ""
    return await texts(room.rows, tables)


async def why(room: StaffRoom, kind: str = HEAD, /, **given: Any) -> list[tuple[str, str]]:
    """Codes and paths of why no year was opened; nothing was changed."""
    before = await snapshot(room)
    answer = await act(room, "openAcademicYear", "id", kind, school=SCHOOL, **given)
    assert await snapshot(room) == before
    return refusals(answer)


async def opened_year(room: StaffRoom, **given: Any) -> Any:
    fields = "id name startsOn endsOn version current"
    return await done(room, "openAcademicYear", fields, school=SCHOOL, **given)


PLAN = """
  query ($id: ID!, $last: Int, $year: ID, $start: Date, $end: Date, $language: String) {
    school(id: $id) {
    yearPlan(lastLevel: $last, year: $year, startsOn: $start, endsOn: $end) {
    source { name } name startsOn endsOn fingerprint notes(language: $language)
    leaving { givenName }
    periods { name kind startsOn endsOn } daysOff { name startsOn endsOn }
    classGroups { sources { name } name gradeLevel leaves classTeacher { givenName }
      deputy { givenName } students { givenName } }
    courses { source { title } classGroup subject { name } title code room wholeClass
      gradeScale { name } teachers { givenName } students { givenName } } } } }
"""


async def plan(room: StaffRoom, **given: Any) -> Any:
    return (await ask(room, HEAD, PLAN, id=SCHOOL, **given))["school"]["yearPlan"]


async def in_year(room: StaffRoom, year: str) -> Any:
    """What is in the year, as its head reads it."""
    query = """query ($id: ID!) { node(id: $id) { ... on AcademicYear {
      periods { name kind startsOn endsOn parent { name } } daysOff { name startsOn endsOn }
      classGroups { id name gradeLevel classTeacher { givenName } deputy { givenName } }
      courses { title code classGroup { name } subject { name } gradeScale { name } } } } }"""
    return (await ask(room, HEAD, query, id=year))["node"]


async def enrolled(room: StaffRoom, year: str) -> set[tuple[str, str, date]]:
    rows = await room.rows(
        """SELECT s.given_name, coalesce(g.name, c.title) AS place, e.begins_on
        FROM enrolment e JOIN student s ON (s.school_id, s.id) = (e.school_id, e.student_id)
        LEFT JOIN class_group g ON (g.school_id, g.id) = (e.school_id, e.class_group_id)
        LEFT JOIN course c ON (c.school_id, c.id) = (e.school_id, e.course_id)
        WHERE e.active AND coalesce(g.academic_year_id, c.academic_year_id) = $1""",
        global_id.read(year)[2],
    )
    return {tuple(row) for row in rows}


def named(*names: str) -> list[dict[str, str]]:
    return [{"givenName": name} for name in names]


async def test_the_plan_shows_what_the_next_year_would_be_and_writes_nothing(
    room: StaffRoom,
) -> None:
    before = await snapshot(room)
    found = await plan(room)
    assert await snapshot(room) == before
    assert found["source"] == {"name": "This year"}
    assert [(group["name"], group["leaves"]) for group in found["classGroups"]] == [
        ("8B", False), (None, True), ("Blue", False),
    ]  # fmt: skip
    teacher = {"givenName": "class_teacher"}
    assert found["classGroups"][0] == {
        "sources": [{"name": "7B"}],
        "name": "8B",
        "gradeLevel": "8",
        "leaves": False,
        "classTeacher": teacher,
        "deputy": teacher,
        "students": named("student", "classmate"),
    }
    assert found["classGroups"][1]["students"] == found["leaving"] == named("other_student")
    assert [(each["title"], each["classGroup"]) for each in found["courses"]] == [
        ("Choir 8B/8A", None), ("French 8B, half", "8B"), ("Maths 8B", "8B"),
    ]  # fmt: skip
    choir, french, maths = found["courses"]
    assert choir["students"] == french["students"] == named("student")
    assert choir["teachers"] == named("class_teacher", "course_teacher")
    assert (choir["room"], french["code"], french["teachers"]) == ("Hall", "F", [])
    assert (maths["wholeClass"], maths["students"]) == (True, [])
    assert maths["teachers"] == named("course_teacher")
    assert maths["gradeScale"] == {"name": "Five"}
    left = LAST_DAY + timedelta(3)
    assert found["notes"] == [
        f"other_teacher Sommer leaves on {left}: 2 courses without them.",
    ]
    assert (await plan(room))["fingerprint"] == found["fingerprint"]
    for kind in (TEACHER, GUARDIAN, STUDENT):
        answer = await asked(room, "{ school { yearPlan { name } } }", kind)
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_year_is_opened_as_it_was_planned_in_few_statements(room: StaffRoom) -> None:
    before = await snapshot(room, in_use=True)
    shown = await plan(room)
    seen: list[str] = []
    room.store.watchers.append(seen.append)
    year = await opened_year(room, fingerprint=shown["fingerprint"])
    room.store.watchers.clear()
    assert len(seen) < 40, seen
    assert {key: year[key] for key in ("startsOn", "endsOn", "name", "version")} == {
        "startsOn": shown["startsOn"], "endsOn": shown["endsOn"], "name": shown["name"],
        "version": 1,
    }  # fmt: skip
    assert year["current"] is False
    notes = (await plan(room))["notes"]
    assert notes[0] == (
        f"{year['name']} is there already, from {year['startsOn']} to {year['endsOn']}."
    )
    inside = await in_year(room, year["id"])
    assert [
        {key: each[key] for key in ("name", "kind", "startsOn", "endsOn")}
        for each in inside["periods"]
    ] == sorted(shown["periods"], key=lambda each: inside_order(inside, each["name"]))
    assert {each["name"]: each["parent"] for each in inside["periods"]}["Quarter"] == {
        "name": "Year"
    }
    assert inside["daysOff"] == shown["daysOff"]
    assert [each["name"] for each in inside["classGroups"]] == ["8B", "Blue"]
    assert inside["classGroups"][0]["classTeacher"] == {"givenName": "class_teacher"}
    assert [(each["title"], each["classGroup"]) for each in inside["courses"]] == [
        ("Choir 8B/8A", None), ("French 8B, half", {"name": "8B"}), ("Maths 8B", {"name": "8B"}),
    ]  # fmt: skip
    first = date.fromisoformat(str(year["startsOn"]))
    assert await enrolled(room, year["id"]) == {
        ("student", "8B", first), ("classmate", "8B", first), ("student", "French 8B, half", first),
        ("student", "Choir 8B/8A", first),
    }  # fmt: skip
    after = await snapshot(room, in_use=True)
    (leaver,) = set(before["student"]) - set(after["student"])
    assert len(set(after["student"]) - set(before["student"])) == 1
    assert "other_student" in leaver
    ends = "SELECT ends_on FROM student WHERE given_name = 'other_student'"
    assert [tuple(row) for row in await room.rows(ends)] == [(LAST_DAY,)]
    for name in ("enrolment", "teaching", "class_group", "course", "period", "day_off"):
        assert set(before[name]) <= set(after[name]), name  # last year's stay as they are
    events = [(topic, change) for _, topic, change, _ in await room.events()]
    assert events == [
        ("ACADEMIC_YEAR", "CREATED"), ("PERIOD", "CREATED"), ("PERIOD", "CREATED"),
        ("DAY_OFF", "ADDED"), ("DAY_OFF", "ADDED"), ("RIGHTS", "CHANGED"),
    ]  # fmt: skip
    history = "query ($id: ID!) { node(id: $id) { ... on AcademicYear { history { change by } } } }"
    steps = (await ask(room, HEAD, history, id=year["id"]))["node"]["history"]
    assert steps == [{"change": "CREATED", "by": HEAD}]


def inside_order(inside: Any, name: str) -> int:
    return [each["name"] for each in inside["periods"]].index(name)


async def test_nobodys_rights_change_before_the_first_day_of_the_year(room: StaffRoom) -> None:
    kinds = (GUARDIAN, STUDENT, CLASSMATE, TEACHER, OTHER_TEACHER, CLASS_TEACHER, HEAD)
    before = {kind: await room.viewer(kind) for kind in kinds}
    year = await opened_year(room)
    new = {row["id"] for row in await room.rows(
        "SELECT id FROM class_group WHERE academic_year_id = $1 UNION"
        " SELECT id FROM course WHERE academic_year_id = $1", global_id.read(year["id"])[2],
    )}  # fmt: skip
    new |= {address(part, id_) for part in Part for id_ in new}
    for kind, viewer in before.items():  # but for what is of the new year's days alone
        assert rights(await room.viewer(kind), without=new) == rights(viewer), kind
    taught = (await room.viewer(TEACHER)).schools[HERE][TieName.COURSE_TAUGHT]
    assert taught & new == set()
    shown = """query ($id: ID!) { node(id: $id) { ... on Student {
      gradeLevel classGroups { name } courses { title } years { name } } } }"""
    node = (await ask(room, GUARDIAN, shown, id=room.id("Student")))["node"]
    assert (node["classGroups"], node["gradeLevel"]) == ([{"name": "7B"}], "7")
    assert [each["title"] for each in node["courses"]] == [
        "Choir 7B/8A",
        "French 7B, half",
        "Maths 7B",
    ]
    assert node["years"] == [{"name": "This year"}]
    await the_next_year_begins(room)
    node = (await ask(room, GUARDIAN, shown, id=room.id("Student")))["node"]
    assert (node["classGroups"], node["gradeLevel"]) == ([{"name": "8B"}], "8")
    assert [each["title"] for each in node["courses"]] == [
        "Choir 8B/8A",
        "French 8B, half",
        "Maths 8B",
    ]
    assert [each["name"] for each in node["years"]] == ["This year", year["name"]]
    taught = (await room.viewer(TEACHER)).schools[HERE][TieName.COURSE_TAUGHT]
    assert len(taught & new) == 2


def rights(viewer: Viewer, without: set[UUID] = frozenset()) -> Any:  # type: ignore[assignment]
    held = viewer.schools[HERE]
    ties = {name: set(ids) - without for name, ids in held.ties.items()}
    return {name: ids for name, ids in ties.items() if ids}, held.head


async def the_next_year_begins(room: StaffRoom) -> date:
    """Move all that has days back, so that today is the first day of the next year."""
    (row,) = await room.rows("SELECT max(starts_on) AS first FROM academic_year")
    by = row["first"] - TODAY
    for each in metadata.sorted_tables:
        dates = [c.name for c in each.c if c.name in ("starts_on", "ends_on", "begins_on")]
        if dates:
            moved = ", ".join(f"{name} = {name} - {by.days}" for name in dates)
            await room.rows(f'UPDATE "{each.name}" SET {moved}')
    return TODAY


async def test_a_plan_is_edited_with_repeaters_splits_mergers_and_other_courses(
    room: StaffRoom,
) -> None:
    year = room.small.records["AcademicYear"]
    sixth = uuid7()
    await room.add(
        ClassGroup(school_id=HERE, id=sixth, name="6A", grade_level="6", academic_year_id=year)
    )
    group = {name: room.id("ClassGroup", id_) for name, id_ in await groups_of(room)}
    course = {
        row["title"]: room.id("Course", row["id"])
        for row in await room.rows("SELECT title, id FROM course")
    }
    teacher = room.id("Teacher")
    ada, mate = room.id("Student"), await room.student("classmate")
    other = await room.student("other_student")
    opened = await opened_year(
        room, name="Edited", lastLevel=9,
        classGroups=[
            # The classmate repeats the seventh year, with those who come from 6A.
            {"sources": [group["6A"]], "joining": [mate], "classTeacher": teacher},
            # What was left of 7B and 8A is one class.
            {"sources": [group["7B"], group["8A"]], "name": "8X", "gradeLevel": "8",
             "deputy": None},
            {"name": "0", "students": []},
        ],
        courses=[
            {"source": course["French 7B, half"], "teachers": [teacher], "students": [other, ada],
             "title": "French"},
            {"classGroup": "7A", "subject": room.id("Subject"), "wholeClass": True, "room": "1"},
        ],
        dropped=[course["Choir 7B/8A"]],
        daysOff=[],
        periods=[{"name": "All", "kind": "YEAR", "startsOn": str(years_on(TODAY, 1)),
                  "endsOn": str(years_on(TODAY, 1))}],
    )  # fmt: skip
    inside = await in_year(room, opened["id"])
    assert [(each["name"], each["gradeLevel"]) for each in inside["classGroups"]] == [
        ("0", None), ("7A", "7"), ("8X", "8"), ("Blue", None),
    ]  # fmt: skip
    leaders = [(each["classTeacher"], each["deputy"]) for each in inside["classGroups"]]
    assert leaders[1:3] == [
        ({"givenName": "course_teacher"}, None), ({"givenName": "class_teacher"}, None),
    ]  # fmt: skip
    assert [(each["title"], each["classGroup"]) for each in inside["courses"]] == [
        ("French", {"name": "8X"}), ("Mathematics 7A", {"name": "7A"}),
        ("Maths 8X", {"name": "8X"}),
    ]  # fmt: skip
    assert (len(inside["periods"]), inside["daysOff"]) == (1, [])
    places = {(name, place) for name, place, _ in await enrolled(room, opened["id"])}
    assert places == {
        ("classmate", "7A"), ("student", "8X"), ("other_student", "8X"), ("student", "French"),
        ("other_student", "French"),
    }  # fmt: skip
    ends = await room.rows("SELECT count(*) FROM student WHERE ends_on IS NOT NULL")
    assert ends[0][0] == 0  # the last year of school is another


async def groups_of(room: StaffRoom) -> list[tuple[str, UUID]]:
    return [tuple(row) for row in await room.rows("SELECT name, id FROM class_group")]


async def test_a_class_is_split_and_some_leave_or_are_in_no_class(room: StaffRoom) -> None:
    group = {name: room.id("ClassGroup", id_) for name, id_ in await groups_of(room)}
    ada, mate = room.id("Student"), await room.student("classmate")
    opened = await opened_year(
        room,
        classGroups=[
            {"sources": [group["7B"]], "name": "8A", "students": [mate]},
            {"sources": [group["7B"]], "name": "8B"},
        ],
    )
    inside = await in_year(room, opened["id"])
    assert [each["title"] for each in inside["courses"]] == [
        "Choir 7B/8A", "French 8B, half", "Maths 8A", "Maths 8B",
    ]  # fmt: skip
    places = {(name, place) for name, place, _ in await enrolled(room, opened["id"])}
    assert {("classmate", "8A"), ("student", "8B"), ("student", "French 8B, half")} <= places
    await taken_back(room, opened)
    opened = await opened_year(room, leaving=[mate], unplaced=[ada])
    assert {place for _, place, _ in await enrolled(room, opened["id"])} == set()
    left = await room.rows("SELECT given_name FROM student WHERE ends_on = $1", LAST_DAY)
    assert {row[0] for row in left} == {"classmate", "other_student"}


async def test_what_will_not_do_is_told_with_its_path_and_changes_nothing(room: StaffRoom) -> None:
    group = {name: room.id("ClassGroup", id_) for name, id_ in await groups_of(room)}
    ada, mate = room.id("Student"), await room.student("classmate")
    nobody = uuid7()
    gone = room.id("Teacher", await teacher(room, "other_teacher"))
    no = {noun: room.id(noun, nobody) for noun in ("Student", "Teacher", "Course", "ClassGroup")}
    ours = {"sources": [group["7B"]]}
    for given, expected in (
        ({"startsOn": str(LAST_DAY)}, [("OVERLAPS", "startsOn")]),
        ({"startsOn": "2100-01-01", "endsOn": "2099-01-01"}, [("BAD_INPUT", "endsOn")]),
        ({"year": room.id("AcademicYear", nobody)}, [("NOT_FOUND", "year")]),
        ({"year": global_id.make("AcademicYear", ELSEWHERE, nobody)}, [("NOT_FOUND", "year")]),
        ({"startsOn": "1990-09-01", "endsOn": "1991-05-31"}, [("BAD_INPUT", "startsOn")]),
        ({"startsOn": "9999-12-01", "endsOn": "9999-12-31", "periods": [a_period(0, 9)]},
         [("OUTSIDE_YEAR", "periods.0.startsOn")]),
        ({"startsOn": "0001-01-01"}, [("BAD_INPUT", "endsOn")]),
        ({"fingerprint": "of another plan"}, [("CONFLICT", "fingerprint")]),
        ({"leaving": [no["Student"]]}, [("NOT_FOUND", "leaving.0")]),
        ({"leaving": ["garbage"]}, [("BAD_INPUT", "leaving.0")]),
        ({"leaving": [ada], "unplaced": [mate, ada]}, [("ALREADY_THERE", "unplaced.1")]),
        ({"dropped": [no["Course"]]}, [("NOT_FOUND", "dropped.0")]),
        ({"periods": [a_period(0, 400)]}, [("OUTSIDE_YEAR", "periods.0.endsOn")]),
        ({"periods": [a_period(0, 9), a_period(5, 12)]}, [("OVERLAPS", "periods.1.startsOn")]),
        ({"periods": [a_period(9, 0)]}, [("BAD_INPUT", "periods.0.endsOn")]),
        ({"periods": [a_period(0, 9), {**a_period(10, 12), "name": "0 to 9"}]},
         [("ALREADY_THERE", "periods.1.name")]),
        ({"lastLevel": 0}, [("BAD_INPUT", "lastLevel")]),
        ({"dropped": [room.id("Course")], "courses": [{"source": room.id("Course")}]},
         [("BAD_INPUT", "courses.0.source")]),
        ({"daysOff": [a_day_off(-1, 1)]}, [("OUTSIDE_YEAR", "daysOff.0.startsOn")]),
        (
            {"classGroups": [{"sources": [no["ClassGroup"]]}, {"name": "Blue"}]},
            [
                ("NOT_FOUND", "classGroups.0.sources.0"), ("BAD_INPUT", "classGroups.0.name"),
                ("ALREADY_THERE", "classGroups.1.name"),
            ],
        ),
        (
            {"classGroups": [ours, {**ours, "name": "8C"}]},
            [("ALREADY_THERE", "classGroups.1.sources.0")],
        ),
        (
            {"classGroups": [{**ours, "students": [ada, ada, no["Student"]]},
                             {"name": "New", "joining": [mate, ada]}]},
            [
                ("ALREADY_THERE", "classGroups.0.students.1"),
                ("NOT_FOUND", "classGroups.0.students.2"),
                ("ALREADY_THERE", "classGroups.1.joining.1"),
            ],
        ),
        (
            {"classGroups": [{**ours, "classTeacher": gone, "deputy": no["Teacher"]}]},
            [("NOT_THERE", "classGroups.0.classTeacher"), ("NOT_FOUND", "classGroups.0.deputy")],
        ),
        (
            {"courses": [
                {"source": no["Course"]},
                {"source": room.id("Course"), "teachers": [gone], "classGroup": "9Z"},
                {"title": "What?"},
                {"subject": room.id("Subject"), "wholeClass": True, "students": [ada]},
                {"subject": room.id("Subject", nobody), "students": [ada, ada],
                 "gradeScale": room.id("GradeScale", nobody)},
            ]},
            [
                ("NOT_FOUND", "courses.0.source"),
                ("NOT_FOUND", "courses.1.classGroup"),
                ("BAD_INPUT", "courses.1.classGroup"),
                ("NOT_THERE", "courses.1.teachers.0"),
                ("BAD_INPUT", "courses.2.subject"),
                ("BAD_INPUT", "courses.3.classGroup"),
                ("BAD_INPUT", "courses.3.students"),
                ("NOT_FOUND", "courses.4.subject"),
                ("NOT_FOUND", "courses.4.gradeScale"),
                ("ALREADY_THERE", "courses.4.students.1"),
            ],
        ),
        (
            {"classGroups": [{"classTeacher": global_id.make("Teacher", ELSEWHERE, nobody),
                              "name": "E"}]},
            [("NOT_FOUND", "classGroups.0.classTeacher")],
        ),
    ):  # fmt: skip
        assert await why(room, **given) == expected, given
    for kind, code in ((TEACHER, "FORBIDDEN"), (GUARDIAN, "FORBIDDEN"), (STRANGER, "NOT_FOUND")):
        assert await why(room, kind) == [(code, "school")]


def a_day_off(first: int, last: int) -> dict[str, Any]:
    start = years_on(TODAY - timedelta(100), 1) + timedelta(4)
    days = {"startsOn": str(start + timedelta(first)), "endsOn": str(start + timedelta(last))}
    if first < 0:
        days["startsOn"] = str(start - timedelta(10))
    return {"name": f"{first} to {last}", **days}


def a_period(first: int, last: int) -> dict[str, Any]:
    return {**a_day_off(first, last), "kind": "OTHER"}


async def teacher(room: StaffRoom, name: str) -> UUID:
    (row,) = await room.rows("SELECT id FROM teacher WHERE given_name = $1", name)
    id_: UUID = row["id"]
    return id_


def edit(year: Any) -> dict[str, Any]:
    return {"id": year["id"], "expectedVersion": year["version"], "reason": "Too early"}


async def taken_back(room: StaffRoom, year: Any) -> Any:
    return await done(room, "takeBackAcademicYear", "active version", **edit(year))


async def test_a_year_taken_back_leaves_the_school_as_it_was(room: StaffRoom) -> None:
    await room.rows(
        "UPDATE student SET ends_on = $1 WHERE given_name = 'other_student'", date(2199, 1, 1)
    )
    await room.add(
        DayOff(school_id=HERE, name="There before", starts_on=years_on(TODAY, 1),
               ends_on=years_on(TODAY, 1))
    )  # fmt: skip
    before = await snapshot(room, in_use=True)
    rights_before = {
        kind: rights(await room.viewer(kind)) for kind in (TEACHER, CLASS_TEACHER, HEAD)
    }
    year = await opened_year(room)
    assert await snapshot(room, in_use=True) != before
    lesson = await room.lesson(years_on(TODAY, 1), course="Maths 8B")
    await room.events()
    await room.rows("DELETE FROM outbox")
    assert await taken_back(room, year) == {"active": False, "version": 2}
    assert await snapshot(room, in_use=True) == before
    for kind, held in rights_before.items():
        assert rights(await room.viewer(kind)) == held
    events = [(topic, change) for _, topic, change, _ in await room.events()]
    assert events == [
        ("ACADEMIC_YEAR", "PUT_AWAY"), ("RIGHTS", "CHANGED"), ("LESSON", "REMOVED"),
        ("PERIOD", "PUT_AWAY"), ("PERIOD", "PUT_AWAY"), ("DAY_OFF", "PUT_AWAY"),
    ]  # fmt: skip
    kept = "query ($id: ID!) { node(id: $id) { ... on Lesson { history { change reason } } } }"
    steps = (await ask(room, HEAD, kept, id=lesson))["node"]["history"]
    assert steps == [{"change": "REMOVED", "reason": "Too early"}]
    again = {**edit(year), "expectedVersion": 2}
    answer = await act(room, "takeBackAcademicYear", **again)
    assert [(e["code"], e["path"]) for e in answer["errors"]] == [("NOT_FOUND", ["id"])]
    reopened = await opened_year(room)
    assert reopened["name"] == year["name"]


async def test_who_leaves_with_a_year_leaves_on_its_last_day_when_that_is_moved(
    room: StaffRoom,
) -> None:
    async def last_days() -> dict[str, date | None]:
        rows = await room.rows("SELECT given_name, ends_on FROM student")
        return {row["given_name"]: row["ends_on"] for row in rows}

    old = room.id("AcademicYear")
    before = await last_days()
    year = await opened_year(room, unplaced=[], leaving=[room.id("Student")])
    planned = dict(before) | {"student": LAST_DAY, "other_student": LAST_DAY}
    assert await last_days() == planned
    # Somebody leaves on another day by now; a year that is put away lets nobody leave.
    await room.rows("UPDATE student SET ends_on = $1 WHERE given_name = 'student'", TODAY)
    later = LAST_DAY + timedelta(5)
    (row,) = await room.rows("SELECT version FROM academic_year WHERE ends_on = $1", LAST_DAY)
    changed = {"id": old, "reason": "Snow days", "endsOn": str(later)}
    await done(room, "changeAcademicYear", "id", expectedVersion=row["version"], **changed)
    assert await last_days() == planned | {"student": TODAY, "other_student": later}
    await taken_back(room, year)
    assert await last_days() == before | {"student": TODAY}
    changed["endsOn"] = str(LAST_DAY)
    await done(room, "changeAcademicYear", "id", expectedVersion=row["version"] + 1, **changed)
    assert await last_days() == before | {"student": TODAY}


async def test_a_plan_in_which_nobody_goes_on_says_so(room: StaffRoom) -> None:
    note = "Every class group leaves, as 7 is taken for the last year of school: say which is."
    await room.rows("UPDATE class_group SET academic_year_id = NULL WHERE name = 'Blue'")
    assert note not in (await plan(room))["notes"]
    assert (await plan(room, last=7))["notes"][0] == note
    told = (await plan(room, last=7, language="ru"))["notes"]
    assert told[0].startswith("Выпускаются все классы")


def test_whatever_is_written_in_a_course_keeps_its_year() -> None:
    """A noun of a course belongs in `writing_in_year` of `db/writing/year_plans.py`."""
    of_courses = {
        table(noun.model).name
        for noun in NOUNS.values()
        if noun.written is not None and "course_id" in table(noun.model).c
    } - {"grading_rule", "lesson_pattern"}  # by which it is set up
    text = writing_in_year.text
    assert {name for name in of_courses if f"FROM {name} " not in text.replace("\n", " ")} == set()

    of_groups = {
        table(noun.model).name
        for noun in NOUNS.values()
        if noun.written is not None and "class_group_id" in table(noun.model).c
    } - {"day_off", "swapped_day"}  # by which it is set up
    assert {name for name in of_groups if f"{name}.class_group_id IN" not in text} == set()


@pytest.mark.parametrize(
    "what", ["grade", "homework", "topic", "held", "remark", "attendance", "announcement"]
)
async def test_a_year_that_somebody_has_written_in_is_not_taken_back(
    room: StaffRoom, what: str
) -> None:
    year = await opened_year(room)
    lesson = global_id.read(await room.lesson(years_on(TODAY, 1), course="Maths 8B"))[2]
    (row,) = await room.rows("SELECT course_id FROM lesson WHERE id = $1", lesson)
    course = row["course_id"]
    if what in ("topic", "held"):
        column, value = ("topic", "'Sets'") if what == "topic" else ("status", "'HELD'")
        await room.rows(f"UPDATE lesson SET {column} = {value} WHERE id = $1", lesson)
    elif what == "announcement":
        (group,) = await room.rows("SELECT id FROM class_group WHERE name = '8B'")
        moved = "UPDATE announcement SET course_id = NULL, class_group_id = $1"
        await room.rows(moved, group["id"])
    else:
        at_lesson = ", lesson_id = $2" if what != "remark" else ""
        arguments = (course, lesson) if at_lesson else (course,)
        await room.rows(f"UPDATE {what} SET course_id = $1{at_lesson}", *arguments)
    before = await snapshot(room)
    answer = await act(room, "takeBackAcademicYear", **edit(year))
    assert [(e["code"], e["path"]) for e in answer["errors"]] == [("IN_USE", ["id"])]
    assert await snapshot(room) == before


async def test_only_an_opened_year_is_taken_back_by_its_office(room: StaffRoom) -> None:
    this = {"id": room.id("AcademicYear"), "version": 1}
    year = await opened_year(room)
    for of, kind, code in (
        (this, HEAD, "NOT_FOUND"), (year, TEACHER, "FORBIDDEN"), (year, STRANGER, "NOT_FOUND"),
        ({**year, "version": 7}, HEAD, "CONFLICT"),
    ):  # fmt: skip
        before = await snapshot(room)
        answer = await act(room, "takeBackAcademicYear", "id", kind, **edit(of))
        assert [e["code"] for e in answer["errors"]] == [code]
        assert await snapshot(room) == before


async def test_a_retry_opens_one_year_and_two_offices_at_once_open_one(room: StaffRoom) -> None:
    given = {"school": SCHOOL, "idempotencyKey": "turn"}
    first = await done(room, "openAcademicYear", "id", **given)
    before = await snapshot(room)
    assert await done(room, "openAcademicYear", "id", **given) == first
    assert await snapshot(room) == before
    other = await act(room, "openAcademicYear", "id", **given, name="Other")
    assert [error["code"] for error in other["errors"]] == ["IDEMPOTENCY_KEY_REUSED"]
    await done(room, "takeBackAcademicYear", "id", **edit({**first, "version": 1}))
    answers = await asyncio.gather(
        *(act(room, "openAcademicYear", "id", school=SCHOOL) for _ in range(2))
    )
    codes = [error["code"] for answer in answers for error in answer["errors"]]
    assert codes == ["OVERLAPS"]
