"""Every field of every type, for each kind of viewer: what is shown, and what is denied."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from graphql import (
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    graphql,
    is_leaf_type,
)

from db.statement import statement
from db.store import Store
from db.tables.accounts import Account
from resolvers.context import Context
from resolvers.execution.compiled import CompiledExecutor
from resolvers.viewer import Viewer, load_viewer
from schema.build import schema
from tests.gateway.small_school import TODAY, SmallSchool, found

GUARDIAN, OTHER_GUARDIAN = "guardian of this child", "guardian of another"
STUDENT, CLASSMATE = "the student", "a classmate"
COURSE_TEACHER, OTHER_TEACHER = "the course's teacher", "another teacher"
CLASS_TEACHER, HEAD = "the class teacher", "the head"
OTHER_HEAD, NOBODY = "a head of another school", "nobody"
VIEWERS = (
    GUARDIAN, OTHER_GUARDIAN, STUDENT, CLASSMATE, COURSE_TEACHER, OTHER_TEACHER, CLASS_TEACHER,
    HEAD, OTHER_HEAD, NOBODY,
)  # fmt: skip
MEMBERS = frozenset(VIEWERS) - {OTHER_HEAD, NOBODY}
CONCERNED = frozenset({GUARDIAN, STUDENT, COURSE_TEACHER, CLASS_TEACHER, HEAD})
CLASS = CONCERNED | {CLASSMATE}
STAFF = frozenset({COURSE_TEACHER, CLASS_TEACHER, HEAD})
KEEPERS = frozenset({CLASS_TEACHER, HEAD})
OFFICE = ("AcademicYear", "Period", "DayOff", "Subject", "WorkType", "GradeScale")

# Written by hand and apart from the declarations that they check: who may know of the record, and
# the fields that fewer of them may read.
SHOWN: dict[str, frozenset[str]] = {
    "School": MEMBERS,
    "AcademicYear": MEMBERS,
    "Period": MEMBERS,
    "Subject": MEMBERS,
    "WorkType": MEMBERS,
    "GradeScale": MEMBERS,
    "ClassGroup": MEMBERS,
    "Course": MEMBERS,
    "Teacher": MEMBERS,
    "Lesson": MEMBERS,
    "Homework": CLASS,
    "Student": CONCERNED,
    "Grade": CONCERNED,
    "GradeRevision": CONCERNED,
    "HomeworkRevision": CLASS,
    "LessonRevision": STAFF,
    "Webhook": frozenset({HEAD}),
    "WebhookDelivery": frozenset({HEAD}),
    "DayOff": MEMBERS,
    **{f"{noun}Revision": frozenset({HEAD}) for noun in OFFICE},
}
FEWER: dict[str, frozenset[str]] = {
    "School.students": frozenset({HEAD}),
    "School.webhooks": frozenset({HEAD}),
    "Course.journal": STAFF,
    "Course.withdrawnGrades": frozenset({COURSE_TEACHER, HEAD}),
    "GradeRevision.by": STAFF,
    **{f"{noun}.history": frozenset({HEAD}) for noun in OFFICE},
    "HomeworkRevision.by": STAFF,
    "Lesson.history": STAFF,
    "Student.bornOn": KEEPERS | {STUDENT, GUARDIAN},
    "Student.email": KEEPERS | {STUDENT, GUARDIAN},
    "Student.phone": KEEPERS | {STUDENT, GUARDIAN},
    "Student.guardians": KEEPERS | {STUDENT, GUARDIAN},
    "Guardian.email": KEEPERS | {GUARDIAN},
    "Guardian.phone": KEEPERS | {GUARDIAN},
    "Teacher.email": frozenset({COURSE_TEACHER, HEAD}),
    "Teacher.phone": frozenset({COURSE_TEACHER, HEAD}),
}
STRANGERS = frozenset({OTHER_GUARDIAN, OTHER_TEACHER})
"""Members who have nobody in the class."""

ALWAYS_SEEN = frozenset(
    {
        "Account", "Viewer", "Membership", "PageInfo", "Average", "Query", "Mutation",
        "Subscription", "DiaryChanges", "GradeChange", "HomeworkChange", "LessonChange",
        "Rounding", "MarkThreshold", "GradeScalePreview", "MarkPreview",
        *(f"{noun}Change" for noun in OFFICE),
    }
)  # fmt: skip
"""Types whose fields are for whoever asks: what they hold is guarded where it is a record."""

THROUGH: dict[str, tuple[str, str]] = {
    "DiaryDay": ("Student", "diary(from: $day, to: $day)"),
    "DiaryEntry": ("Student", "diary(from: $day, to: $day) { lessons"),
    "SubjectAverage": ("Student", "averages(from: $day, to: $day)"),
    "Journal": ("Course", "journal(from: $day, to: $day)"),
    "JournalRow": ("Course", "journal(from: $day, to: $day) { rows"),
    "Guardian": ("Student", "guardians"),
    "StudentConnection": ("School", "students"),
    "StudentEdge": ("School", "students { edges"),
    "TeacherConnection": ("School", "teachers"),
    "TeacherEdge": ("School", "teachers { edges"),
    "WebhookDeliveryConnection": ("Webhook", "deliveries"),
    "WebhookDeliveryEdge": ("Webhook", "deliveries { edges"),
}
ARGUMENTS = {"from": "$day", "to": "$day", "first": "10"}


@statement(Account)
def every_account() -> Any:
    from sqlalchemy import select

    from db.reading.parts import table

    return select(table(Account))


@pytest.fixture(scope="module")
async def small(server: Any, empty_template: str) -> AsyncIterator[tuple[Store, SmallSchool]]:
    async with server.copy(empty_template) as url:
        connection = await asyncpg.connect(url)
        school = await found(connection)
        await connection.close()
        store = await Store.connect(url, connections=2)
        yield store, school
        await store.close()


async def viewer_named(store: Store, school: SmallSchool, kind: str) -> Viewer | None:
    if kind == NOBODY:
        return None
    accounts = await store.fetch(every_account)
    account = next(one for one in accounts if one.id == school.accounts[kind])
    return await load_viewer(store, account)


async def ask(store: Store, viewer: Viewer | None, query: str, **variables: object) -> Any:
    result = await graphql(
        schema._schema,
        query,
        context_value=Context(store, viewer),
        variable_values={"day": TODAY.isoformat(), **variables},
        executor_class=CompiledExecutor,
    )
    return result.formatted


def object_types() -> dict[str, GraphQLObjectType]:
    return {
        name: type_
        for name, type_ in schema._schema.type_map.items()
        if isinstance(type_, GraphQLObjectType) and not name.startswith("__")
    }


def selection(name: str, field: GraphQLField) -> str:
    given = [f"{arg}: {ARGUMENTS[arg]}" for arg in field.args if arg in ARGUMENTS]
    arguments = f"({', '.join(given)})" if given else ""
    below = "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"
    return f"{name}{arguments}{below}"


def fields_of(*types: str) -> list[tuple[str, str]]:
    return [(name, field) for name in types for field in object_types()[name].fields]


@pytest.mark.parametrize("kind", VIEWERS)
@pytest.mark.parametrize("noun", SHOWN)
async def test_a_record_is_shown_to_those_concerned_and_does_not_exist_for_the_rest(
    small: tuple[Store, SmallSchool], noun: str, kind: str
) -> None:
    store, school = small
    viewer = await viewer_named(store, school, kind)
    answer = await ask(
        store, viewer, "query ($id: ID!) { node(id: $id) { __typename id } }", id=school.id(noun)
    )
    if kind in SHOWN[noun]:
        assert answer == {"data": {"node": {"__typename": noun, "id": school.id(noun)}}}
    else:
        assert answer == {"data": {"node": None}}


@pytest.mark.parametrize(("noun", "name"), fields_of(*SHOWN))
async def test_a_field_answers_its_audience_and_forbids_the_others(
    small: tuple[Store, SmallSchool], noun: str, name: str
) -> None:
    store, school = small
    field = object_types()[noun].fields[name]
    day = ", $day: Date!" if "$day" in selection(name, field) else ""
    query = (
        f"query ($id: ID!{day}) "
        f"{{ node(id: $id) {{ ... on {noun} {{ {selection(name, field)} }} }} }}"
    )
    for kind in SHOWN[noun]:
        viewer = await viewer_named(store, school, kind)
        answer = await ask(store, viewer, query, id=school.id(noun))
        if kind in FEWER.get(f"{noun}.{name}", SHOWN[noun]):
            assert "errors" not in answer, (kind, answer)
            value = answer["data"]["node"][name]
            if not hides_students(f"{noun}.{name}", kind):
                assert value not in (None, []), (kind, answer)
        else:
            assert answer["data"]["node"] == {name: None}, kind
            assert [error["path"] for error in answer["errors"]] == [["node", name]]
            assert answer["errors"][0]["message"] == "You may not read this field."


def hides_students(field: str, kind: str) -> bool:
    """Lists that leave out what this viewer may not know of."""
    if field in ("ClassGroup.students", "Course.students"):
        return kind in STRANGERS
    return field == "Lesson.homework" and kind in STRANGERS


@pytest.mark.parametrize(("noun", "name"), fields_of(*THROUGH))
async def test_what_hangs_on_a_record_is_shown_to_its_audience(
    small: tuple[Store, SmallSchool], noun: str, name: str
) -> None:
    store, school = small
    owner, path = THROUGH[noun]
    field = object_types()[noun].fields[name]
    closing = "}" * (path.count("{") + 1)
    day = ", $day: Date!" if "$day" in path + selection(name, field) else ""
    query = (
        f"query ($id: ID!{day}) {{ node(id: $id) "
        f"{{ ... on {owner} {{ it: {path} {{ {selection(name, field)} {closing} }} }} }}"
    )
    for kind in VIEWERS:
        viewer = await viewer_named(store, school, kind)
        answer = await ask(store, viewer, query, id=school.id(owner))
        through = f"{owner}.{path.split('(')[0].split(' ')[0]}"
        if kind not in SHOWN[owner]:
            assert answer == {"data": {"node": None}}
        elif kind in FEWER.get(through, SHOWN[owner]):
            value = value_at(answer["data"]["node"]["it"], path, name)
            allowed = kind in FEWER.get(f"{noun}.{name}", SHOWN[owner])
            assert (value not in (None, [])) == allowed, kind
            assert ("errors" in answer) != allowed, kind
        else:
            assert answer["data"]["node"]["it"] is None, kind
            assert [error["path"] for error in answer["errors"]] == [["node", "it"]]


def value_at(found: Any, path: str, name: str) -> Any:
    for step in [*path.split(" { ")[1:], name]:
        found = found[0] if isinstance(found, list) else found
        found = found[step]
    return found


def test_every_type_of_the_schema_is_walked() -> None:
    outcomes = {name for name in object_types() if name.endswith(("Payload", "Error"))}
    assert set(object_types()) - ALWAYS_SEEN - outcomes == set(SHOWN) | set(THROUGH)


def test_what_a_mutation_answers_is_a_payload_with_errors() -> None:
    for field in object_types()["Mutation"].fields.values():
        payload = get_named_type(field.type)
        assert payload.name.endswith("Payload")
        assert "errors" in payload.fields


def test_a_field_that_some_may_not_read_is_nullable() -> None:
    for where in FEWER:
        noun, name = where.split(".")
        assert not isinstance(object_types()[noun].fields[name].type, GraphQLNonNull)
