"""Grades and averages by subject, period and kind, in an order; pages of people."""

from base64 import urlsafe_b64encode
from decimal import Decimal
from typing import Any

import pytest

from db.demo import Demo
from db.store import Store
from domain.ids import uuid7
from gateway.errors import shown
from resolvers import global_id
from resolvers.context import Context
from resolvers.sessions import sign_in
from schema.build import schema
from tests.asking import graphql

GRADES = """
  query ($id: ID!, $period: ID, $where: GradeFilter, $orderBy: GradeOrder) {
    student(id: $id) { grades(period: $period, where: $where, orderBy: $orderBy) {
      date number weight workType { id kind } course { id subject { id } } } } }
"""


@pytest.fixture
async def ask(store: Store, demo: Demo) -> Any:
    login = next(one.login for one in demo.accounts if one.login.startswith("head"))
    viewer = (await sign_in(store, login, "demo")).viewer

    async def asked(query: str, **variables: object) -> Any:
        context = Context(store, viewer)
        found = await graphql(
            schema._schema, query, context_value=context, variable_values=variables
        )
        return found.formatted | ({"errors": shown(found.errors)} if found.errors else {})

    return asked


@pytest.fixture
async def student(store: Store) -> Any:
    rows = await store.pool.fetch(
        "SELECT school_id, student_id, count(*) FROM grade GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 1"
    )
    return rows[0]


def student_id(student: Any) -> str:
    return global_id.make("Student", student["school_id"], student["student_id"])


async def period_of(store: Store) -> tuple[str, Any]:
    """The period that holds the most grades, with its days."""
    rows = await store.pool.fetch(
        "SELECT period.* FROM period JOIN grade USING (school_id)"
        " WHERE day BETWEEN starts_on AND ends_on AND period.kind = 'QUARTER'"
        " GROUP BY period.school_id, period.id ORDER BY count(*) DESC LIMIT 1"
    )
    return global_id.make("Period", rows[0]["school_id"], rows[0]["id"]), rows[0]


async def test_grades_of_a_period_are_those_of_its_days(
    ask: Any, store: Store, student: Any
) -> None:
    period, days = await period_of(store)
    answer = await ask(GRADES, id=student_id(student), period=period)
    dates = [grade["date"] for grade in answer["data"]["student"]["grades"]]
    expected = await store.pool.fetch(
        "SELECT day FROM grade WHERE school_id = $1 AND student_id = $2"
        " AND day BETWEEN $3 AND $4 AND state <> 'WITHDRAWN' ORDER BY day",
        student["school_id"], student["student_id"], days["starts_on"], days["ends_on"],
    )  # fmt: skip
    assert dates == [str(row["day"]) for row in expected]
    assert dates


async def test_grades_are_kept_by_subject_work_type_and_kind(
    ask: Any, store: Store, student: Any
) -> None:
    period, _ = await period_of(store)
    id_ = student_id(student)
    every = (await ask(GRADES, id=id_, period=period))["data"]["student"]["grades"]
    one = every[0]
    kind = one["workType"]["kind"]
    filters: list[tuple[dict[str, Any], Any]] = [
        ({"subject": one["course"]["subject"]["id"]}, lambda g: g["course"] == one["course"]),
        ({"course": one["course"]["id"]}, lambda g: g["course"] == one["course"]),
        ({"workType": one["workType"]["id"]}, lambda g: g["workType"] == one["workType"]),
        ({"kind": kind}, lambda g: g["workType"]["kind"] == kind),
    ]  # fmt: skip
    for where, keeps in filters:
        answer = await ask(GRADES, id=id_, period=period, where=where)
        kept = answer["data"]["student"]["grades"]
        assert kept == [grade for grade in every if keeps(grade)], where
        assert 0 < len(kept) < len(every), where


@pytest.mark.parametrize(("field", "key"), [("NUMBER", "number"), ("WEIGHT", "weight")])
async def test_grades_are_ordered_either_way_with_the_valueless_last(
    ask: Any, store: Store, student: Any, field: str, key: str
) -> None:
    period, _ = await period_of(store)
    for direction in ("ASC", "DESC"):
        order = {"field": field, "direction": direction}
        answer = await ask(GRADES, id=student_id(student), period=period, orderBy=order)
        found = [grade[key] for grade in answer["data"]["student"]["grades"]]
        valued = [Decimal(value) for value in found if value is not None]
        assert valued == sorted(valued, reverse=direction == "DESC")
        assert found[len(valued) :] == [None] * (len(found) - len(valued))


async def test_averages_of_a_period_and_subject_are_exact(
    ask: Any, store: Store, student: Any
) -> None:
    period, days = await period_of(store)
    query = """
      query ($id: ID!, $period: ID, $where: GradeFilter) { student(id: $id) {
        averages(period: $period, where: $where) {
          course { subject { id } } average { sum weight count } } } }
    """
    found = (await ask(query, id=student_id(student), period=period))["data"]["student"]
    subject = found["averages"][0]["course"]["subject"]["id"]
    answer = await ask(query, id=student_id(student), period=period, where={"subject": subject})
    (one,) = answer["data"]["student"]["averages"]
    (row,) = await store.pool.fetch(
        "SELECT sum(number * weight) AS sum, sum(weight) AS weight, count(*)::int AS count"
        " FROM grade JOIN course ON course.school_id = grade.school_id AND course.id = course_id"
        " WHERE grade.school_id = $1 AND student_id = $2 AND subject_id = $3"
        " AND day BETWEEN $4 AND $5 AND state = 'GIVEN' AND number IS NOT NULL"
        " AND NOT excused AND NOT bonus AND grade.active",
        student["school_id"], student["student_id"], global_id.parse(subject, "Subject")[1],
        days["starts_on"], days["ends_on"],
    )  # fmt: skip
    average = one["average"]
    assert (Decimal(average["sum"]), Decimal(average["weight"]), average["count"]) == tuple(row)


async def test_a_journal_counts_equal_marks_together_to_the_same_average(
    ask: Any, store: Store
) -> None:
    (row,) = await store.pool.fetch(
        "SELECT school_id, course_id, min(day) AS first, max(day) AS last FROM grade"
        " GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1"
    )
    for change in ("bonus = true", "excused = true", "weight = 2.5", "active = false"):
        await store.pool.execute(
            f"UPDATE grade SET {change} WHERE school_id = $1 AND course_id = $2 AND id IN"
            " (SELECT id FROM grade WHERE school_id = $1 AND course_id = $2 AND NOT bonus"
            " ORDER BY md5(id::text) LIMIT 20)", row["school_id"], row["course_id"],
        )  # fmt: skip
    query = """query ($id: ID!, $from: Date!, $to: Date!) { course(id: $id) {
      journal(from: $from, to: $to) { rows { averageValue average { value } } } } }"""
    id_ = global_id.make("Course", row["school_id"], row["course_id"])
    answer = await ask(query, id=id_, **{"from": str(row["first"]), "to": str(row["last"])})
    rows = answer["data"]["course"]["journal"]["rows"]
    assert len(rows) > 10
    assert all(one["average"] for one in rows)
    assert [one["averageValue"] for one in rows] == [one["average"]["value"] for one in rows]


async def test_two_courses_of_one_subject_have_one_average_of_the_subject(
    ask: Any, store: Store, student: Any
) -> None:
    period, _ = await period_of(store)
    query = """query ($id: ID!, $period: ID, $by: AverageBy!) { student(id: $id) {
      averages(period: $period, by: $by) {
        course { id } subject { id } average { sum weight count } } } }"""
    ids = {"id": student_id(student), "period": period}
    courses = (await ask(query, **ids, by="COURSE"))["data"]["student"]["averages"]
    first, second = (global_id.parse(one["course"]["id"], "Course")[1] for one in courses[:2])
    await store.pool.execute(
        "UPDATE course c SET subject_id = f.subject_id FROM course f"
        " WHERE f.school_id = c.school_id AND f.id = $1 AND c.id = $2", first, second,
    )  # fmt: skip
    subjects = (await ask(query, **ids, by="SUBJECT"))["data"]["student"]["averages"]
    assert len(subjects) == len(courses) - 1
    assert all(one["course"] is None for one in subjects)
    (both,) = [one for one in subjects if one["subject"] == courses[0]["subject"]]
    for part in ("sum", "weight", "count"):
        parts = [Decimal(one["average"][part]) for one in courses[:2]]
        assert Decimal(both["average"][part]) == sum(parts)


async def test_a_teacher_has_a_timetable_of_their_own(ask: Any, store: Store) -> None:
    (row,) = await store.pool.fetch(
        "SELECT school_id, teacher_id, day, count(*) FROM lesson WHERE teacher_id IS NOT NULL"
        " GROUP BY 1, 2, 3 ORDER BY 4 DESC, 2, 3 LIMIT 1"
    )
    query = """query ($id: ID!, $day: Date!) { node(id: $id) { ... on Teacher {
      lessons(from: $day, to: $day) { date startsAt teacher { id } } } } }"""
    id_ = global_id.make("Teacher", row["school_id"], row["teacher_id"])
    lessons = (await ask(query, id=id_, day=str(row["day"])))["data"]["node"]["lessons"]
    assert len(lessons) == row["count"]
    assert {(one["date"], one["teacher"]["id"]) for one in lessons} == {(str(row["day"]), id_)}
    assert lessons == sorted(lessons, key=lambda one: one["startsAt"])


@pytest.mark.parametrize(
    "written", ["2026-W10-1", "20261110", "2026-1-1", "2026-02-30", "2026-01-01T00:00:00", "", 7]
)
async def test_a_day_is_written_in_one_way(ask: Any, student: Any, written: Any) -> None:
    query = """query ($id: ID!, $day: Date!) {
      student(id: $id) { diary(from: $day, to: $day) { date } } }"""
    answer = await ask(query, id=student_id(student), day=written)
    assert answer["data"] is None
    (error,) = answer["errors"]
    assert error["message"].endswith("A Date is a day of the calendar, written YYYY-MM-DD.")


async def test_a_kind_of_period_that_is_the_schools_own_is_other(ask: Any, store: Store) -> None:
    query = "{ school { periods { kind } } }"
    kinds = {period["kind"] for period in (await ask(query))["data"]["school"]["periods"]}
    assert "QUARTER" in kinds
    await store.pool.execute("UPDATE period SET kind = 'PENTAMESTER'")
    kinds = {period["kind"] for period in (await ask(query))["data"]["school"]["periods"]}
    assert kinds == {"OTHER"}


WRONG = {
    "": "Name the first and the last day, or a period.",
    "(from: \"2026-01-01\")": "Name the first and the last day, or a period.",
    "(from: \"2026-01-01\", to: \"2026-01-02\", period: $p)": "Name days or a period, not both.",
    "(from: \"2026-01-02\", to: \"2026-01-01\")":
        "The span is backwards: 2026-01-01 comes before 2026-01-02.",
}  # fmt: skip


@pytest.mark.parametrize("arguments", WRONG)
async def test_a_span_that_is_none_is_refused(
    ask: Any, store: Store, student: Any, arguments: str
) -> None:
    period, _ = await period_of(store)
    variables = {"p": period} if "$p" in arguments else {}
    declared = "$id: ID!, $p: ID" if variables else "$id: ID!"
    query = f"query ({declared}) {{ student(id: $id) {{ grades{arguments} {{ id }} }} }}"
    answer = await ask(query, id=student_id(student), **variables)
    assert [error["message"] for error in answer["errors"]] == [WRONG[arguments]]


@pytest.mark.parametrize(
    ("arguments", "noun"),
    [
        ("period: $id", "Period"),
        ('from: "2026-01-01", to: "2026-01-02", where: { subject: $id }', "Subject"),
        ('from: "2026-01-01", to: "2026-01-02", where: { course: $id }', "Course"),
        ('from: "2026-01-01", to: "2026-01-02", where: { workType: $id }', "WorkType"),
    ],
)
async def test_an_id_of_another_school_is_bad_input_wherever_grades_are_narrowed(
    ask: Any, student: Any, arguments: str, noun: str
) -> None:
    foreign = global_id.make(noun, student["school_id"] + 1, uuid7())
    for field in ("grades(ARGS) { id }", "averages(ARGS) { average { count } }"):
        query = f"query ($student: ID!, $id: ID!) {{ student(id: $student) {{ {field} }} }}"
        answer = await ask(
            query.replace("ARGS", arguments), student=student_id(student), id=foreign
        )
        (error,) = answer["errors"]
        assert error["extensions"]["code"] == "BAD_INPUT"
        assert error["message"] == f"{foreign!r} is the id of a {noun} of another school."
        assert answer["data"] == {"student": None}


async def test_students_are_found_by_the_beginning_of_a_name_page_by_page(
    ask: Any, store: Store
) -> None:
    query = """
      query ($after: String, $where: StudentFilter) { school {
        students(first: 1, after: $after, where: $where) {
          edges { node { givenName familyName } } pageInfo { hasNextPage endCursor } } } }
    """
    (row,) = await store.pool.fetch(
        "SELECT school_id, family_name FROM student ORDER BY school_id, id LIMIT 1"
    )
    beginning = row["family_name"][:2].lower()
    found, after, more = [], None, True
    while more:
        answer = await ask(query, after=after, where={"name": beginning})
        page = answer["data"]["school"]["students"]
        found += [(e["node"]["familyName"], e["node"]["givenName"]) for e in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    expected = await store.pool.fetch(
        "SELECT family_name, given_name FROM student"
        " WHERE school_id = $1 AND (lower(family_name) LIKE $2 OR lower(given_name) LIKE $2)",
        row["school_id"],
        beginning + "%",
    )
    assert sorted(found) == sorted(tuple(row) for row in expected)


def forged(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode()


NIL = "018bcfe5-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    "cursor",
    [
        forged(f'["a\\u0000", "b", "{NIL}"]'),
        forged(f'["\\ud800", "b", "{NIL}"]'),
        forged(f'["a", "b\\udfff", "{NIL}"]'),
        forged("[" * 20_000),
        forged(f'[["a"], {{}}, "{NIL}"]'),
        forged(f'["a", "b", 7, "{NIL}"]'),
        forged(f'["a", null, "{NIL}"]'),
        forged('["a", "b", "c"]'),
        forged('"abc"'),
        forged("7"),
        "Ä",
        "AAA",
        "",
    ],
)
async def test_a_forged_cursor_of_a_page_is_bad_input(ask: Any, cursor: str) -> None:
    query = "query ($after: String) { school { teachers(after: $after) { edges { cursor } } } }"
    answer = await ask(query, after=cursor)
    assert answer["data"] == {"school": {"teachers": None}}
    assert [error["message"] for error in answer["errors"]] == [
        "The cursor is not one that this server gave."
    ]
