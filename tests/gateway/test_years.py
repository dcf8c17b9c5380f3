"""What was in a year that is over: its classes, courses and people, as of its last day."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from db.sort_keys import renew_keys
from db.tables.class_groups import ClassGroup
from db.tables.courses import Course, Enrolment, Teaching
from db.tables.periods import AcademicYear, DayOff, Period
from domain.ids import uuid7
from resolvers import global_id
from tests.gateway.small_school import ELSEWHERE, HERE, TODAY, SmallSchool
from tests.gateway.test_finding import ask, names
from tests.store.staff_room import GUARDIAN, HEAD, STUDENT, TEACHER, YESTERDAY, StaffRoom, opened

BEGAN, ENDED = TODAY - timedelta(480), TODAY - timedelta(120)
MIDDLE = BEGAN + timedelta(100)
CLASS_TEACHER, CLASSMATE = "the class teacher", "a classmate"


class Past(SimpleNamespace):
    """Last year, when Ada and her classmate were in 6B, and whoever came and went meanwhile."""

    year: UUID
    coming: UUID
    group: UUID
    whole: UUID
    part: UUID


@pytest.fixture
async def room(room_url: str, small_school: SmallSchool) -> AsyncIterator[StaffRoom]:
    async with opened(room_url, small_school) as room:
        yield room


@pytest.fixture
async def past(room: StaffRoom) -> Past:
    ids = Past(**{name: uuid7() for name in ("year", "coming", "group", "whole", "part")})
    people = {
        row["given_name"]: row["id"]
        for row in await room.rows(
            "SELECT given_name, id FROM student UNION SELECT given_name, id FROM teacher"
        )
    }
    year: dict[str, Any] = {"school_id": HERE, "academic_year_id": ids.year}
    of_group: dict[str, Any] = {"school_id": HERE, "class_group_id": ids.group}

    def placed(name: str, first: date | None, last: date | None, **place: Any) -> Enrolment:
        days: dict[str, Any] = {"begins_on": first, "ends_on": last}
        where = place | {"school_id": HERE} if place else of_group
        return Enrolment(student_id=people[name], **days, **where)

    def taught(name: str, last: date | None = None, **more: Any) -> Teaching:
        tie: dict[str, Any] = {"school_id": HERE, "course_id": ids.whole, "ends_on": last}
        return Teaching(teacher_id=people[name], **tie, **more)

    first_quarter: dict[str, Any] = {"name": "Quarter 1", "starts_on": BEGAN, "ends_on": MIDDLE}
    await room.add(
        AcademicYear(school_id=HERE, id=ids.year, name="Last", starts_on=BEGAN, ends_on=ENDED),
        AcademicYear(
            school_id=HERE, id=ids.coming, name="Next",
            starts_on=TODAY + timedelta(200), ends_on=TODAY + timedelta(400),
        ),
        ClassGroup(id=ids.group, name="6B", class_teacher_id=people["course_teacher"], **year),
        ClassGroup(
            name="8B", school_id=HERE, academic_year_id=ids.coming,
            class_teacher_id=people["course_teacher"],
        ),
        Period(**year, kind="QUARTER", **first_quarter),
        DayOff(school_id=HERE, name="Snow", starts_on=MIDDLE, ends_on=MIDDLE),
        # The first course has its class group's year, the second its own.
        Course(id=ids.whole, title="Maths 6B", whole_class=True, **of_group),
        Course(id=ids.part, title="French 6B", **(of_group | year)),
        placed("student", BEGAN, None),
        placed("classmate", None, None),
        placed("other_student", BEGAN, MIDDLE),
        placed("student", BEGAN, None, course_id=ids.part),
        taught("course_teacher", MIDDLE),
        taught("other_teacher"),
        taught("class_teacher", main=False),
    )  # fmt: skip
    # Who left with the year, and after it, was there on its last day.
    await room.rows("UPDATE student SET ends_on = $1 WHERE given_name = 'classmate'", ENDED)
    await room.rows("UPDATE teacher SET ends_on = $1 WHERE given_name = 'other_teacher'", YESTERDAY)
    async with room.store.pool.acquire() as connection:
        await renew_keys(connection, HERE)
    return ids


async def found(room: StaffRoom, noun: str, id_: UUID, fields: str, kind: str = HEAD) -> Any:
    query = f"query ($id: ID!) {{ node(id: $id) {{ ... on {noun} {{ {fields} }} }} }}"
    return await ask(room, query, kind, id=room.id(noun, id_))


async def test_a_school_has_years_with_what_is_in_them(room: StaffRoom, past: Past) -> None:
    await room.rows("UPDATE day_off SET starts_on = $1, ends_on = $1 WHERE name <> 'Snow'", TODAY)
    query = """{ school { academicYears { name current periods { name } daysOff { name }
      classGroups { name } courses { title } } } }"""
    for kind in (HEAD, TEACHER, GUARDIAN, STUDENT):
        last, now, coming = (await ask(room, query, kind))["data"]["school"]["academicYears"]
        assert last == {
            "name": "Last",
            "current": False,
            "periods": [{"name": "Quarter 1"}],
            "daysOff": [{"name": "Snow"}],
            "classGroups": [{"name": "6B"}],
            "courses": [{"title": "French 6B"}, {"title": "Maths 6B"}],
        }
        assert (now["current"], coming["current"]) == (True, False)
        assert {each["name"] for each in now["periods"]} == {"Year", "Quarter"}
        assert [each["name"] for each in now["classGroups"]] == ["7B"]
        assert [each["title"] for each in now["courses"]] == ["Maths 7B", "Maths 8A"]
        assert (coming["courses"], coming["periods"], coming["daysOff"]) == ([], [], [])
    await room.rows(
        "UPDATE academic_year SET starts_on = $1 WHERE ends_on > $1", TODAY + timedelta(1)
    )
    years = (await ask(room, query))["data"]["school"]["academicYears"]
    assert [year["current"] for year in years if year["name"] != "Last"] == [False, False]


async def test_a_schools_periods_and_days_off_are_asked_for_by_year(
    room: StaffRoom, past: Past
) -> None:
    query = "query ($y: ID) { school { periods(year: $y) { name } daysOff(year: $y) { name } } }"
    last = await ask(room, query, y=room.id("AcademicYear", past.year))
    assert last["data"]["school"] == {
        "periods": [{"name": "Quarter 1"}],
        "daysOff": [{"name": "Snow"}],
    }
    all_ = (await ask(room, query))["data"]["school"]
    assert [len(all_[name]) for name in ("periods", "daysOff")] == [3, 3]
    for wrong in (room.id("Course"), global_id.make("AcademicYear", ELSEWHERE, past.year)):
        answer = await ask(room, query, y=wrong)
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_INPUT"}


LEARNT = """
  years { name } now: classGroups { name } then: classGroups(year: %(id)s) { name }
  courses { title } learnt: courses(year: %(id)s) { title }
"""


@pytest.mark.parametrize("kind", [HEAD, CLASS_TEACHER, GUARDIAN, STUDENT])
async def test_a_family_and_its_class_teacher_see_where_a_student_has_learnt(
    room: StaffRoom, past: Past, kind: str
) -> None:
    fields = LEARNT % {"id": f'"{room.id("AcademicYear", past.year)}"'}
    answer = await found(room, "Student", room.small.records["Student"], fields, kind)
    assert answer["data"]["node"] == {
        "years": [{"name": "Last"}, {"name": "This year"}],
        "now": [{"name": "7B"}],
        "then": [{"name": "6B"}],
        "courses": [{"title": "Maths 7B"}],
        "learnt": [{"title": "French 6B"}, {"title": "Maths 6B"}],
    }


async def test_who_teaches_a_student_in_one_course_is_told_nothing_of_other_years(
    room: StaffRoom, past: Past
) -> None:
    await room.rows("UPDATE teaching SET ends_on = $1 WHERE course_id = $2", MIDDLE, past.whole)
    fields = LEARNT % {"id": f'"{room.id("AcademicYear", past.year)}"'}
    answer = await found(room, "Student", room.small.records["Student"], fields, TEACHER)
    assert [error["path"] for error in answer["errors"]] == [["node", "years"]]
    assert answer["data"]["node"] == {
        "years": None,
        "now": [{"name": "7B"}],
        "then": [],
        "courses": [{"title": "Maths 7B"}],
        "learnt": [],
    }
    this_year = f'"{room.id("AcademicYear")}"'
    fields = f"classGroups(year: {this_year}) {{ name }} courses(year: {this_year}) {{ title }}"
    answer = await found(room, "Student", room.small.records["Student"], fields, TEACHER)
    assert answer["data"]["node"] == {
        "classGroups": [{"name": "7B"}], "courses": [{"title": "Maths 7B"}],
    }  # fmt: skip
    pupils = "students { givenName }"
    led = await found(room, "ClassGroup", past.group, pupils, TEACHER)
    assert [each["givenName"] for each in led["data"]["node"]["students"]] == [
        "student", "classmate",
    ]  # fmt: skip
    await room.rows("UPDATE class_group SET class_teacher_id = NULL WHERE id = $1", past.group)
    shown = await found(room, "ClassGroup", past.group, pupils, TEACHER)
    assert shown["data"]["node"]["students"] == []
    shown = await found(room, "ClassGroup", room.small.records["ClassGroup"], pupils, TEACHER)
    assert [each["givenName"] for each in shown["data"]["node"]["students"]] == ["student"]


async def test_a_class_and_a_course_whose_year_is_over_are_as_on_its_last_day(
    room: StaffRoom, past: Past
) -> None:
    answer = await found(
        room, "ClassGroup", past.group,
        "academicYear { name } students { givenName } courses { title }",
    )  # fmt: skip
    assert answer["data"]["node"] == {
        "academicYear": {"name": "Last"},
        "students": [{"givenName": "student"}, {"givenName": "classmate"}],
        "courses": [{"title": "French 6B"}, {"title": "Maths 6B"}],
    }
    people = "academicYear { name } students { givenName } teachers { givenName }"
    answer = await found(room, "Course", past.whole, people)
    assert answer["data"]["node"] == {
        "academicYear": {"name": "Last"},
        "students": [{"givenName": "student"}, {"givenName": "classmate"}],
        "teachers": [{"givenName": "other_teacher"}, {"givenName": "class_teacher"}],
    }
    answer = await found(room, "Course", past.part, people)
    assert answer["data"]["node"] == {
        "academicYear": {"name": "Last"}, "students": [{"givenName": "student"}], "teachers": [],
    }  # fmt: skip
    answer = await found(room, "Course", room.small.records["Course"], people)
    assert answer["data"]["node"] == {
        "academicYear": {"name": "This year"},
        "students": [{"givenName": "student"}],  # the classmate has left
        "teachers": [{"givenName": "course_teacher"}],
    }
    other = room.id("Teacher", await _teacher(room, "other_teacher"))
    over = room.id("AcademicYear", past.year)
    taught = await names(room, "courses", "title", academicYear=over, teacher=other)
    assert taught == (["Maths 6B"], 1)
    nobody = await names(room, "courses", "title", academicYear=over, withoutTeacher=True)
    assert nobody == (["French 6B"], 1)
    there = await names(room, "students", classGroup=room.id("ClassGroup", past.group))
    assert there == (["student"], 1)


async def _teacher(room: StaffRoom, name: str) -> UUID:
    (row,) = await room.rows("SELECT id FROM teacher WHERE given_name = $1", name)
    id_: UUID = row["id"]
    return id_


async def test_who_is_to_lead_a_class_does_so_once_its_year_has_begun(
    room: StaffRoom, past: Past
) -> None:
    leads = "classGroups { name }"
    answer = await found(room, "Teacher", room.small.records["Teacher"], leads)
    led = [each["name"] for each in answer["data"]["node"]["classGroups"]]
    assert led == ["9C, without students"]
    await room.rows("UPDATE academic_year SET starts_on = $1 WHERE name = 'Next'", TODAY)
    answer = await found(room, "Teacher", room.small.records["Teacher"], leads)
    led = [each["name"] for each in answer["data"]["node"]["classGroups"]]
    assert led == ["8B", "9C, without students"]


async def test_a_year_to_come_and_an_enrolment_put_away_are_no_year_learnt(
    room: StaffRoom, past: Past
) -> None:
    await room.rows("UPDATE enrolment SET active = false WHERE class_group_id = $1", past.group)
    await room.rows("UPDATE enrolment SET active = false WHERE course_id = $1", past.part)
    (coming,) = await room.rows("SELECT id FROM class_group WHERE name = '8B'")
    student = room.small.records["Student"]
    await room.add(Enrolment(school_id=HERE, student_id=student, class_group_id=coming["id"]))
    years = {
        name: f'"{room.id("AcademicYear", id_)}"'
        for name, id_ in (("then", past.year), ("next", past.coming))
    }
    fields = "years { name }" + "".join(
        f" {name}: classGroups(year: {id_}) {{ name }}" for name, id_ in years.items()
    )
    answer = await found(room, "Student", student, fields, GUARDIAN)
    assert answer["data"]["node"] == {
        "years": [{"name": "This year"}], "then": [], "next": [{"name": "8B"}],
    }  # fmt: skip


async def test_a_student_who_came_back_in_a_year_is_listed_once(
    room: StaffRoom, past: Past
) -> None:
    student = room.small.records["Student"]
    late: dict[str, Any] = {"school_id": HERE, "student_id": student, "begins_on": MIDDLE}
    await room.rows("UPDATE enrolment SET ends_on = $1 WHERE begins_on = $2", BEGAN, BEGAN)
    await room.add(
        Enrolment(**late, class_group_id=past.group), Enrolment(**late, course_id=past.part)
    )
    fields = LEARNT % {"id": f'"{room.id("AcademicYear", past.year)}"'}
    node = (await found(room, "Student", student, fields, GUARDIAN))["data"]["node"]
    assert node["then"] == [{"name": "6B"}]
    assert node["learnt"] == [{"title": "French 6B"}, {"title": "Maths 6B"}]
    assert node["years"] == [{"name": "Last"}, {"name": "This year"}]


async def test_nobody_is_in_the_journal_of_a_course_outside_its_year(
    room: StaffRoom, past: Past
) -> None:
    rows = "journal(from: %s, to: %s) { rows { student { givenName } from to left } }"

    def between(first: date, last: date) -> str:
        return rows % (f'"{first}"', f'"{last}"')

    around = between(ENDED - timedelta(1), ENDED + timedelta(1))
    answer = await found(room, "Course", past.whole, around)
    assert answer["data"]["node"]["journal"]["rows"] == [
        {"student": {"givenName": "student"}, "from": None, "to": str(ENDED), "left": False},
        {"student": {"givenName": "classmate"}, "from": None, "to": str(ENDED), "left": True},
    ]
    after = between(ENDED + timedelta(1), ENDED + timedelta(9))
    answer = await found(room, "Course", past.whole, after)
    assert answer["data"]["node"]["journal"]["rows"] == []
    before = between(BEGAN - timedelta(9), BEGAN - timedelta(1))
    answer = await found(room, "Course", past.whole, before)
    assert answer["data"]["node"]["journal"]["rows"] == []
