"""How many statements a page of the diary costs, whatever its size."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from graphql import execute, parse

from db.demo import Demo
from db.store import Store
from resolvers import global_id
from resolvers.context import Context
from resolvers.execution.compiled import CompiledExecutor
from resolvers.sessions import sign_in
from schema.build import schema
from tests.conftest import TODAY

QUERIES = Path(__file__).parents[2] / "gateway/graphiql/source/queries"
MONTH = {"from": str(TODAY - timedelta(30)), "to": str(TODAY)}


async def statements(store: Store, login: str, query: str, **variables: object) -> list[str]:
    """The names of the statements that answering takes, after the viewer is known."""
    seen: list[str] = []
    viewer = (await sign_in(store, login, "demo")).viewer
    store.watchers.append(seen.append)
    answer: Any = execute(
        schema._schema,
        parse(query),
        context_value=Context(store, viewer),
        variable_values=variables,
        executor_class=CompiledExecutor,
    )
    answer = await answer
    assert answer.errors is None, answer.errors
    assert answer.data is not None
    return sorted(seen)


def prepared(name: str) -> str:
    return (QUERIES / f"{name}.graphql").read_text()


async def test_the_diary_of_a_parents_children_costs_four_statements(
    store: Store, demo: Demo
) -> None:
    seen = await statements(store, parent(demo), prepared("diary_week"), **MONTH)
    assert seen == [
        "grades_of_students",
        "homework_of_lessons",
        "lessons_of_students",
        "students_by_id",
    ]


async def test_the_journals_of_all_a_teachers_courses_cost_five_statements(
    store: Store, demo: Demo
) -> None:
    seen = await statements(store, teacher(demo), prepared("class_journal"), **MONTH)
    assert seen == [
        "courses_of_teachers",
        "grades_of_courses",
        "lessons_of_courses",
        "students_of_journals",
        "teachers_by_id",
    ]


COURSE = """
  query ($id: ID!, $from: Date!, $to: Date!) { course(id: $id) { title
    journal(from: $from, to: $to) {
      lessons { id date topic subject { name } teacher { displayName } }
      rows { student { displayName } average { value }
             grades { value weight workType { name } lesson { id } } } } } }
"""


async def test_the_journal_of_a_course_costs_four_statements(store: Store, demo: Demo) -> None:
    (course,) = await store.pool.fetch("SELECT school_id, id FROM course ORDER BY id LIMIT 1")
    id_ = global_id.make("Course", course["school_id"], course["id"])
    assert await statements(store, head(demo), COURSE, id=id_, **MONTH) == [
        "courses_by_id",
        "grades_of_courses",
        "lessons_of_courses",
        "students_of_journals",
    ]


DUE = """
  query ($id: ID!, $from: Date!, $to: Date!) { course(id: $id) {
    journal(from: $from, to: $to) {
      lessons { homework { text dueOn dueLesson { id date slot room } } } } } }
"""


async def test_the_lessons_at_which_homework_is_due_are_joined_to_it(
    store: Store, demo: Demo
) -> None:
    (course,) = await store.pool.fetch("SELECT school_id, id FROM course ORDER BY id LIMIT 1")
    id_ = global_id.make("Course", course["school_id"], course["id"])
    assert await statements(store, head(demo), DUE, id=id_, **MONTH) == [
        "courses_by_id",
        "homework_of_lessons",
        "lessons_of_courses",
    ]


async def test_a_heads_view_of_the_school_costs_one_statement_a_list_and_a_count(
    store: Store, demo: Demo
) -> None:
    query = """
      { school { name periods { name } subjects { name }
          classGroups { totalCount edges { node { name classTeacher { displayName }
            students { displayName } courses { title subject { name } teachers { displayName } } }
      } } } }
    """
    assert await statements(store, head(demo), query) == [
        "class_groups_counted",
        "class_groups_page",
        "courses_of_class_groups",
        "feed_key",
        "periods_of_school",
        "schools_by_id",
        "students_of_class_groups",
        "subjects_of_school",
        "teachers_by_id",
        "teachers_of_courses",
    ]


def login_of(demo: Demo, beginning: str) -> Any:
    return next(one.login for one in demo.accounts if one.login.startswith(beginning))


def parent(demo: Demo) -> str:
    return str(login_of(demo, "parent"))


def teacher(demo: Demo) -> str:
    return str(login_of(demo, "teacher"))


def head(demo: Demo) -> str:
    return str(login_of(demo, "head"))
