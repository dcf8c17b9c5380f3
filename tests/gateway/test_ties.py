"""Rights by odd ties, against an oracle; whatever is shown with an id can be asked for by it."""

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from db.store import Store
from db.tables.accounts import Account, Membership
from db.tables.schools import School
from db.tables.students import Student
from domain.ids import uuid7
from domain.ties import TieName
from resolvers import global_id
from resolvers.viewer import Viewer, load_viewer
from tests.gateway import small_school
from tests.gateway.odd_oracle import Oracle
from tests.gateway.odd_school import (
    COURSES,
    GUARDIANS,
    LESSONS,
    STUDENTS,
    VIEWERS,
    OddSchool,
    found_odd,
)
from tests.gateway.small_school import ELSEWHERE, HERE, TODAY, insert
from tests.gateway.test_authorization import ask, every_account, object_types, required

DAYS = TODAY - timedelta(30), TODAY + timedelta(30)
SPAN = {"first": DAYS[0].isoformat(), "last": DAYS[1].isoformat()}
DENIED = "You may not read this field."
GIVEN = {"from": "$first", "to": "$last", "first": "200"}
ORACLE = Oracle()


@pytest.fixture(scope="module")
async def odd(server: Any, empty_template: str) -> AsyncIterator[tuple[Store, OddSchool]]:
    async with server.copy(empty_template) as url:
        connection = await asyncpg.connect(url)
        school = await found_odd(connection)
        await connection.close()
        store = await Store.connect(url, connections=2)
        yield store, school
        await store.close()


@pytest.fixture(scope="module")
async def small(server: Any, empty_template: str) -> AsyncIterator[tuple[Store, Any]]:
    async with server.copy(empty_template) as url:
        connection = await asyncpg.connect(url)
        school = await small_school.found(connection)
        await connection.close()
        store = await Store.connect(url, connections=2)
        yield store, school
        await store.close()


async def viewer_of(store: Store, account: UUID) -> Viewer:
    accounts = await store.fetch(every_account)
    return await load_viewer(store, next(one for one in accounts if one.id == account))


async def nodes(store: Store, viewer: Viewer | None, ids: Iterable[str], below: str = "") -> Any:
    """By id, what `node(id:)` shows of each."""
    found: dict[str, Any] = {}
    wanted = list(ids)
    for start in range(0, len(wanted), 100):
        some = wanted[start : start + 100]
        dated = ", $first: Date!, $last: Date!" if "$first" in below else ""
        query = f"query ($ids: [ID!]!{dated}) {{ nodes(ids: $ids) {{ __typename id {below} }} }}"
        answer = await ask(store, viewer, query, ids=some, **SPAN)
        assert {error["message"] for error in answer.get("errors", ())} <= {DENIED}
        found |= dict(zip(some, answer["data"]["nodes"], strict=True))
    return found


@pytest.mark.parametrize("who", VIEWERS)
async def test_a_viewer_may_know_of_just_what_their_ties_lead_to(
    odd: tuple[Store, OddSchool], who: str
) -> None:
    store, school = odd
    viewer = await viewer_of(store, school.accounts[who])
    expected = {
        global_id.make(noun, HERE, school.ids[noun, name]): who in known
        for noun, name, known in ORACLE.visible()
    }
    shown = await nodes(store, viewer, expected)
    assert {
        describe(school, id_): node is not None for id_, node in shown.items()
    } == {describe(school, id_): known for id_, known in expected.items()}  # fmt: skip
    assert (HERE in viewer.schools) == (who in ORACLE.members())


def describe(school: OddSchool, id_: str) -> tuple[str, str]:
    noun, _, key = global_id.read(id_)
    return noun, school.name(noun, key)


LISTS = """
  ... on Student {
    guardians { id }
    courses { id }
    averages(from: $first, to: $last) { course { id } }
    grades(from: $first, to: $last) { id }
    diary(from: $first, to: $last) { lessons { lesson { id homework { id } } } }
  }
  ... on Course {
    students { id }
    journal(from: $first, to: $last) { rows { student { id } from to left } }
  }
  ... on Guardian { email phone }
"""


@pytest.mark.parametrize("who", VIEWERS)
async def test_lists_hold_what_the_viewer_may_know_of_and_contacts_are_for_keepers(
    odd: tuple[Store, OddSchool], who: str
) -> None:
    store, school = odd
    viewer = await viewer_of(store, school.accounts[who])
    ids = {
        (noun, name): global_id.make(noun, HERE, id_)
        for (noun, name), id_ in school.ids.items()
        if noun in ("Student", "Course", "Guardian")
    }
    shown = await nodes(store, viewer, ids.values(), LISTS)
    for name in STUDENTS:
        if (student := shown[ids["Student", name]]) is None:
            continue
        reached = who in ORACLE.reachers(name) | ORACLE.leaders(name) | ORACLE.heads()
        assert (student["guardians"] is not None) == reached, name
        assert names(school, student["courses"]) == ORACLE.courses_shown(who, name)
        grades = {one.split("/")[1] for one in names(school, student["grades"])}
        assert grades == {each for each in ORACLE.graded(who, name) if is_in_span(each)}
        averages = names(school, (one["course"] for one in student["averages"]))
        assert averages == ORACLE.averaged(who, name, DAYS)
        lessons = [entry["lesson"] for day in student["diary"] for entry in day["lessons"]]
        assert all(day["lessons"] for day in student["diary"])
        diary = {
            lesson
            for lesson, (course, day) in LESSONS.items()
            if is_in_span(lesson)
            and ORACLE.learnt(name, course, day)
            and who in ORACLE.of_student(name, day) | ORACLE.teachers(course)
        }
        assert names(school, lessons) == diary
        assert len(lessons) == len(diary)
        work = {lesson for lesson in diary if who in ORACLE.homework(lesson)}
        assert names(school, (each for one in lessons for each in one["homework"])) == work
    for name in COURSES:
        if (course := shown[ids["Course", name]]) is None:
            continue
        assert names(school, course["students"]) == ORACLE.pupils_shown(who, name)
        assert (course["journal"] is not None) == ORACLE.journal(who, name), name
        if course["journal"] is not None:
            rows = {
                names(school, [row["student"]]).pop(): (
                    row["from"] and date.fromisoformat(row["from"]),
                    row["to"] and date.fromisoformat(row["to"]),
                    row["left"],
                )
                for row in course["journal"]["rows"]
            }
            assert rows == ORACLE.rows(who, name, DAYS), name
    for name in GUARDIANS:
        if (guardian := shown[ids["Guardian", name]]) is not None:
            assert (guardian["email"] is not None) == (who in ORACLE.contacts(name)), name


def is_in_span(lesson: str) -> bool:
    return DAYS[0] <= LESSONS[lesson][1] <= DAYS[1]


def names(school: OddSchool, shown: Iterable[Any]) -> set[str]:
    return {describe(school, one["id"])[1] for one in shown}


async def test_a_family_writes_in_the_courses_of_today_and_in_none_whose_year_is_over(
    odd: tuple[Store, OddSchool],
) -> None:
    store, school = odd
    for who in (*STUDENTS, *GUARDIANS):
        viewer = await viewer_of(store, school.accounts[who])
        rights = viewer.schools.get(HERE)
        ties = rights.of_today if rights else {}
        written = {
            school.name("Course", id_)
            for name in (TieName.COURSE_OF_SELF, TieName.COURSE_OF_CHILD)
            for id_ in ties.get(name, ())
        }
        assert written == {
            course
            for student in STUDENTS
            if ORACLE.there(student) and who in ORACLE.family(student)
            for course in COURSES
            if ORACLE.course_open(course) and ORACLE.learnt(student, course, TODAY)
        }, who


async def test_a_class_teacher_reads_homework_beside_the_grade_wherever_their_students_learn(
    odd: tuple[Store, OddSchool],
) -> None:
    store, school = odd
    grade = global_id.make("Grade", HERE, school.ids["Grade", "ada/french, across classes"])
    query = "query ($id: ID!) { grade(id: $id) { value lesson { homework { text } } } }"
    for who in ("leads 7B", "leads 8A"):
        viewer = await viewer_of(store, school.accounts[who])
        shown = (await ask(store, viewer, query, id=grade))["data"]["grade"]
        homework = [{"text": "french, across classes"}]
        if who == "leads 7B":
            assert shown == {"value": "4", "lesson": {"homework": homework}}
        else:
            assert shown is None


async def test_a_head_finds_who_has_left_by_id_and_on_no_list(
    odd: tuple[Store, OddSchool],
) -> None:
    store, school = odd
    viewer = await viewer_of(store, school.accounts["the head"])
    query = """
      { school { students(first: 200) { edges { node { givenName } } }
                 teachers(first: 200) { edges { node { givenName } } }
                 classGroups { edges { node { students { givenName } } } } } }
    """
    of = (await ask(store, viewer, query))["data"]["school"]
    listed = {edge["node"]["givenName"] for edge in of["students"]["edges"]}
    gone = {name for name in STUDENTS if not ORACLE.there(name)} - {"hugo, who is to come"}
    assert listed == set(STUDENTS) - gone
    groups = [edge["node"] for edge in of["classGroups"]["edges"]]
    in_classes = {one["givenName"] for group in groups for one in group["students"]}
    assert in_classes == set(STUDENTS) - gone - {"hugo, who is to come"}
    ada = global_id.make("Student", HERE, school.ids["Student", "ada"])
    (shown,) = (
        await nodes(store, viewer, [ada], "... on Student { guardians { givenName } }")
    ).values()
    assert {one["givenName"] for one in shown["guardians"]} == ORACLE.guardians_today("ada")


async def test_viewer_student_is_that_of_the_first_school(empty_store: Store) -> None:
    ids = sorted((uuid7() for _ in range(4)), key=str)
    account = Account(login="both", password_hash="-", display_name="Both")
    async with empty_store.pool.acquire() as connection:
        for number in (HERE, ELSEWHERE):
            await insert(connection, School(school_id=number, name=str(number)))
        await insert(connection, account)
        # The second school's come first, by whatever else they might be ordered.
        for school, id_ in ((ELSEWHERE, ids[0]), (ELSEWHERE, ids[1]), (HERE, ids[3])):
            named: dict[str, Any] = {"given_name": f"of {school}", "family_name": "A"}
            await insert(connection, Student(school_id=school, id=id_, **named))
            held: dict[str, Any] = {"account_id": account.id, "role": "STUDENT", "student_id": id_}
            await insert(connection, Membership(school_id=school, **held))
    viewer = await load_viewer(empty_store, account)
    query = "{ viewer { student { givenName } schools { name } memberships { school { name } } } }"
    of = (await ask(empty_store, viewer, query))["data"]["viewer"]
    assert of["student"] == {"givenName": "of 1"}
    assert [school["name"] for school in of["schools"]] == ["1", "2"]
    assert [one["school"]["name"] for one in of["memberships"]] == ["1", "2"]


@pytest.fixture
async def empty_store(server: Any, empty_template: str) -> AsyncIterator[Store]:
    async with server.copy(empty_template) as url:
        store = await Store.connect(url, connections=2)
        yield store
        await store.close()


def selection(type_: GraphQLObjectType, path: tuple[str, ...] = ()) -> str:
    """Every field of the type down to the next records, of which the ids are asked for."""
    found = ["__typename"]
    for name, field in type_.fields.items():
        below = get_named_type(field.type)
        if is_leaf_type(below):
            continue
        given = [f"{arg}: {GIVEN[arg]}" for arg in field.args if arg in GIVEN]
        given += required(field)
        arguments = f"({', '.join(given)})" if given else ""
        if is_node(below):
            inner = "{ __typename id }"
        elif below.name in path:
            continue
        else:
            inner = selection(below, (*path, type_.name))
        found.append(f"f{len(found)}: {name}{arguments} {inner}")
    return "{ " + " ".join(found) + " }"


def is_node(type_: Any) -> bool:
    return type_.name == "Node" or "Node" in [one.name for one in getattr(type_, "interfaces", ())]


def records() -> Iterator[GraphQLObjectType]:
    return (type_ for type_ in object_types().values() if is_node(type_))


def shown_ids(answer: Any) -> Iterator[str]:
    if isinstance(answer, list):
        for each in answer:
            yield from shown_ids(each)
    elif isinstance(answer, dict):
        if isinstance(answer.get("id"), str):
            yield answer["id"]
        for each in answer.values():
            yield from shown_ids(each)


ROOTS = f"query ($first: Date!, $last: Date!) {{ viewer {selection(object_types()['Viewer'])} }}"
BELOW = {type_.name: f"... on {type_.name} {selection(type_)}" for type_ in records()}


async def swept(store: Store, viewer: Viewer | None, known: Iterable[str]) -> set[str]:
    """Every id that is shown to the viewer anywhere, from what they are, and from whatever is
    `known`; each of them is asked for by itself."""
    answer = await ask(store, viewer, ROOTS, **SPAN)
    begun = await nodes(store, viewer, known)
    new = {*shown_ids(answer), *(id_ for id_, node in begun.items() if node is not None)}
    seen: set[str] = set()
    while new:
        found: dict[str, Any] = {}
        for noun, below in BELOW.items():
            some = {id_ for id_ in new if global_id.read(id_)[0] == noun}
            found |= await nodes(store, viewer, some, below)
        assert found.keys() == new
        assert [id_ for id_, node in found.items() if node is None] == []
        seen |= new
        new = set(shown_ids(list(found.values()))) - seen
    return seen


@pytest.mark.parametrize("who", VIEWERS)
async def test_whatever_is_shown_with_an_id_can_be_asked_for_by_it(
    odd: tuple[Store, OddSchool], who: str
) -> None:
    store, school = odd
    viewer = await viewer_of(store, school.accounts[who])
    every = [
        global_id.make(noun, HERE, id_) for (noun, _), id_ in school.ids.items() if noun != "Year"
    ]
    seen = await swept(store, viewer, every)
    known = {
        global_id.make(noun, HERE, school.ids[noun, name])
        for noun, name, viewers in ORACLE.visible()
        if who in viewers
    }
    of_ties = {noun for noun, _, _ in ORACLE.visible()}
    assert {id_ for id_ in seen if global_id.read(id_)[0] in of_ties} == known


async def test_it_is_so_for_every_noun_and_kind_of_viewer(small: tuple[Store, Any]) -> None:
    store, school = small
    met: set[str] = set()
    for account in school.accounts.values():
        viewer = await viewer_of(store, account)
        seen = await swept(store, viewer, [school.id(noun) for noun in school.records])
        met |= {global_id.read(id_)[0] for id_ in seen}
    assert met == {type_.name for type_ in records()}
