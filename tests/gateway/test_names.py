"""Lists in the order of the school's language, and people found in them, page by page."""

from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from db.reading.students import students_page
from db.sort_keys import renew_keys
from db.tables.class_groups import ClassGroup
from db.tables.courses import Enrolment, Teaching
from db.tables.guardians import Guardian, Guardianship
from db.tables.schools import Subject, WorkType
from db.tables.students import Student
from db.tables.teachers import Teacher
from domain.names import words
from resolvers.context import Context
from schema.build import schema
from tests.asking import graphql
from tests.gateway.small_school import HERE, TODAY, SmallSchool
from tests.store.staff_room import GUARDIAN, HEAD, StaffRoom, opened

PAGE = """
  query ($first: Int!, $after: String, $where: StudentFilter) { school {
    students(first: $first, after: $after, where: $where) {
      edges { cursor node { familyName givenName } } pageInfo { hasNextPage endCursor } } } }
"""
PEOPLE = (
    ("Zorn", "Ada"), ("Özil", "Mesut"), ("oz", "Amos"), ("Ozols", "Rita"), ("Strauß", "Levi"),
    ("Núñez", "Ana María"), ("Ёлкин", "Пётр"), ("Ежов", "Иван"), ("Жуков", "Лев"),
)  # fmt: skip
SORTED = ["Adler", "Núñez", "oz", "Özil", "Ozols", "Sommer", "Sommer", "Strauß", "Zorn"]


@pytest.fixture
async def room(room_url: str, small_school: SmallSchool) -> AsyncIterator[StaffRoom]:
    async with opened(room_url, small_school) as room:
        students = [Student(school_id=HERE, family_name=f, given_name=g) for f, g in PEOPLE]
        await room.add(*students)
        await renewed(room, "de")
        yield room


async def renewed(room: StaffRoom, language: str) -> None:
    async with room.store.pool.acquire() as connection, connection.transaction():
        await connection.execute("UPDATE school SET language = $1", language)
        await renew_keys(connection)


async def ask(room: StaffRoom, query: str, kind: str = HEAD, **given: Any) -> Any:
    context = Context(room.store, await room.viewer(kind))
    answer = await graphql(schema._schema, query, context_value=context, variable_values=given)
    return answer.formatted


async def listed(room: StaffRoom, first: int, name: str | None = None) -> list[str]:
    """The family names of all pages."""
    found, after, more = [], None, True
    while more:
        where = None if name is None else {"name": name}
        answer = await ask(room, PAGE, first=first, after=after, where=where)
        page = answer["data"]["school"]["students"]
        found += [edge["node"]["familyName"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return found


async def test_students_come_in_the_order_of_the_language_page_by_page(room: StaffRoom) -> None:
    for first in (1, 2, 50):
        assert await listed(room, first) == [*SORTED, "Ежов", "Ёлкин", "Жуков"]
    await renewed(room, "sv")
    at_the_end = ["Zorn", "Özil", "Ежов", "Ёлкин", "Жуков"]
    assert (await listed(room, 2))[-5:] == at_the_end
    await renewed(room, "ru")
    assert await listed(room, 2) == ["Ежов", "Ёлкин", "Жуков", *SORTED]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("nunez", ["Núñez"]),
        (" NUÑEZ, ana ", ["Núñez"]),
        ("María Ana nunez", ["Núñez"]),
        ("strauss", ["Strauß"]),
        ("Елкин", ["Ёлкин"]),
        ("петр елкин", ["Ёлкин"]),
        ("OZ", ["oz", "Özil", "Ozols"]),
        ("Öz", ["oz", "Özil", "Ozols"]),
        ("unez", []),
        ("%", []),
        ("_", []),
        ("  ", None),
        ("", None),
    ],
)
async def test_students_are_found_as_people_type_them(
    room: StaffRoom, name: str, found: list[str] | None
) -> None:
    whole = [*SORTED, "Ежов", "Ёлкин", "Жуков"]
    assert await listed(room, 2, name) == (whole if found is None else found)


async def test_a_page_goes_on_after_somebody_who_was_renamed_meanwhile(room: StaffRoom) -> None:
    answer = await ask(room, PAGE, first=4)
    edges = answer["data"]["school"]["students"]["edges"]
    assert edges[-1]["node"]["familyName"] == "Özil"
    async with room.store.pool.acquire() as connection:
        await connection.execute(
            "UPDATE student SET family_name = 'Aal', sort_key = '' WHERE family_name = 'Özil'"
        )
        await renew_keys(connection)
    answer = await ask(room, PAGE, first=2, after=edges[-1]["cursor"])
    after = answer["data"]["school"]["students"]["edges"]
    assert [edge["node"]["familyName"] for edge in after] == ["Ozols", "Sommer"]


async def test_a_cursor_of_another_order_asks_to_load_anew(room: StaffRoom) -> None:
    answer = await ask(room, PAGE, first=1)
    cursor = answer["data"]["school"]["students"]["pageInfo"]["endCursor"]
    await renewed(room, "sv")
    answer = await ask(room, PAGE, first=1, after=cursor)
    assert answer["errors"][0]["message"] == "The list has another order by now: load anew."
    teachers = "query ($a: String) { school { teachers(after: $a) { pageInfo { endCursor } } } }"
    answer = await ask(room, teachers, a=cursor)
    wrong = "The cursor is not one that this server gave."
    assert [error["message"] for error in answer["errors"]] == [wrong]


async def test_a_cursor_shows_no_name(room: StaffRoom) -> None:
    answer = await ask(room, PAGE, first=50)
    for edge in answer["data"]["school"]["students"]["edges"]:
        shown = urlsafe_b64decode(edge["cursor"] + "===")
        name = words(edge["node"]["familyName"])[0]
        assert name.encode() not in shown.lower()
        assert len(edge["cursor"]) < 150


LISTS = """
  query ($student: ID!, $course: ID!) {
    school { subjects { name } workTypes { name } classGroups { edges { node { name } } } language }
    student(id: $student) { guardians { familyName } }
    course(id: $course) { teachers { familyName } }
  }
"""


async def test_every_list_of_names_is_in_that_order(room: StaffRoom) -> None:
    student, course = room.small.records["Student"], room.small.records["Course"]
    await room.add(
        *(Subject(school_id=HERE, name=name) for name in ("Zoologie", "Ökologie", "ethik")),
        *(WorkType(school_id=HERE, name=name, kind="TEST") for name in ("übung", "Arbeit")),
        *(ClassGroup(school_id=HERE, name=name) for name in ("10A", "9a")),
    )
    for family in ("Özdemir", "Zorn", "oz"):
        guardian = Guardian(school_id=HERE, family_name=family, given_name="A")
        teacher = Teacher(school_id=HERE, family_name=family, given_name="B")
        await room.add(
            guardian,
            teacher,
            Guardianship(school_id=HERE, student_id=student, guardian_id=guardian.id),
            Teaching(school_id=HERE, course_id=course, teacher_id=teacher.id),
        )
    await renewed(room, "de")
    ids = {"student": room.id("Student"), "course": room.id("Course")}
    answer = await ask(room, LISTS, **ids)
    school = answer["data"]["school"]
    assert school["language"] == "de"
    assert [one["name"] for one in school["subjects"]] == [
        "ethik", "Mathematics", "Ökologie", "Zoologie",
    ]  # fmt: skip
    assert [one["name"] for one in school["workTypes"]] == ["Arbeit", "Test", "übung"]
    assert [one["node"]["name"] for one in school["classGroups"]["edges"]] == [
        "7B", "8A", "9a", "9C, without students", "10A",
    ]  # fmt: skip
    people = [answer["data"]["student"]["guardians"], answer["data"]["course"]["teachers"]]
    for found in people:
        assert [one["familyName"] for one in found] == ["oz", "Özdemir", "Sommer", "Zorn"]


async def test_a_class_and_ones_children_come_in_that_order(room: StaffRoom) -> None:
    guardian = room.small.records["Guardian"]
    group = room.small.records["ClassGroup"]
    rows = await room.rows("SELECT id FROM student WHERE family_name IN ('Özil', 'Zorn', 'oz')")
    for row in rows:
        await room.add(
            Enrolment(school_id=HERE, student_id=row["id"], class_group_id=group),
            Guardianship(school_id=HERE, student_id=row["id"], guardian_id=guardian),
        )
    query = "{ viewer { children { familyName } } }"
    answer = await ask(room, query, GUARDIAN)
    names = [child["familyName"] for child in answer["data"]["viewer"]["children"]]
    assert names == ["Adler", "oz", "Özil", "Zorn"]
    query = "query ($id: ID!) { classGroup(id: $id) { students { familyName } } }"
    answer = await ask(room, query, id=room.id("ClassGroup"))
    names = [student["familyName"] for student in answer["data"]["classGroup"]["students"]]
    assert names == ["Adler", "oz", "Özil", "Sommer", "Zorn"]


async def test_a_page_is_read_in_the_order_of_an_index(room: StaffRoom) -> None:
    await room.rows(
        "INSERT INTO student (school_id, id, given_name, family_name, sort_key)"
        " SELECT 1, gen_random_uuid(), 'A', 'B', int4send(n) FROM generate_series(1, 5000) n"
    )
    await room.rows("ANALYZE student")
    given = {"school": "1", "key": r"'\x'", "id": f"'{UUID(int=0)}'", "limit": "51"}
    given |= {"words": "'{% x%}'", "grade_level": "null", "day": f"'{TODAY}'"}
    given |= dict.fromkeys(("class_group", "academic_year"), "null")
    lacking = ("guardian", "class_group", "account")
    given |= dict.fromkeys(("has_left", *(f"without_{each}" for each in lacking)), "false")
    values = ", ".join(given[name] for name in students_page.parameters)
    async with room.store.pool.acquire() as connection:  # which plans as those of a process do
        await connection.execute(f"PREPARE page AS {students_page.text}")
        rows = await connection.fetch(f"EXPLAIN EXECUTE page ({values})")
    plan = "\n".join(row[0] for row in rows)
    assert "ix_student_name" in plan
    assert "Sort" not in plan
